// Which repository a folder lies in, whether tasks can be isolated in it, and which paths git does not hold. Reads
// only.

import { accessSync, constants, existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { codeOf } from '../base/error-code.ts';
import { findGitFolder } from '../base/git-folder.ts';
import { type RawPath, rawPath } from '../base/raw-path.ts';
import { GitError, git, gitLine, LOOKING, nulTerminated, records } from './git.ts';
import { indexOf } from './hook-index.ts';
import { indexEntries } from './index-file.ts';
import { IndexStat, NotPlain, type StatEntry } from './index-stat.ts';
import { resolveObject } from './objects.ts';
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
  const start = realpathSync(folder);
  const found = findGitFolder(start);
  if (found === undefined) return undefined;
  const { top, gitDir } = found;
  const prefix = rawPath(relative(top, start).split(sep).join('/'));
  return { top, gitDir, index: indexOf(found), commonDir: commonDirOf(gitDir), prefix };
}

function commonDirOf(gitDir: string): string {
  const file = join(gitDir, 'commondir');
  return existsSync(file) ? resolve(gitDir, readFileSync(file, 'utf8').replace(/\n$/, '')) : gitDir;
}

const OLDEST: readonly [number, number] = [2, 38];

const UNDER_WAY: readonly [file: string, what: string][] = [
  ['MERGE_HEAD', 'a merge'],
  ['rebase-merge', 'a rebase'],
  ['rebase-apply', 'a rebase'],
  ['CHERRY_PICK_HEAD', 'a cherry-pick'],
  ['REVERT_HEAD', 'a revert'],
];

/** A sentence without a full stop when tasks cannot run in worktrees of this repository. */
export async function whyNotIsolated(repository: Repository): Promise<string | undefined> {
  const { top, gitDir, commonDir } = repository;
  for (const [file, what] of UNDER_WAY) if (existsSync(join(gitDir, file))) return `${what} is in progress`;
  const closed = [gitDir, commonDir, join(commonDir, 'objects'), join(commonDir, 'refs')].find(isClosed);
  if (closed !== undefined) return `${closed} cannot be written`;
  try {
    // An older git does not understand the question.
    const [shown, sparse, entries] = await Promise.all([
      gitLine(top, ['rev-parse', '--show-toplevel'], { accept: [0, 128] }),
      isSparse(repository),
      ownEntries(repository),
      resolveObject(top, NO_OBJECT),
    ]);
    if (shown === '' && (await gitLine(top, ['rev-parse', '--is-bare-repository'])) === 'true')
      return 'the repository is bare';
    if (shown === '' || realpathSync(shown) !== top) return 'git takes another folder for the work tree';
    if (sparse) return 'the work tree is a sparse checkout';
    if (entries.some(({ stage }) => stage !== 0)) return 'files have unresolved conflicts';
    return undefined;
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return (await whyTooOld(top)) ?? error.message;
  }
}

async function whyTooOld(top: string): Promise<string | undefined> {
  const version = await gitLine(top, ['version']).catch(() => '');
  return isTooOld(version) ? `${version} is too old, ${OLDEST.join('.')} is needed` : undefined;
}

/** No name at all: looked for in no store and fetched from nowhere. */
const NO_OBJECT = '?';

/** Whether it is there and we may not write in it. */
function isClosed(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (error) {
    return codeOf(error) !== 'ENOENT';
  }
}

function isTooOld(version: string): boolean {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return false;
  const [wantedMajor, wantedMinor] = OLDEST;
  return Number(major) < wantedMajor || (Number(major) === wantedMajor && Number(minor) < wantedMinor);
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
  if (asked.length === 0) return found;
  // It is the one command that refuses to take paths literally; behind `./` none has magic.
  const { stdout } = await git(repository.top, ['check-ignore', '-z', '--stdin'], {
    input: nulTerminated(asked.map((path) => `./${path}`)),
    env: { ...LOOKING, GIT_LITERAL_PATHSPECS: '0' },
    accept: [0, 1],
  });
  for (const path of records(stdout)) found.add(path.slice(2) as RawPath);
  return found;
}

type Entry = Pick<StatEntry, 'path' | 'mode' | 'stage'>;

/** What the work tree's own index holds. */
async function ownEntries({ top, index }: Repository): Promise<readonly Entry[]> {
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
