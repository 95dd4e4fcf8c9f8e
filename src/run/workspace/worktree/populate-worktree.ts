// What git does not bring into a worktree and a task needs there: linked and copied files, and the ignored files that the
// task itself declares to read or write.

import { chmodSync, existsSync, lstatSync, mkdirSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { join, posix } from 'node:path';
import { copyAsIs } from '../../../base/copy-file.ts';
import { look, permissionsOf } from '../../../base/look.ts';
import { ancestorsOf } from '../../../base/path-names.ts';
import { bytesOf, type FsPath, locate, type RawPath, rawPath, shownPath } from '../../../base/raw-path.ts';
import { type Fingerprint, fingerprintOf } from '../../../base/stat-fingerprint.ts';
import type { Config, Task } from '../../../config/config.ts';
import { toTop } from '../../../git/prefix.ts';
import { listFiles } from '../../../plan/listing.ts';
import { anyMatcher, literalPattern, matcher, type PatternList } from '../../../plan/patterns/index.ts';
import { reachOf } from '../../../plan/reach.ts';
import { prefixesOf, wantsOf } from '../../../plan/touches.ts';
import type { PathState } from '../../../store/change.ts';
import { walk } from '../../../store/walk.ts';

export interface Placing {
  /** The shared tree's root and that of the worktree, both at the config's folder. */
  root: string;
  workdir: string;
  config: Pick<Config, 'worktrees' | 'dotenv'>;
  task: Pick<Task, 'reads' | 'writes'>;
  /** Places what is installed, which the config may have linked or copied otherwise. */
  install(): void;
  /** Files that .worktreeinclude lists, relative to the root. */
  included: readonly string[];
  /** Folders that are repositories of their own, relative to the root: git brings nothing of what is in them. */
  repositories?: readonly string[];
  /** What tasks before it have left that git ignores and that the shared tree does not have, relative to the root. */
  carried?: ReadonlyMap<RawPath, PathState>;
  /** Of paths relative to the root: what is not to be copied. */
  isLeftOut?(path: string): boolean;
}

export interface Placed {
  /** Relative to the root. None of them is part of what the task has done, unless it declares to write them. */
  placed: RawPath[];
  /** What was copied, as it was in the shared tree just before. */
  found: Map<RawPath, Fingerprint>;
  /** The copies, as the task finds them. */
  copies: Map<RawPath, Fingerprint>;
}

/** Links and copies what is not there yet. */
export async function placeFiles(placing: Placing): Promise<Placed> {
  const { root, workdir, config, task, included, carried = NONE, isLeftOut = () => false } = placing;
  const { repositories = [] } = placing;
  const placed: string[] = [];
  const found = new Map<RawPath, Fingerprint>();
  const copies = new Map<RawPath, Fingerprint>();
  for (const path of config.worktrees.link) {
    const [from, to] = [join(root, path), join(workdir, path)];
    if (!existsSync(from) || isBeyond(workdir, rawPath(path)) || isThere(to)) continue;
    makeParents(root, workdir, rawPath(path));
    symlinkSync(from, to);
    placed.push(path);
  }
  placing.install();
  // By way of links, too, as they lead in the shared tree.
  const reach = [...reachOf(root, task.reads), ...reachOf(root, task.writes)];
  const isWanted = anyMatcher(reach);
  for (const [path, kept] of carried) {
    if (!isWanted(shownPath(path)) || isBeyond(workdir, path)) continue;
    const shown = shownPath(path);
    const stats = look(join(root, shown));
    if (stats !== undefined) found.set(path, fingerprintOf(stats));
    makeParents(root, workdir, path);
    await putKept(kept, join(workdir, shown));
    placed.push(shown);
  }
  const named = [...included, ...config.dotenv.map((path) => posix.normalize(path)).filter(isInside)];
  // Who does not say what he reads may read all of them.
  const within = task.reads.length > 0 ? [] : repositories.map((folder) => `${literalPattern(folder)}/**`);
  for (const path of new Set([...named, ...copied(root, [config.worktrees.copy, ...reach, within])])) {
    if (isLeftOut(path) || carried.has(rawPath(path)) || isBeyond(workdir, rawPath(path))) continue;
    const [from, to] = [join(root, path), join(workdir, path)];
    const stats = look(from);
    if (stats === undefined || isThere(to)) continue;
    makeParents(root, workdir, rawPath(path));
    if (!(await copyAsIs(from, to))) continue;
    found.set(rawPath(path), fingerprintOf(stats));
    const copy = look(to);
    if (copy !== undefined) copies.set(rawPath(path), fingerprintOf(copy));
    placed.push(path);
  }
  await placeFolders(root, workdir, reach.flat());
  return { placed: placed.map(rawPath), found, copies };
}

const NONE: ReadonlyMap<RawPath, PathState> = new Map();

/** The folders above a path, where they are not there yet. */
function makeParents(root: string, workdir: string, path: RawPath): void {
  for (const folder of ancestorsOf(path)) makeLike(locate(root, folder), locate(workdir, folder));
}

/** A folder that is no more open to others than the user's. */
function makeLike(theirs: FsPath, folder: FsPath): void {
  if (look(folder) !== undefined) return;
  const stats = look(theirs);
  mkdirSync(folder, stats?.isDirectory() ? permissionsOf(stats) | OF_OWNER : 0o777);
}

/** What we need to put something in. */
const OF_OWNER = 0o700;

async function putKept(kept: PathState, to: string): Promise<void> {
  rmSync(to, { recursive: true, force: true });
  if (kept.kind === 'link') symlinkSync(bytesOf(kept.target), to);
  if (kept.kind !== 'file' || !('copied' in kept.content)) return;
  await copyAsIs(kept.content.copied, to);
  chmodSync(to, kept.mode);
}

/** Those at which a declared pattern begins, with all below them, also where git ignores them. */
async function placeFolders(root: string, workdir: string, globs: PatternList): Promise<void> {
  for (const folder of await declaredFolders(root, globs)) {
    if (isBeyond(workdir, folder)) continue;
    makeParents(root, workdir, folder);
    makeLike(locate(root, folder), locate(workdir, folder));
  }
}

/** The folders at which a pattern begins that are there, and what is below them, relative to the root. */
export async function declaredFolders(root: string, globs: PatternList): Promise<RawPath[]> {
  const prefixes = prefixesOf(globs).filter((prefix) => prefix !== '');
  return (await walk(root, { prefixes, matches: () => false })).folders;
}

function copied(root: string, lists: readonly PatternList[]): string[] {
  return lists
    .filter((list) => list.length > 0)
    .flatMap((list) => listFiles(root, wantsOf(list)).filter(matcher(list)));
}

const isInside = (path: string): boolean => !path.startsWith('../') && !posix.isAbsolute(path);

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/**
 * Whether something other than a folder is above a path, a link above all: what a task has left there may lead to the user's own
 * files, among which nothing is placed and nothing removed.
 */
export const isBeyond = (top: string, path: RawPath): boolean =>
  ancestorsOf(path)
    .map((folder) => look(locate(top, folder)))
    .some((stats) => stats !== undefined && !stats.isDirectory());

/**
 * Takes the links away again before a worktree is given to another task or removed: what they lead to is the user's.
 * @param top of the worktree @param prefix of the config's folder in it
 */
export function removeLinks(top: string, prefix: RawPath, config: Pick<Config, 'worktrees'>): void {
  for (const link of config.worktrees.link) {
    const path = toTop(prefix, rawPath(link));
    if (!isBeyond(top, path) && look(locate(top, path))?.isSymbolicLink()) unlinkSync(locate(top, path));
  }
}
