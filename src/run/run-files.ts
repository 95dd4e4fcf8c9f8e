// What a run writes down as it goes on: its journal, its undo log, and the mark that it lives.

import { thisProcess } from '../base/liveness.ts';
import { onDisk } from '../base/on-disk.ts';
import { rawPath } from '../base/raw-path.ts';
import type { Config } from '../config/config.ts';
import { Journal } from './records/journal.ts';
import type { RunFolder } from './records/run-folder.ts';
import { markActive } from './records/run-mark.ts';
import { keepJournal } from './records/swept-logs.ts';
import { UndoLog } from './records/undo-log.ts';
import type { WorkTree } from './recovery/work-tree.ts';
import { SharedTree } from './workspace/shared/shared-tree.ts';

export interface RunFiles {
  journal: Journal;
  undoLog: UndoLog;
  shared: SharedTree;
  /** From then on a power cut leaves what recovery needs: nothing of the user's changes before. Rejects where the disk says no. */
  durable(): Promise<void>;
  /** Whether something of the user's may have been changed. */
  readonly mayHaveChanged: boolean;
  /** Nothing is left to be put right. Without it the next command does what a full disk, say, has kept us from. */
  settle(): void;
  close(): void;
}

/**
 * Throws where the disk says no.
 * @param changesFiles whether the run is to change files of the user's: one that does not leaves nothing to be put right
 * after a power cut, and waits for no disk
 */
export function openRunFiles(
  config: Config,
  folder: RunFolder,
  { repository, home }: WorkTree,
  changesFiles: boolean,
): RunFiles {
  const journal = new Journal(folder.journal, home);
  keepJournal(folder);
  const mark = markActive(home, folder);
  const undoLog = new UndoLog(folder.state, home);
  const top = repository?.top ?? config.root;
  const prefix = repository?.prefix ?? rawPath('');
  const shared = new SharedTree({ root: config.root, home, state: folder.state, top, prefix }, undoLog);
  const isCommitted = config.integrate === 'merge';
  undoLog.write({ op: 'begin', top, prefix, by: thisProcess(), isCommitted });
  let isSettled = false;
  const settle = (): void => {
    // What could not be put back is for the next command.
    if (shared.isHalfDone) return;
    // What has happened is not taken back by whoever comes after a power cut.
    if (durable !== undefined) undoLog.writeThrough({ op: 'end' });
    else undoLog.write({ op: 'end' });
    isSettled = true;
  };
  const close = (): void => {
    undoLog.close();
    if (isSettled) mark.remove();
    else mark.leave();
  };
  let durable: Promise<void> | undefined;
  return {
    ...{ journal, undoLog, shared, settle, close },
    async durable() {
      if (changesFiles) durable ??= onDisk();
      await durable;
    },
    get mayHaveChanged() {
      return durable !== undefined;
    },
  };
}
