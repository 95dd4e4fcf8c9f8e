// Which of many links a list reaches, without asking each link. Pure.

import { after, fits, isNear, type Segment, splitPattern } from './pattern-suffixes.ts';
import { isExclude, type PatternList } from './patterns/index.ts';

/** A symbolic link and what it leads to, both relative to the root; '' is the root itself. */
export interface Link {
  link: string;
  target: string;
}

/** A folder on the way to links, or a link: then `at` is its index. */
interface Node {
  below: Map<string, Node>;
  at: number[];
}

const makeNode = (): Node => ({ below: new Map(), at: [] });

export class LinkIndex {
  readonly links: readonly Link[];
  readonly #top = makeNode();
  /** All names of folders in the paths of links and of what they lead to. */
  readonly #names = new Set<string>();
  /** The last names of links. */
  readonly #ends = new Set<string>();

  constructor(links: readonly Link[]) {
    this.links = links;
    for (const [index, { link, target }] of links.entries()) {
      let node = this.#top;
      for (const name of link.split('/')) {
        const below = node.below.get(name) ?? makeNode();
        node.below.set(name, below);
        node = below;
        this.#names.add(name);
      }
      node.at.push(index);
      this.#ends.add(link.slice(link.lastIndexOf('/') + 1));
      for (const name of target.split('/')) this.#names.add(name);
    }
  }

  /** The links below which a list may match what it does not match below their targets, in their order. */
  below(list: PatternList): Link[] {
    const isKnown = list.every((pattern) =>
      this.#isAnywhere(isExclude(pattern) ? pattern.slice(1) : pattern),
    );
    return isKnown ? [] : this.at(list);
  }

  /** The links at or below which an include may match, in their order. */
  at(list: PatternList): Link[] {
    return this.#reached(list.filter((pattern) => !isExclude(pattern)));
  }

  /** Those among them that an include may match themselves, and not only what lies below them. */
  matched(list: PatternList): Link[] {
    return this.#reached(list.filter((pattern) => !isExclude(pattern) && this.#isMet(pattern)));
  }

  #reached(includes: PatternList): Link[] {
    const found = new Set<number>();
    for (const pattern of includes) this.#reach(pattern, found);
    return [...found].sort((a, b) => a - b).map((index) => this.links[index] as Link);
  }

  /** Whether the end of a pattern fits the end of some link, and all that it names in plain text is a name here. */
  #isMet(pattern: string): boolean {
    const { segments } = splitPattern(pattern);
    const end = segments?.at(-1);
    if (segments === undefined || end === '**') return true;
    if (segments.some((one) => typeof one === 'string' && one !== '**' && !this.#names.has(one)))
      return false;
    return [...this.#ends].some((name) => fits(end, name));
  }

  /** Whether a pattern says of any link and of any target the same, its whole self: `**` and a name not met with here. */
  #isAnywhere(pattern: string): boolean {
    const [first, second, ...more] = splitPattern(pattern).segments ?? [];
    if (first !== '**' || second === '**') return false;
    if (more.length === 0) return true;
    if (typeof second === 'string') return !this.#names.has(second);
    return ![...this.#names].some((name) => fits(second, name));
  }

  #reach(pattern: string, found: Set<number>): void {
    const { prefix, segments } = splitPattern(pattern);
    if (segments !== undefined) walk(this.#top, segments, [0], found);
    else for (const [index, { link }] of this.links.entries()) if (isNear(prefix, link)) found.add(index);
  }
}

function walk(node: Node, segments: readonly Segment[], states: readonly number[], found: Set<number>): void {
  for (const index of node.at) found.add(index);
  // Where only names can come next they are looked up; a folder of a thousand links has one of them.
  const next = states.map((state) => segments[state]);
  const isNamed = next.every((segment) => typeof segment === 'string' && segment !== '**');
  const names = isNamed ? new Set(next as string[]) : node.below.keys();
  for (const name of names) {
    const below = node.below.get(name);
    const inside = below === undefined ? [] : after(segments, states, name);
    if (below !== undefined && inside.length > 0) walk(below, segments, inside, found);
  }
}
