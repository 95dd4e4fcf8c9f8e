// Puts the tree back as it was before a finished run: all of it, or nothing where somebody has changed the same files since.

import type { Diagnostic } from '../../base/diagnostic.ts';
import { thisProcess } from '../../base/liveness.ts';
import { type RawPath, shownPath } from '../../base/raw-path.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { headOf } from '../../git/branch.ts';
import type { Repository } from '../../git/repository.ts';
import { type ChangeSet, filesIn } from '../../store/change.ts';
import { changedBy } from '../../store/finished.ts';
import { Unrestorable } from '../../store/stage.ts';
import { listRuns, type RunFolder } from '../records/run-folder.ts';
import { markActive } from '../records/run-mark.ts';
import { type Entry, readUndoLog, UndoLog } from '../records/undo-log.ts';
import { DamagedImage } from '../workspace/shared/before-images.ts';
import { putBack } from '../workspace/shared/put-back.ts';
import { SharedTree, transactionsFolder } from '../workspace/shared/shared-tree.ts';
import type { WorkTree } from './work-tree.ts';

export interface Undone {
  files: number;
  /** What could not be put back: paths, or sentences. */
  left: string[];
}

const MAX_LISTED = 20;

/** The last run that has changed something and has not been undone: undoing one after the other leads back step by step. */
export const runToUndo = (root: string): RunFolder | undefined =>
  listRuns(root)
    .reverse()
    .find(({ state }) => {
      const entries = readUndoLog(state);
      return !isUndone(entries) && entries.some(changesSomething);
    });

const isUndone = (entries: readonly Entry[]): boolean => entries.some(({ op }) => op === 'undone');

const changesSomething = (entry: Entry): boolean =>
  entry.op === 'applied' || entry.op === 'moved' || (entry.op === 'kept' && entry.changed.length > 0);

/** The caller has the work tree to himself. */
export async function undoRun(
  root: string,
  run: RunFolder,
  { home, repository }: WorkTree,
): Promise<Result<Undone>> {
  const entries = readUndoLog(run.state);
  const begin = entries.find((entry) => entry.op === 'begin');
  if (begin === undefined) return fail({ message: `run ${run.id} left nothing to undo` });
  if (isUndone(entries)) return fail({ message: `run ${run.id} is already undone` });
  const moving = entries.findLast((entry) => entry.op === 'moving');
  if (moving !== undefined && entries.some(({ op }) => op === 'moved'))
    return fail(await movedBranch(run, moving, repository));
  const mark = markActive(home, run);
  const undoLog = new UndoLog(run.state, home);
  try {
    // For whoever has to go on if this is killed.
    undoLog.write({ ...begin, by: thisProcess() });
    const place = { root, home, state: run.state, top: repository?.top ?? root, prefix: begin.prefix };
    const shared = new SharedTree(place, undoLog);
    const { changes, edited, unkept } = await putBack(entries, run.state, shared.transactions);
    const refused = edited.length > 0 ? edited : await replaceAll(changes, shared, undoLog);
    undoLog.writeThrough({ op: 'end' });
    mark.remove();
    if (refused.length > 0) return fail(editedSince(run, refused, laterChanges(root, run)));
    return ok({
      files: filesIn(changes),
      left: unkept.map((task) => `the files of ${task}, which were too many to keep`),
    });
  } catch (error) {
    if (!(error instanceof Unrestorable || error instanceof DamagedImage)) throw error;
    undoLog.write({ op: 'end' });
    mark.remove();
    return fail({ message: `run ${run.id} cannot be undone: ${error.message}`, hint: 'nothing was changed' });
  } finally {
    mark.leave();
    undoLog.close();
  }
}

/** The paths that are in the way, if there are any; then nothing is changed. */
async function replaceAll(changes: ChangeSet, shared: SharedTree, undoLog: UndoLog): Promise<string[]> {
  undoLog.writeThrough({ op: 'undoing' });
  const replaced = await shared.change(changes, 'the run is put back');
  if (!replaced.ok) return replaced.edited.map(shownPath);
  undoLog.writeThrough({ op: 'undone' });
  return [];
}

/** The last run after this one that has changed a path, by the path; in the order of the runs. */
function laterChanges(root: string, run: RunFolder): Map<string, string> {
  const later = new Map<string, string>();
  for (const { id, state, ordinal } of listRuns(root)) {
    if (ordinal <= run.ordinal) continue;
    const entries = readUndoLog(state);
    if (isUndone(entries)) continue;
    for (const entry of entries) {
      for (const changed of pathsOf(entry, state)) {
        later.delete(shownPath(changed));
        later.set(shownPath(changed), id);
      }
    }
  }
  return later;
}

function pathsOf(entry: Entry, state: string): RawPath[] {
  if (entry.op === 'kept') return entry.changed.map(([path]) => path);
  return entry.op === 'applied' ? changedBy(transactionsFolder(state), entry.transaction) : [];
}

function editedSince(
  { id }: RunFolder,
  edited: readonly string[],
  later: ReadonlyMap<string, string>,
): Diagnostic {
  const more = edited.length - MAX_LISTED;
  const runs = [...new Set(later.values())].filter((each) => edited.some((path) => later.get(path) === each));
  const told = (path: string): string => (later.has(path) ? `${path}, by run ${later.get(path)}` : path);
  const isByRuns = edited.every((path) => later.has(path));
  return {
    message: `${edited.length === 1 ? 'a file has' : `${edited.length} files have`} changed since run ${id}, and undoing the run would lose that`,
    reasons: [...edited.slice(0, MAX_LISTED).map(told), ...(more > 0 ? [`and ${more} more`] : [])],
    hint: isByRuns
      ? `nothing was changed; undo ${runs.reverse().join(' and ')} first`
      : 'nothing was changed; move or commit these, then undo again',
  };
}

/** What was committed is undone in git's own way, which leaves a trace and can itself be undone. */
async function movedBranch(
  { id }: RunFolder,
  { ref, from, to }: { ref: string; from: string; to: string },
  repository: Repository | undefined,
): Promise<Diagnostic> {
  const branch = ref.replace('refs/heads/', '');
  const head = repository === undefined ? undefined : await headOf(repository);
  const isThere = head?.ref === ref && head.commit === to;
  const [before, after] = [from.slice(0, 12), to.slice(0, 12)];
  const hint = isThere
    ? `git reset --keep ${before} takes them back`
    : `git revert -m 1 $(git rev-list --first-parent ${before}..${after}) takes them back`;
  return { message: `run ${id} has committed its results to ${branch}`, ...(from !== '' && { hint }) };
}
