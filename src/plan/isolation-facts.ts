// What the repository says about isolation.

import { type RawPath, rawPath, shownPath } from '../base/raw-path.ts';
import { whyNotIsolated } from '../git/isolatable.ts';
import { pathKinds } from '../git/path-kind.ts';
import { findRepository, ignored, type Repository, submodulesAndNested } from '../git/repository.ts';
import type { IsolationFacts } from './options.ts';

export async function isolationFacts(root: string, witnesses: readonly string[]): Promise<IsolationFacts> {
  const repository = findRepository(root);
  if (repository === undefined) return { unusable: 'there is no git repository', outside: {} };
  const unusable = await whyNotIsolated(repository);
  if (unusable !== undefined) return { unusable, outside: {} };
  const nested = await submodulesAndNested(repository);
  const { prefix } = repository;
  const within = nested.filter((path) => prefix === '' || path.startsWith(`${prefix}/`));
  return {
    outside: Object.fromEntries(await outsideOf(repository, witnesses, nested)),
    repositories: within.map((path) =>
      shownPath((prefix === '' ? path : path.slice(prefix.length + 1)) as RawPath),
    ),
  };
}

async function outsideOf(
  repository: Repository,
  witnesses: readonly string[],
  nested: readonly RawPath[],
): Promise<[string, string][]> {
  if (witnesses.length === 0) return [];
  const { prefix } = repository;
  const atTop = new Map(
    witnesses.map((path) => [
      (prefix === '' ? rawPath(path) : `${prefix}/${rawPath(path)}`) as RawPath,
      path,
    ]),
  );
  // git does not answer for what lies in a repository of its own; who writes there is not isolated anyway.
  const asked = [...atTop.keys()].filter(
    (path) => !nested.some((folder) => path === folder || path.startsWith(`${folder}/`)),
  );
  // What is not there yet may come to be a folder, which a rule such as `dist/` is about.
  const kindOf = pathKinds(repository.top);
  const folders = new Map(
    asked.filter((path) => kindOf(path) === 'absent').map((path) => [`${path}/` as RawPath, path]),
  );
  const outside = [...(await ignored(repository, [...asked, ...folders.keys()]))];
  const found = [...new Set(outside.map((path) => folders.get(path) ?? path))].map(
    (path): [string, string] => [atTop.get(path) as string, 'git ignores it'],
  );
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}
