// What the tests of this room share: a repository with its `Repository`, snapshots of it, and the truth to compare with.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { RawView } from '../../src/git/raw-view.ts';
import { findRepository, type Repository } from '../../src/git/repository.ts';
import { Snapshots } from '../../src/git/snapshot.ts';
import { type Repo, type RepoOptions, repo, runGit } from '../support/git.ts';
import { tempDir } from '../support/tmp.ts';

export interface Rig extends Repo {
  repository: Repository;
  snapshots: Snapshots;
  /** A snapshot's tree. */
  take: () => Promise<string>;
}

export async function rig(options: RepoOptions = {}): Promise<Rig> {
  const made = await repo(options);
  const repository = repositoryAt(made.dir);
  const snapshots = new Snapshots(repository, { scratch: tempDir('scratch-') });
  const take = async () => (await snapshots.take({ parents: [], message: 'now' })).tree;
  return { ...made, repository, snapshots, take };
}

export function repositoryAt(dir: string): Repository {
  const found = findRepository(dir);
  if (found === undefined) throw new Error(`no repository at ${dir}`);
  return found;
}

/** What a worktree begins with that is to be at a commit, with just its files. */
export async function beginning(made: Pick<Repo, 'git'>, id: string, head: string) {
  return { id, head, content: { tree: await made.git('rev-parse', `${head}^{tree}`), folders: [] } };
}

/** Files as bytes, in a folder of its own. */
export const viewOf = (repository: Repository): RawView =>
  new RawView(repository, join(tempDir('view-'), 'bytes'));

/** What `git add -A && git write-tree` says in a copy of the folder. */
export async function addAllTree(dir: string): Promise<string> {
  const copy = join(tempDir('copy-'), 'repo');
  // Names may be any bytes, which node cannot copy.
  execFileSync('cp', ['-a', dir, copy]);
  await runGit(copy, ['add', '--all']);
  const tree = await runGit(copy, ['write-tree']);
  execFileSync('rm', ['-rf', copy]);
  return tree;
}

/** `mode path` of each entry of a tree. */
export async function listTree(made: { git: Repo['git'] }, tree: string): Promise<string[]> {
  const text = await made.git('ls-tree', '-r', '-z', '--format=%(objectmode) %(path)', tree);
  return text.split('\0').filter(Boolean);
}
