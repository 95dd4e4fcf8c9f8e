// From what a run has changed in the shared tree back to what was there before: which changes that takes, told from the
// undo log, the before-images and the transactions. Changes nothing; `Transactions` does.

import { readlinkSync } from 'node:fs';
import { look, permissionsOf } from '../../../base/look.ts';
import { type FsPath, locate, type RawPath, rawPathOf, shownPath } from '../../../base/raw-path.ts';
import { printOf } from '../../../base/stat-fingerprint.ts';
import { toTop } from '../../../git/prefix.ts';
import type { Change, ChangeSet, PathState } from '../../../store/change.ts';
import { oidOfFile } from '../../../store/content.ts';
import { stateOf } from '../../../store/restore.ts';
import type { Transactions } from '../../../store/transaction.ts';
import type { Entry } from '../../records/undo-log.ts';
import { imageOf } from './before-images.ts';
import { isAsLeft } from './left-files.ts';

export interface PutBack {
  changes: ChangeSet;
  /** Paths that somebody has changed since the run did, as shown, relative to the top. */
  edited: string[];
  /** Tasks whose files were too many to keep. */
  unkept: string[];
}

/** What one task has changed, the way back. */
export interface StepBack {
  task: string;
  /** What each path it has changed was like before. */
  before: Map<RawPath, PathState>;
  /** Those of them that are no longer as the step has left them, if nothing came after it. */
  edited: Set<RawPath>;
}

/** In the order in which the tasks were over. */
export async function stepsBack(
  undoLog: readonly Entry[],
  state: string,
  transactions: Transactions,
): Promise<{ steps: StepBack[]; unkept: string[] }> {
  const steps: StepBack[] = [];
  const unkept: string[] = [];
  const begin = undoLog.find((entry) => entry.op === 'begin');
  if (begin === undefined) return { steps, unkept };
  const { prefix } = begin;
  const top = transactions.root;
  for (const entry of undoLog) {
    if (entry.op === 'applied') steps.push(await appliedStep(entry, transactions));
    if (entry.op !== 'kept') continue;
    const step = sharedStep(entry, { state, top, prefix });
    if (step === undefined) unkept.push(entry.task);
    else steps.push(step);
  }
  return { steps, unkept };
}

/** The net effect: each path as it was before the first step that changed it. */
export async function putBack(
  undoLog: readonly Entry[],
  state: string,
  transactions: Transactions,
): Promise<PutBack> {
  const { steps, unkept } = await stepsBack(undoLog, state, transactions);
  const top = transactions.root;
  const wanted = new Map<RawPath, PathState>();
  for (const { before } of steps)
    for (const [path, state] of before) if (!wanted.has(path)) wanted.set(path, state);
  const edited = new Set<RawPath>();
  const seen = new Set<RawPath>();
  for (const step of steps.reverse()) {
    for (const path of step.before.keys()) {
      if (!seen.has(path) && step.edited.has(path)) edited.add(path);
      seen.add(path);
    }
  }
  for (const path of edited) {
    // By whomever: an undo that was killed, say.
    if (!(await isAlready(locate(top, path), wanted.get(path) as PathState))) continue;
    edited.delete(path);
    wanted.delete(path);
  }
  const changes = [...wanted].map(([path, after]): Change => {
    const now = look(locate(top, path));
    return now?.isDirectory() ? { path, after } : { path, before: printOf(now), after };
  });
  return { changes, edited: [...edited].map(shownPath).sort(), unkept };
}

async function appliedStep(
  { task, transaction }: Extract<Entry, { op: 'applied' }>,
  transactions: Transactions,
): Promise<StepBack> {
  const { changes, edited } = await transactions.undo(transaction);
  return { task, before: new Map(changes.map(({ path, after }) => [path, after])), edited: new Set(edited) };
}

function sharedStep(
  { task, changed }: Extract<Entry, { op: 'kept' }>,
  { state, top, prefix }: { state: string; top: string; prefix: RawPath },
): StepBack | undefined {
  const image = imageOf(state, task);
  if (image === undefined)
    return changed.length === 0 ? { task, before: new Map(), edited: new Set() } : undefined;
  const before = new Map<RawPath, PathState>();
  const edited = new Set<RawPath>();
  for (const left of changed) {
    const [path] = left;
    const inRoot = (prefix === '' ? path : path.slice(prefix.length + 1)) as RawPath;
    // There was something that could not be kept: it stays as it is.
    if (image.leftOut.includes(inRoot)) continue;
    const kept = image.entries.get(inRoot);
    before.set(path, kept === undefined ? { kind: 'absent' } : stateOf(kept));
    if (!isAsLeft(top, left)) edited.add(path);
  }
  // A folder that came with the task goes with it, unless somebody has put something there.
  for (const path of before.keys()) {
    for (let at = path.lastIndexOf('/'); at > prefix.length; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at) as RawPath;
      const inRoot = (prefix === '' ? folder : folder.slice(prefix.length + 1)) as RawPath;
      if (!image.folders.has(inRoot) && !before.has(folder)) before.set(folder, { kind: 'absent' });
    }
  }
  for (const [path, mode] of image.folders) {
    const atTop = toTop(prefix, path);
    if (look(locate(top, atTop))?.isDirectory() !== true) before.set(atTop, { kind: 'folder', mode });
  }
  return { task, before, edited };
}

async function isAlready(at: FsPath, to: PathState): Promise<boolean> {
  const now = look(at);
  if (to.kind === 'absent' || to.kind === 'folder') return (now === undefined) === (to.kind === 'absent');
  if (to.kind === 'link')
    return now?.isSymbolicLink() === true && rawPathOf(readlinkSync(at, 'buffer')) === to.target;
  if (!now?.isFile() || permissionsOf(now) !== to.mode) return false;
  const { content } = to;
  const oid =
    'oid' in content ? content.oid : await oidOfFile('copied' in content ? content.copied : content.moved);
  return (await oidOfFile(at)) === oid;
}
