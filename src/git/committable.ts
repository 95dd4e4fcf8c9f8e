// From trees of bytes to trees as git would commit them: line ends, encodings, filters and permissions as the attributes and
// settings of the repository say.

import { join } from 'node:path';
import type { RawPath } from '../base/raw-path.ts';
import { conversionsOf } from './conversions.ts';
import { git, gitLine, nulTerminated } from './git.ts';
import { type IndexEntry, indexEntries, setEntries } from './index-file.ts';
import type { RawView } from './raw-view.ts';
import { GITLINK, type Repository } from './repository.ts';
import { withScratch } from './scratch.ts';
import { stage } from './stage.ts';
import { editTree, treeChanges, treeEntries } from './tree.ts';

/** What led from one tree of bytes to another, as two trees between which git sees the same. */
export interface Stretch {
  from: string;
  to: string;
}

interface From {
  repository: Repository;
  view: RawView;
  /** A folder of ours. */
  scratch: string;
}

/** In their order. @param head the commit whose permissions and links count where the disk's do not */
export async function committable(
  from: From,
  all: readonly Stretch[],
  head: string | undefined,
): Promise<Stretch[]> {
  const { repository } = from;
  const changed = await Promise.all(
    all.map(async ({ from, to }) =>
      (await treeChanges(repository, from, to))
        .filter(({ before, after }) => (after ?? before)?.mode !== GITLINK)
        .map(({ path }) => path),
    ),
  );
  const isConverted = await conversions(repository, new Set(changed.flat()));
  const made: Stretch[] = [];
  for (const [at, stretch] of all.entries()) {
    const paths = changed[at] ?? [];
    const isAsIs = !paths.some(isConverted);
    const convert = (tree: string) => (isAsIs ? tree : asAdded(from, tree, paths, head));
    made.push({ from: await convert(stretch.from), to: await convert(stretch.to) });
  }
  return made;
}

/** Which of these paths git may commit as something else than their bytes, or makes so of others. */
async function conversions(
  repository: Repository,
  paths: ReadonlySet<RawPath>,
): Promise<(path: RawPath) => boolean> {
  if (paths.size === 0) return () => false;
  const asked = ['config', '--type=bool', '--get-regexp', '^core\\.(filemode|symlinks)$'];
  const [found, settings] = await Promise.all([
    conversionsOf(repository, paths),
    gitLine(repository.top, asked, { accept: [0, 1] }),
  ]);
  const areAll = / false$/m.test(settings);
  return (path) => areAll || found.has(path) || isAttributes(path);
}

/** The tree with these paths as `git add` would enter them from the disk. */
async function asAdded(
  { repository, view, scratch }: From,
  tree: string,
  paths: readonly RawPath[],
  head: string | undefined,
): Promise<string> {
  const { top, gitDir } = repository;
  const wanted = new Set(paths);
  const entries = await treeEntries(repository, tree);
  const own = entries.filter(({ path }) => wanted.has(path));
  const needed = entries.filter(
    ({ path, mode }) => mode !== GITLINK && (wanted.has(path) || isAttributes(path)),
  );
  return withScratch(scratch, async (within) => {
    const folder = join(within, 'tree');
    const changes = needed.map(({ path, mode, oid }) => ({ path, after: { mode, oid } }));
    await stage(repository, view, { folder, changes });
    const index = join(within, 'index');
    const on = { env: { GIT_DIR: gitDir, GIT_WORK_TREE: folder, GIT_INDEX_FILE: index } };
    const known = head === undefined ? [] : await treeEntries(repository, head);
    await setEntries(
      top,
      index,
      known.filter(({ path }) => wanted.has(path)),
    );
    const input = nulTerminated(own.map(({ path }) => path));
    await git(folder, ['update-index', '--add', '--replace', '-z', '--stdin'], { ...on, input });
    const added = new Map((await indexEntries(top, index)).map((entry) => [entry.path, entry]));
    return editTree(
      repository,
      tree,
      own.map((entry): IndexEntry => added.get(entry.path) ?? entry),
    );
  });
}

const isAttributes = (path: string): boolean => path === '.gitattributes' || path.endsWith('/.gitattributes');
