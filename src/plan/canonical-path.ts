// When two different names are one file: letters in another case, composed characters, symbolic links; and when a name is
// that of a folder.

import { foldList, foldPath, type Spelling } from './case-fold.ts';
import { ignoresCase, linksOf } from './file-system.ts';
import type { Link } from './link-index.ts';
import { LinkIndex } from './link-index.ts';
import { type Part, throughFileLinks, throughLinks } from './links.ts';
import { Listing } from './listing-tree.ts';
import { NamedFolders } from './named-folders.ts';
import { isExclude, type PatternList } from './patterns/index.ts';

export interface Names extends Spelling {
  /** To folders. */
  links: readonly Link[];
  /** To files. */
  fileLinks: readonly Link[];
}

const ASCII = /^[\0-\x7f]*$/;

/**
 * Brings lists to where equal files have equal names. Two lists touch a common file exactly when one of the parts of the
 * one overlaps one of the parts of the other; where a pattern cannot be brought there exactly, its part matches more than
 * it does and says so. Nothing is missed but spellings of which one is longer than the other (`ß` and `ss`).
 */
export class Identity {
  /** Nothing to do: every list is its own only part, and every path its own name. */
  readonly isPlain: boolean;
  readonly hasLinks: boolean;
  readonly #spelling: Spelling;
  readonly #links: LinkIndex;
  readonly #fileLinks: LinkIndex;
  readonly #folders: NamedFolders;
  readonly #known = new Map<string, readonly Part[]>();

  /** `lists` are those that will be asked about, and `listing` has the files that they match. */
  constructor(names: Names, lists: Iterable<PatternList>, listing = new Listing()) {
    const { links, fileLinks, ignoreCase } = names;
    this.#spelling = { ignoreCase };
    const folded = ({ link, target }: Link): Link => ({
      link: foldPath(link, names),
      target: foldPath(target, names),
    });
    this.#links = new LinkIndex(links.map(folded));
    this.#fileLinks = new LinkIndex(fileLinks.map(folded));
    this.#folders = new NamedFolders(listing, { links, fileLinks });
    this.hasLinks = links.length + fileLinks.length > 0;
    this.isPlain = !ignoreCase && !this.hasLinks && [...lists].every((list) => ASCII.test(list.join('')));
  }

  /** Looks at the disk. */
  static of(root: string, listing: Listing, lists: Iterable<PatternList>): Identity {
    return new Identity({ ignoreCase: ignoresCase(root), ...linksOf(root, listing.links) }, lists, listing);
  }

  /** What is to be handed to `overlap`, part by part. Answers are remembered. */
  canonical(written: PatternList): readonly Part[] {
    if (this.isPlain) {
      const list = this.#folders.in(written);
      return [{ list, written: list.map((_, index) => index), exact: true }];
    }
    const key = JSON.stringify(written);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const folded = foldList(this.#folders.in(written), this.#spelling);
    const parts = folded.list.every(isExclude)
      ? [folded]
      : throughFileLinks(throughLinks(folded, this.#links), this.#fileLinks);
    this.#known.set(key, parts);
    return parts;
  }

  /** A path of the listing by the name it has in the parts. */
  path(path: string): string {
    return this.isPlain ? path : foldPath(path, this.#spelling);
  }
}
