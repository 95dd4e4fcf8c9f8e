// What a run has changed in the shared tree, as its undo log tells. Changes nothing.

import type { RawPath } from '../../base/raw-path.ts';
import { changedBy, untouchedSince } from '../../store/finished.ts';
import type { RunFolder } from '../records/run-folder.ts';
import { type Entry, readUndoLog } from '../records/undo-log.ts';
import { isAsLeft } from '../workspace/shared/left-files.ts';
import { transactionsFolder } from '../workspace/shared/shared-tree.ts';

export interface RunChanges {
  /** Relative to the top. */
  paths: ReadonlySet<RawPath>;
  /** Its results were committed to the current branch: git takes them back. */
  isCommitted: boolean;
  isUndone: boolean;
}

export const isUndone = (entries: readonly Entry[]): boolean => entries.some(({ op }) => op === 'undone');

export function changesOfRun({ state }: Pick<RunFolder, 'state'>): RunChanges {
  const entries = readUndoLog(state);
  return {
    paths: new Set(entries.flatMap((entry) => pathsOf(entry, state))),
    isCommitted: entries.some(({ op }) => op === 'moved'),
    isUndone: isUndone(entries),
  };
}

function pathsOf(entry: Entry, state: string): RawPath[] {
  if (entry.op === 'kept') return entry.changed.map(([path]) => path);
  return entry.op === 'applied' ? changedBy(transactionsFolder(state), entry.transaction) : [];
}

/** Of the paths that a run has changed the ones that nobody has changed since. @param top what they are relative to */
export async function untouchedSinceRun(
  { state }: Pick<RunFolder, 'state'>,
  top: string,
): Promise<Set<RawPath>> {
  const untouched = new Set<RawPath>();
  for (const entry of readUndoLog(state)) {
    // Whoever changed a path last says how it was left.
    for (const path of pathsOf(entry, state)) untouched.delete(path);
    if (entry.op === 'kept')
      for (const left of entry.changed) if (isAsLeft(top, left)) untouched.add(left[0]);
    if (entry.op === 'applied')
      for (const path of await untouchedSince(top, transactionsFolder(state), entry.transaction))
        untouched.add(path);
  }
  return untouched;
}
