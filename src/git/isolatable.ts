// Whether tasks can be isolated in a repository: as it is now, and by the git that is here. Reads only.

import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../base/error-code.ts';
import { GitError, gitLine } from './git.ts';
import { resolveObject } from './objects.ts';
import { isSparse, ownEntries, type Repository } from './repository.ts';

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
    if (shown === '' || realpathSync.native(shown) !== top)
      return 'git takes another folder for the work tree';
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
