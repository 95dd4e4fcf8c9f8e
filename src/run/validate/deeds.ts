// What tasks have changed, one after the other, and the trees that come of it: with the first of them, or with any. Made in
// git's object store, and only those that somebody asks for. Unaware of what is done with them.

import { changesInAll } from '../../base/path-change.ts';
import type { Repository } from '../../git/repository.ts';
import { editTree, entriesAfter, type TreeChange } from '../../git/tree.ts';
import { replay } from '../integrate/commits.ts';

export interface Deed {
  task: string;
  /** From what the tasks before it have left. */
  changes: readonly TreeChange[];
}

export class Deeds {
  readonly #repository: Repository;
  readonly #start: string;
  readonly #deeds: readonly Deed[];
  readonly #trees = new Map<number, string>();

  /** @param start the tree before the first of them */
  constructor(repository: Repository, start: string, deeds: readonly Deed[]) {
    this.#repository = repository;
    this.#start = start;
    this.#deeds = deeds;
  }

  get tasks(): string[] {
    return this.#deeds.map(({ task }) => task);
  }

  /** @param places of the deeds, in ascending order. Undefined where their changes do not fit together without others. */
  async treeWith(places: readonly number[]): Promise<string | undefined> {
    const gap = places.findIndex((place, at) => place !== at);
    const length = gap < 0 ? places.length : gap;
    let tree = await this.#treeAfter(length);
    for (const place of places.slice(length)) {
      const [from, to] = [await this.#treeAfter(place), await this.#treeAfter(place + 1)];
      const next = await replay(this.#repository, from, to, tree);
      if (!next.ok) return undefined;
      tree = next.tree;
    }
    return tree;
  }

  /** With the first deeds, as many as that. */
  async #treeAfter(length: number): Promise<string> {
    const known = this.#trees.get(length);
    if (known !== undefined) return known;
    const all = changesInAll(...this.#deeds.slice(0, length).map(({ changes }) => changes));
    // What goes comes first: a folder may stand there then.
    const entries = entriesAfter(all);
    const [gone, rest] = [entries.filter(isGone), entries.filter((entry) => !isGone(entry))];
    const tree = await editTree(this.#repository, this.#start, [...gone, ...rest]);
    this.#trees.set(length, tree);
    return tree;
  }
}

const isGone = ({ mode }: { mode: string }): boolean => mode === '0';
