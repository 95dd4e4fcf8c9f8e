// The files of the user's tree as they are told to one task after the other: what was looked at once is not looked at again as long as
// nothing has run and nothing was changed. Reads, and keeps no contents.

import { ancestorsOf } from '../base/path-names.ts';
import { type RawPath, shownPath } from '../base/raw-path.ts';
import { matcher, type PatternList } from '../plan/patterns/index.ts';
import { reachOf } from '../plan/reach.ts';
import { prefixesOf } from '../plan/touches.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { capture, DIGESTS_ONLY, type Entry, type Image } from '../store/image.ts';
import type { StatCache } from '../store/stat-cache.ts';
import { walk } from '../store/walk.ts';

export interface TreeImage extends Image {
  /** Some of it was found by way of links: where they lead is not told by the folders alone. */
  isThroughLinks: boolean;
}

export class TreeView {
  readonly #root: string;
  readonly #cache: StatCache;
  readonly #known = new Map<string, Promise<TreeImage>>();
  /** How files would be by now. */
  readonly #supposed = new Map<RawPath, Entry | 'absent'>();

  constructor(root: string, cache: StatCache) {
    this.#root = root;
    this.#cache = cache;
  }

  /** Something has run, or was changed. */
  outdated(): void {
    this.#known.clear();
  }

  /** From here on a file is told to be so, whatever it is on the disk. */
  suppose(path: RawPath, entry: Entry | 'absent'): void {
    this.#supposed.set(path, entry);
    this.outdated();
  }

  /** The files that the list matches now, and those that it reaches through links, by names that lead through none. */
  image(list: PatternList): Promise<TreeImage> {
    const key = list.join('\0');
    let image = this.#known.get(key);
    if (image === undefined) {
      image = this.#image(list);
      this.#known.set(key, image);
    }
    return image;
  }

  async #image(list: PatternList): Promise<TreeImage> {
    const image = await imageOf(this.#root, list, DIGESTS_ONLY, this.#cache);
    if (this.#supposed.size === 0 || list.length === 0) return image;
    const covers = coversOf(reachOf(this.#root, list));
    for (const [path, entry] of this.#supposed) {
      if (!covers(shownPath(path))) continue;
      if (entry === 'absent') image.entries.delete(path);
      else {
        image.entries.set(path, entry);
        for (const folder of ancestorsOf(path)) image.folders.set(folder, image.folders.get(folder) ?? 0o755);
      }
    }
    return image;
  }
}

const coversOf = (lists: readonly PatternList[]): ((path: string) => boolean) => {
  const tests = lists.map(matcher);
  return (path) => tests.some((each) => each(path));
};

/** The same of any folder. @param keeper where contents go */
export async function imageOf(
  root: string,
  list: PatternList,
  keeper: Pick<BlobStore, 'put' | 'has'>,
  cache: StatCache,
): Promise<TreeImage> {
  if (list.length === 0)
    return { entries: new Map(), folders: new Map(), leftOut: [], isThroughLinks: false };
  const lists = reachOf(root, list);
  const reach = { prefixes: lists.flatMap(prefixesOf), matches: coversOf(lists) };
  const image = await capture(root, () => walk(root, reach), keeper, cache);
  return { ...image, isThroughLinks: lists.length > 1 };
}
