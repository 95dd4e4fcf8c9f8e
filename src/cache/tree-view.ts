// The files of the user's tree as they are told to one task after the other: what was looked at once is not looked at again as long as
// nothing has run and nothing was changed. Reads, and keeps no contents.

import { ancestorsOf } from '../base/path-names.ts';
import { type RawPath, shownPath } from '../base/raw-path.ts';
import { anyMatcher, type PatternList } from '../plan/patterns/index.ts';
import { reachOf } from '../plan/reach.ts';
import { prefixesOf } from '../plan/touches.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { capture, DIGESTS_ONLY, type Entry, type Image, type Known } from '../store/image.ts';
import { walk } from '../store/walk.ts';

/** What the list matches, and those that say the same of names that lead through no link. */
export interface View extends Image {
  reach: readonly PatternList[];
}

export class TreeView {
  readonly #root: string;
  readonly #cache: Known;
  readonly #known = new Map<string, Promise<View>>();
  /** How files would be by now. */
  readonly #supposed = new Map<RawPath, Entry | 'absent'>();

  constructor(root: string, cache: Known) {
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

  /**
   * The files that the list matches now, and those that it reaches through links, by names that lead through none.
   * @param ignored links that are taken to lead nowhere
   */
  image(list: PatternList, ignored: ReadonlySet<string> = NO_LINKS): Promise<View> {
    const key = JSON.stringify([list, [...ignored]]);
    let image = this.#known.get(key);
    if (image === undefined) {
      image = this.#image(list, ignored);
      this.#known.set(key, image);
    }
    return image;
  }

  async #image(list: PatternList, ignored: ReadonlySet<string>): Promise<View> {
    const reach = reachOf(this.#root, list, ignored);
    const image = { ...(await imageOf(this.#root, reach, DIGESTS_ONLY, this.#cache)), reach };
    if (this.#supposed.size === 0 || list.length === 0) return image;
    const covers = anyMatcher(reach);
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

const NO_LINKS: ReadonlySet<string> = new Set();

/** The same of any folder. @param lists by names that lead through no link @param keeper where contents go */
export async function imageOf(
  root: string,
  lists: readonly PatternList[],
  keeper: Pick<BlobStore, 'put' | 'has'>,
  cache: Known,
): Promise<Image> {
  if (lists.length === 0) return { entries: new Map(), folders: new Map(), leftOut: [] };
  const reach = { prefixes: lists.flatMap(prefixesOf), matches: anyMatcher(lists) };
  return capture(root, () => walk(root, reach), keeper, cache);
}
