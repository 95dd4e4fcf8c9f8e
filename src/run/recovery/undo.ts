// Puts the tree back as it was before a finished run: all of it, or nothing where somebody has changed the same files since.

import type { Diagnostic } from '../../base/diagnostic.ts';
import { thisProcess } from '../../base/liveness.ts';
import { shownPath } from '../../base/raw-path.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { headOf } from '../../git/branch.ts';
import { findRepository, type Repository } from '../../git/repository.ts';
import { type ChangeSet, filesIn } from '../../store/change.ts';
import { Unrestorable } from '../../store/stage.ts';
import { Transactions } from '../../store/transaction.ts';
import { listRuns, type RunFolder } from '../records/run-folder.ts';
import { markActive } from '../records/run-mark.ts';
import { blobStoreOf } from '../records/state-dir.ts';
import { type Entry, readUndoLog, UndoLog } from '../records/undo-log.ts';
import { DamagedImage } from '../workspace/shared/before-images.ts';
import { type PutBack, putBack } from '../workspace/shared/put-back.ts';
import { SharedTree, transactionsFolder } from '../workspace/shared/shared-tree.ts';
import { changesOfRun, isUndone } from './changed-by-run.ts';
import type { WorkTree } from './work-tree.ts';

export interface Undone {
  files: number;
  /** What could not be put back: paths, or sentences. */
  left: string[];
}

export interface Preview {
  /** Of files and links, by path, relative to the top. */
  changes: PutBack['changes'];
  left: string[];
}

const MAX_LISTED = 20;

const leftOf = (task: string): string => `the files of ${task}, which were too many to keep`;

/** What is no reason not to undo is thrown on. */
function cannotUndo({ id }: RunFolder, error: unknown): Diagnostic {
  if (!(error instanceof Unrestorable || error instanceof DamagedImage)) throw error;
  return { message: `run ${id} cannot be undone: ${error.message}`, hint: 'nothing was changed' };
}

/** The last run that has changed something and has not been undone: undoing one after the other leads back step by step. */
export const runToUndo = (root: string): RunFolder | undefined =>
  listRuns(root)
    .reverse()
    .find(({ state }) => {
      const entries = readUndoLog(state);
      return !isUndone(entries) && entries.some(changesSomething);
    });

const changesSomething = (entry: Entry): boolean =>
  entry.op === 'applied' || entry.op === 'moved' || (entry.op === 'kept' && entry.changed.length > 0);

/** A run that can be undone, with its undo log. */
interface Undoable {
  entries: readonly Entry[];
  begin: Extract<Entry, { op: 'begin' }>;
}

async function undoable(run: RunFolder, repository: Repository | undefined): Promise<Result<Undoable>> {
  const entries = readUndoLog(run.state);
  const begin = entries.find((entry) => entry.op === 'begin');
  if (begin === undefined) return fail({ message: `run ${run.id} left nothing to undo` });
  if (isUndone(entries)) return fail({ message: `run ${run.id} is already undone` });
  const moving = entries.findLast((entry) => entry.op === 'moving');
  if (moving !== undefined && entries.some(({ op }) => op === 'moved'))
    return fail(await movedBranch(run, moving, repository));
  return ok({ entries, begin });
}

/** What undoing the run would change, as of now. Changes nothing and takes no lock. */
export async function previewUndo(root: string, run: RunFolder): Promise<Result<Preview>> {
  const repository = findRepository(root);
  const found = await undoable(run, repository);
  if (!found.ok) return found;
  const transactions = new Transactions(
    transactionsFolder(run.state),
    repository?.top ?? root,
    blobStoreOf(root),
  );
  try {
    const { changes, edited, unkept } = await putBack(found.value.entries, run.state, transactions);
    if (edited.length > 0) return fail(editedSince(run, edited, laterChanges(root, run)));
    return ok({ changes: changes.filter((change) => filesIn([change]) > 0), left: unkept.map(leftOf) });
  } catch (error) {
    return fail(cannotUndo(run, error));
  }
}

/** The caller has the work tree to himself. */
export async function undoRun(
  root: string,
  run: RunFolder,
  { home, repository }: WorkTree,
): Promise<Result<Undone>> {
  const found = await undoable(run, repository);
  if (!found.ok) return found;
  const { entries, begin } = found.value;
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
    return ok({ files: filesIn(changes), left: unkept.map(leftOf) });
  } catch (error) {
    const problem = cannotUndo(run, error);
    undoLog.write({ op: 'end' });
    mark.remove();
    return fail(problem);
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
  for (const other of listRuns(root)) {
    if (other.ordinal <= run.ordinal) continue;
    const { paths, isUndone } = changesOfRun(other);
    if (isUndone) continue;
    for (const path of paths) {
      later.delete(shownPath(path));
      later.set(shownPath(path), other.id);
    }
  }
  return later;
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
