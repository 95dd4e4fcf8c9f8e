// Which of many lists can share a path with one more, by the folders that all they match lies in. Says nothing of whether
// they do.

import type { PatternList } from './patterns/index.ts';
import { prefixesOf } from './touches.ts';

function* foldersAbove(prefix: string): Generator<string> {
  for (let folder = prefix; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    yield folder;
    if (folder === '') return;
  }
}

export class PrefixIndex {
  readonly #at = new Map<string, number[]>();
  readonly #atOrBelow = new Map<string, number[]>();
  /** By list, when it was last found: in which call of `near`. */
  readonly #found: Uint32Array;
  #calls = 0;

  constructor(lists: readonly PatternList[]) {
    this.#found = new Uint32Array(lists.length);
    for (const [index, list] of lists.entries()) {
      for (const prefix of prefixesOf(list)) {
        put(this.#at, prefix, index);
        for (const folder of foldersAbove(prefix)) put(this.#atOrBelow, folder, index);
      }
    }
  }

  /** The numbers of the lists that are worth a look, ascending. */
  near(list: PatternList): number[] {
    this.#calls++;
    const found: number[] = [];
    const add = (indexes: readonly number[] = []): void => {
      for (const index of indexes) {
        if (this.#found[index] === this.#calls) continue;
        this.#found[index] = this.#calls;
        found.push(index);
      }
    };
    for (const prefix of prefixesOf(list)) {
      add(this.#atOrBelow.get(prefix));
      for (const folder of foldersAbove(prefix)) add(this.#at.get(folder));
    }
    return found.sort((a, b) => a - b);
  }
}

function put(map: Map<string, number[]>, folder: string, index: number): void {
  const known = map.get(folder);
  if (known === undefined) map.set(folder, [index]);
  else if (known.at(-1) !== index) known.push(index);
}
