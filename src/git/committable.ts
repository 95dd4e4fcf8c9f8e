// From trees of bytes to trees as git would commit them: line ends, encodings, filters and permissions as the attributes and
// settings of the repository say.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RawPath } from '../base/raw-path.ts';
import { conversionsOf } from './conversions.ts';
import { git, gitLine, nulTerminated } from './git.ts';
import { type IndexEntry, indexEntries, setEntries } from './index-file.ts';
import type { RawView } from './raw-view.ts';
import { GITLINK, type Repository } from './repository.ts';
import { stage } from './stage.ts';
import { editTree, treeChanges, treeEntries } from './tree.ts';

/** What led from one tree of bytes to another, as two trees between which git sees the same. */
export interface Stretch {
  from: string;
  to: string;
}

export class Committable {
  readonly #repository: Repository;
  readonly #view: RawView;
  readonly #scratch: string;

  /** @param scratch a folder of ours */
  constructor(repository: Repository, view: RawView, scratch: string) {
    this.#repository = repository;
    this.#view = view;
    this.#scratch = scratch;
  }

  /** In their order. @param head the commit whose permissions and links count where the disk's do not */
  async stretches(all: readonly Stretch[], head: string | undefined): Promise<Stretch[]> {
    const changed = await Promise.all(
      all.map(async ({ from, to }) =>
        (await treeChanges(this.#repository, from, to))
          .filter(({ before, after }) => (after ?? before)?.mode !== GITLINK)
          .map(({ path }) => path),
      ),
    );
    const isConverted = await this.#conversions(new Set(changed.flat()));
    const made: Stretch[] = [];
    for (const [at, { from, to }] of all.entries()) {
      const paths = changed[at] ?? [];
      const isAsIs = !paths.some(isConverted);
      const convert = (tree: string) => (isAsIs ? tree : this.#tree(tree, paths, head));
      made.push({ from: await convert(from), to: await convert(to) });
    }
    return made;
  }

  /** Which of these paths git may commit as something else than their bytes, or makes so of others. */
  async #conversions(paths: ReadonlySet<RawPath>): Promise<(path: RawPath) => boolean> {
    if (paths.size === 0) return () => false;
    const { top } = this.#repository;
    const asked = ['config', '--type=bool', '--get-regexp', '^core\\.(filemode|symlinks)$'];
    const [conversions, settings] = await Promise.all([
      conversionsOf(this.#repository, paths),
      gitLine(top, asked, { accept: [0, 1] }),
    ]);
    const areAll = / false$/m.test(settings);
    return (path) => areAll || conversions.has(path) || isAttributes(path);
  }

  /** The tree with these paths as `git add` would enter them from the disk. */
  async #tree(tree: string, paths: readonly RawPath[], head: string | undefined): Promise<string> {
    const { top, gitDir } = this.#repository;
    mkdirSync(this.#scratch, { recursive: true });
    const scratch = mkdtempSync(join(this.#scratch, 'committable-'));
    try {
      const wanted = new Set(paths);
      const entries = await treeEntries(this.#repository, tree);
      const own = entries.filter(({ path }) => wanted.has(path));
      const needed = entries.filter(
        ({ path, mode }) => mode !== GITLINK && (wanted.has(path) || isAttributes(path)),
      );
      const folder = join(scratch, 'tree');
      await stage(this.#repository, this.#view, {
        folder,
        changes: needed.map(({ path, mode, oid }) => ({ path, after: { mode, oid } })),
      });
      const index = join(scratch, 'index');
      const on = { env: { GIT_DIR: gitDir, GIT_WORK_TREE: folder, GIT_INDEX_FILE: index } };
      const known = head === undefined ? [] : await treeEntries(this.#repository, head);
      await setEntries(
        top,
        index,
        known.filter(({ path }) => wanted.has(path)),
      );
      const input = nulTerminated(own.map(({ path }) => path));
      await git(folder, ['update-index', '--add', '--replace', '-z', '--stdin'], { ...on, input });
      const added = new Map((await indexEntries(top, index)).map((entry) => [entry.path, entry]));
      const changed = own.map((entry): IndexEntry => added.get(entry.path) ?? entry);
      return await editTree(this.#repository, tree, changed);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
}

const isAttributes = (path: string): boolean => path === '.gitattributes' || path.endsWith('/.gitattributes');
