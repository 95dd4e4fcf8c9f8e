// The looks at a work tree's files, one after the other, and which files are not as an earlier one has found them: whoever has made
// something of them need not go through all again. Unaware of who looks.

import type { RawPath } from '../base/raw-path.ts';
import type { IndexStat } from './index-stat.ts';

/** Which look it was. */
export interface LookMark {
  of: Looks;
  number: number;
}

export interface Look {
  mark: LookMark;
  /** Files that were touched since, be it only their times. Undefined where nobody can tell. */
  touchedSince(earlier: LookMark): readonly RawPath[] | undefined;
}

export class Looks {
  /** By each look since the one before it. */
  readonly #touched: (readonly RawPath[] | undefined)[] = [];
  #index: IndexStat | undefined;

  /** @param index true of all files by now */
  add(index: IndexStat | undefined): Look {
    this.#touched.push(this.#index && index?.changedSince(this.#index));
    this.#index = index;
    const number = this.#touched.length;
    return {
      mark: { of: this, number },
      touchedSince: (earlier) => {
        const since = earlier.of === this ? this.#touched.slice(earlier.number, number) : [undefined];
        const known = since.filter((touched) => touched !== undefined);
        return known.length < since.length ? undefined : known.flat();
      },
    };
  }
}
