// Which files git ignores.

import { type RawPath, rawPath } from '../base/raw-path.ts';
import { GitError, git, LOOKING, records } from '../git/git.ts';
import { shownFromTop, toTop } from '../git/prefix.ts';
import { findRepository, ignored, type Repository, submodulesAndNested } from '../git/repository.ts';

/** @param files relative to the root; outside of a repository none is ignored */
export async function ignoredAmong(
  root: string,
  files: readonly string[],
): Promise<(file: string) => boolean> {
  const repository = findRepository(root);
  if (repository === undefined) return () => false;
  const atTop = (file: string): RawPath => toTop(repository.prefix, rawPath(file));
  const found = await ignoredIn(repository, [...new Set(files.map(atTop))]);
  return (file) => found.has(atTop(file));
}

/** Folders that git ignores, relative to the root; none outside of a repository. */
export async function ignoredFolders(root: string): Promise<ReadonlySet<string>> {
  const repository = findRepository(root);
  if (repository === undefined) return new Set();
  const args = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'];
  const { stdout } = await git(repository.top, args, { env: LOOKING });
  // Also those that have nothing in them but what is ignored.
  const listed = records(stdout).flatMap((path) =>
    path.endsWith('/') ? [path.slice(0, -1) as RawPath] : [],
  );
  const folders = await ignoredIn(repository, listed);
  return new Set([...folders].map((path) => shownFromTop(repository.prefix, path)));
}

/** git refuses to answer for what lies in a repository of its own. */
async function ignoredIn(repository: Repository, paths: readonly RawPath[]): Promise<Set<RawPath>> {
  try {
    return await ignored(repository, paths);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const nested = await submodulesAndNested(repository);
    return ignored(
      repository,
      paths.filter((path) => !nested.some((folder) => path === folder || path.startsWith(`${folder}/`))),
    );
  }
}
