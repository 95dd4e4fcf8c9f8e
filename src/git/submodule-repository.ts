// The repository of a submodule in a worktree: without one of its own, git would take the worktree for it. It lies where git has those
// of a worktree's submodules, in the worktree's own folder, and goes with that. Its HEAD, refs, index and settings are copies of the
// user's, and what is done to them is nobody else's; objects are the user's own, so that a commit made there is not lost.

import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { orElse } from '../base/error-code.ts';
import { locate, type RawPath, shownPath } from '../base/raw-path.ts';
import { git, records } from './git.ts';
import { adminDirOf } from './ptask-worktree.ts';
import type { Repository } from './repository.ts';

/** Of the repository as a whole, and of one work tree of it. */
const SHARED = ['packed-refs', 'refs', 'reftable', 'info', 'shallow', 'config'];
const OWN = ['HEAD', 'index', 'config.worktree'];
/** What is large, or somebody's own programs. */
const LINKED = ['objects', 'hooks', 'lfs'];

/**
 * Made once the submodule's files are there.
 * @param isWhole whether all of them are; git takes those that are not for left out, and not for deleted
 * @returns its name, a file in the submodule; undefined where the user's submodule has no repository either, or one that cannot be shared
 */
export async function addSubmoduleRepository(
  user: Repository,
  worktree: Repository,
  path: RawPath,
  isWhole: boolean,
): Promise<RawPath | undefined> {
  const [from, to] = [locate(user.top, path), locate(worktree.top, path)];
  if (typeof from !== 'string' || typeof to !== 'string') return undefined;
  const data = dataOf(from);
  const name = join(to, '.git');
  if (data === undefined || existsSync(name)) return undefined;
  const common = commonOf(data);
  if (!isShareable(common)) return undefined;
  const made = join(worktree.gitDir, 'modules', shownPath(path));
  mkdirSync(made, { recursive: true });
  for (const each of SHARED) copy(join(common, each), join(made, each));
  const shared = readdirSync(data).filter((each) => each.startsWith('sharedindex.'));
  for (const each of [...OWN, ...shared]) copy(join(data, each), join(made, each));
  for (const each of LINKED)
    if (existsSync(join(common, each))) symlinkSync(join(common, each), join(made, each));
  for (const each of ['config', 'config.worktree'])
    if (existsSync(join(made, each))) appendFileSync(join(made, each), settingsFor(to));
  writeFileSync(name, `gitdir: ${made}\n`);
  if (!isWhole) await leaveOut(to);
  return `${path}/.git` as RawPath;
}

/**
 * The last of several settings is the one that counts. Nothing is to be cleared away among the objects: to what the user's own logs,
 * stashes and index hold nothing here leads.
 */
const settingsFor = (top: string): string =>
  `\n[extensions]\n\tpreciousObjects = true\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[core]\n\tworktree = "${top.replace(/["\\]/g, '\\$&')}"\n\tbare = false\n\tfsmonitor = false\n`;

function dataOf(folder: string): string | undefined {
  const stats = lstatSync(join(folder, '.git'), { throwIfNoEntry: false });
  const data = stats?.isDirectory() ? join(folder, '.git') : adminDirOf(folder);
  return data !== undefined && existsSync(join(data, 'HEAD')) ? data : undefined;
}

/** Where the repository is that this is a work tree of. */
function commonOf(data: string): string {
  const named = orElse(() => readFileSync(join(data, 'commondir'), 'utf8').trim(), '');
  return named === '' ? data : resolve(data, named);
}

/** Where it takes objects from others by a relative path, that would lead elsewhere from here. */
function isShareable(common: string): boolean {
  const others = orElse(() => readFileSync(join(common, 'objects/info/alternates'), 'utf8'), '');
  return others
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .every(isAbsolute);
}

function copy(from: string, to: string): void {
  const stats = lstatSync(from, { throwIfNoEntry: false });
  if (stats?.isDirectory()) cpSync(from, to, { recursive: true });
  else if (stats !== undefined) copyFileSync(from, to);
}

async function leaveOut(top: string): Promise<void> {
  const { stdout } = await git(top, ['ls-files', '-z', '--deleted']);
  if (records(stdout).length === 0) return;
  await git(top, ['update-index', '-z', '--skip-worktree', '--stdin'], { input: stdout });
}
