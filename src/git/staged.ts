// What a task has staged in its worktree (`git add`, `git rm --cached`, `git add --patch`), and the same done to the user's
// index: a fixer in a pre-commit hook adds what it has mended. Unaware of when.

import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { elapsed } from '../base/elapsed.ts';
import { orElse } from '../base/error-code.ts';
import { look } from '../base/look.ts';
import { changesBetween } from '../base/path-change.ts';
import type { RawPath } from '../base/raw-path.ts';
import { GitError, type GitOptions, git, gitLine, nulTerminated, records } from './git.ts';
import { dropIndex, type IndexEntry, removal } from './index-file.ts';
import { type IndexStat, plainCopy } from './index-stat.ts';
import { GITLINK, type Repository } from './repository.ts';

export interface Staged extends IndexEntry {
  /** It is what the file is, so the index is to have the file as that is in the end; else just this content of it. */
  isWhole: boolean;
}

/** Milliseconds to wait for somebody else who works on the index. */
const PATIENCE = 2_000;
const MOMENT = 50;

const beganWith = (own: string): string => join(own, 'began-with');

/** Remembers the index that a task begins with. @param own our folder in that of the worktree */
export function rememberIndex(index: string, own: string): void {
  rmSync(beganWith(own), { force: true });
  if (look(index) !== undefined) copyFileSync(index, beganWith(own));
}

/** Whether the index is byte for byte the one that the task began with. */
export function isAsBegun(index: string, own: string): boolean {
  const [is, was] = [index, beganWith(own)].map((file) => orElse(() => readFileSync(file), undefined));
  return is === undefined || was === undefined ? is === was : is.equals(was);
}

/**
 * What the task has entered into its index and taken out of it. What it has committed it stages for nobody.
 * @param head the commit that it began at
 */
export async function stagedIn(worktree: Repository, own: string, head: string): Promise<Staged[]> {
  const { top, gitDir, index } = worktree;
  // Whatever the task has done to the file `.git`.
  const on = { env: { GIT_DIR: gitDir, GIT_WORK_TREE: top } };
  if (isAsBegun(index, own)) return [];
  const is = await statOf(top, index, own);
  // Taken away or damaged, it says nothing.
  if (is === undefined) return [];
  const changed = difference(entriesOf(await statOf(top, beganWith(own), own)), entriesOf(is));
  if (changed.length === 0) return [];
  const accept = [0, 1, 128];
  if ((await gitLine(top, ['rev-parse', '--quiet', '--verify', 'HEAD'], { ...on, accept })) !== head)
    return [];
  const { stdout } = await git(top, ['diff-files', '-z', '--name-only'], on);
  const edited = new Set(records(stdout));
  return changed.map((entry) => ({ ...entry, isWhole: entry.mode !== '0' && !edited.has(entry.path) }));
}

/** Does the same to a work tree's own index. Throws `GitError`. */
export async function stageAs({ top, gitDir, index }: Repository, staged: readonly Staged[]): Promise<void> {
  const on = index === join(gitDir, 'index') ? {} : { env: { GIT_INDEX_FILE: index } };
  const whole = staged.filter(({ isWhole }) => isWhole).map(({ path }) => path);
  const parts = staged
    .filter(({ isWhole }) => !isWhole)
    .map(({ mode, oid, path }) => `${mode} ${oid}\t${path}`);
  const update = (flags: readonly string[], records: readonly string[]): Promise<void> =>
    records.length === 0
      ? Promise.resolve()
      : patiently(top, ['update-index', '-z', ...flags], { ...on, input: nulTerminated(records) });
  await update(['--index-info'], parts);
  await update(['--add', '--remove', '--replace', '--stdin'], whole);
}

async function patiently(top: string, args: readonly string[], options: GitOptions): Promise<void> {
  for (const end = elapsed() + PATIENCE; ; await sleep(MOMENT)) {
    try {
      await git(top, args, options);
      return;
    } catch (error) {
      const isLocked = error instanceof GitError && /\.lock': File exists/.test(error.stderr);
      if (!isLocked || elapsed() > end) throw error;
    }
  }
}

/** Of an index that may be no more than half of one, or damaged: then there is nothing to say of it. @param own our folder in that of the worktree */
export async function statOf(top: string, file: string, own: string): Promise<IndexStat | undefined> {
  const copy = join(own, 'staged');
  try {
    return await plainCopy(top, file, copy);
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  } finally {
    dropIndex(copy);
  }
}

type Entries = ReadonlyMap<RawPath, IndexEntry>;

/** Those that stand for a file: not what is in conflict, nor what is only intended. */
function entriesOf(stat: IndexStat | undefined): Entries {
  const found = new Map<RawPath, IndexEntry>();
  for (const entry of stat?.entries ?? []) {
    const { path, mode } = entry;
    const oid = mode === GITLINK ? undefined : stat?.contentOf(entry);
    if (oid !== undefined) found.set(path, { path, mode, oid });
  }
  return found;
}

function difference(was: Entries, is: Entries): IndexEntry[] {
  const isSame = (one: IndexEntry, other: IndexEntry): boolean =>
    one.oid === other.oid && one.mode === other.mode;
  const changes = changesBetween(was, is, isSame);
  // What is gone goes first: a folder may stand there now.
  return [
    ...changes.flatMap(({ path, before, after }) =>
      before !== undefined && after === undefined ? [removal(path, before.oid)] : [],
    ),
    ...changes.flatMap(({ after }) => after ?? []),
  ];
}
