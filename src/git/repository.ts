// Which repository a folder lies in, and which paths git does not hold. Reads
// only.

import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { commonGitFolder, findGitFolder } from '../base/git-folder.ts';
import { type RawPath, rawPath } from '../base/raw-path.ts';
import { git, gitLine, LOOKING, records } from './git.ts';
import { indexOf } from './hook-index.ts';
import { checkIgnore } from './ignored.ts';
import { indexEntries } from './index-file.ts';
import { NotPlain, type StatEntry } from './index-format.ts';
import { IndexStat } from './index-stat.ts';
import { pathKinds } from './path-kind.ts';

export interface Repository {
  /** The work tree's top folder, its real path. Paths in this room are relative to it. */
  top: string;
  /** What belongs to this work tree alone: HEAD, index. */
  gitDir: string;
  /** Its index; in a hook of git the one that is about to be committed. */
  index: string;
  /** What all work trees share: objects, refs, config. */
  commonDir: string;
  /** The folder that was asked about, relative to the top: '' or 'a/b'. */
  prefix: RawPath;
}

/** Without any process: walks up to the first `.git` that is one. */
export function findRepository(folder: string): Repository | undefined {
  const start = realpathSync.native(folder);
  const found = findGitFolder(start);
  if (found === undefined) return undefined;
  const { top, gitDir } = found;
  const prefix = rawPath(relative(top, start).split(sep).join('/'));
  return { top, gitDir, index: indexOf(found), commonDir: commonGitFolder(gitDir), prefix };
}

export async function isSparse({ top }: Repository): Promise<boolean> {
  const asked = ['config', '--type=bool', '--get', 'core.sparseCheckout'];
  return (await gitLine(top, asked, { accept: [0, 1] })) === 'true';
}

/**
 * Which of these paths git does not hold and would not take: ignored ones that are not tracked, and what lies beyond
 * a symbolic link. Paths in submodules and nested repositories must not be asked about, see `submodulesAndNested`.
 */
export async function ignored(repository: Repository, paths: Iterable<RawPath>): Promise<Set<RawPath>> {
  const kindOf = pathKinds(repository.top);
  const found = new Set<RawPath>();
  const asked: RawPath[] = [];
  for (const path of paths) {
    if (kindOf(path) === 'beyond a link') found.add(path);
    else asked.push(path);
  }
  for (const path of await checkIgnore(repository.top, { env: LOOKING }, asked)) found.add(path);
  return found;
}

type Entry = Pick<StatEntry, 'path' | 'mode' | 'stage'>;

/** What the work tree's own index holds. */
export async function ownEntries({ top, index }: Repository): Promise<readonly Entry[]> {
  try {
    return existsSync(index) ? new IndexStat(index).entries : [];
  } catch (error) {
    if (!(error instanceof NotPlain)) throw error;
    return indexEntries(top, index);
  }
}

/** Folders that hold a repository of their own: submodules in the index, and untracked ones that are not ignored. */
export async function submodulesAndNested(repository: Repository): Promise<RawPath[]> {
  const [entries, others] = await Promise.all([
    ownEntries(repository),
    git(repository.top, ['ls-files', '-z', '--others', '--exclude-standard'], { env: LOOKING }),
  ]);
  const submodules = entries.filter(({ mode }) => mode === GITLINK).map(({ path }) => path);
  const nested = records(others.stdout)
    .filter(isNested)
    .map((path) => path.slice(0, -1) as RawPath);
  return [...new Set([...submodules, ...nested])].sort();
}

/** The mode of an entry that pins a commit of a submodule. */
export const GITLINK = '160000';

/** `ls-files --others` names a folder only when it is a repository of its own. */
export const isNested = (path: string): boolean => path.endsWith('/');

/** Whether there is anything at the path itself, a dangling link included. */
export const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
