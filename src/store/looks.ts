// What stands at paths of a tree, each looked at once. Never reaches through a link.

import type { BigIntStats } from 'node:fs';
import { look } from '../base/look.ts';
import { parentOf } from '../base/path-names.ts';
import type { RawPath } from '../base/raw-path.ts';
import type { Ground } from './transaction-paths.ts';

export class Looks {
  readonly #ground: Ground;
  readonly #seen = new Map<RawPath, BigIntStats | undefined>();

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Undefined where there is nothing in the root; below what is no folder there is nothing. */
  at(path: RawPath): BigIntStats | undefined {
    if (this.#seen.has(path)) return this.#seen.get(path);
    const folder = parentOf(path);
    const isReachable = folder === '' || this.at(folder)?.isDirectory();
    const stats = isReachable ? look(this.#ground.at(path)) : undefined;
    this.#seen.set(path, stats);
    return stats;
  }
}
