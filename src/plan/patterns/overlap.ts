import { spend } from './effort.ts';
import { MAX_SEARCH } from './limits.ts';
import { isExclude, matches, type PatternList, type Patterns, readList } from './list.ts';
import { isNormalised } from './normalised.ts';
import { deeper, meeting, under, views } from './pair.ts';
import { costOfPath } from './path-cost.ts';
import type { Pattern } from './pattern.ts';
import { isUnder, staticPrefix } from './prefix.ts';
import { type Budget, type Component, type Found, findPath } from './search.ts';

/** Whether some path is matched by both of two lists. */
export interface Overlap {
  overlap: boolean;
  /** False: it could not be decided, and counts as an overlap. */
  exact: boolean;
  /** A plain path that both match, when one is known. */
  witness?: string;
  /** Why it is not exact. */
  reason?: string;
  /** The include of each side that matches the witness, as indexes into the lists as written. */
  patterns?: [number, number];
}

/**
 * Decides on the patterns themselves whether some normalised relative path is matched by both lists, today's files or
 * not. A name is that of a file here; who knows of a folder gives it its slash, `dist/`. Exact for all that micromatch knows but look-behinds, back-references and word boundaries; those, and whatever
 * is over a budget, count as overlap with `exact: false`.
 */
export function overlap(a: PatternList, b: PatternList, recall?: Recall): Overlap {
  spend(1 + (a.length * b.length) / 8);
  if (areApart(foldersOf(a), foldersOf(b))) return APART;
  return Object.freeze(new Question(readFirst(a), readList(b), recall).answer());
}

/** The answer that was given before; asked for when it would take a search. */
export type Recall = () => Overlap | undefined;

let last: { list: PatternList; patterns: Patterns } | undefined;

/** One list after another is asked about against many. */
function readFirst(list: PatternList): Patterns {
  if (last?.list !== list) last = { list, patterns: readList(list) };
  return last.patterns;
}

const APART: Overlap = Object.freeze({ overlap: false, exact: true });

const folders = new WeakMap<PatternList, string[]>();

/** The folders that a list can match something at or under. Most lists that are asked about are asked about often. */
function foldersOf(list: PatternList): string[] {
  let known = folders.get(list);
  if (known === undefined) {
    known = [...new Set(list.filter((pattern) => !isExclude(pattern)).map(staticPrefix))];
    folders.set(list, known);
  }
  return known;
}

const areApart = (a: readonly string[], b: readonly string[]): boolean =>
  a.every((one) => b.every((other) => !isUnder(one, other) && !isUnder(other, one)));

interface PatternOverlap {
  path: string;
  cost: number;
  patterns: [number, number];
}

/**
 * One question about two lists. They overlap when some include of one meets some include of the other outside all
 * excludes, so two includes are looked at at a time, cheap answers first: disjoint prefixes, then a literal path by
 * matching it, then the two automata alone. Excludes join in only if they match the path just found.
 */
class Question {
  readonly #a: Patterns;
  readonly #b: Patterns;
  readonly #excludes: readonly Pattern[];
  readonly #budget: Budget = { states: MAX_SEARCH };
  #recall: Recall | undefined;
  #recalled: Overlap | undefined;
  #best: PatternOverlap | undefined;
  #reason: string | undefined;

  constructor(a: Patterns, b: Patterns, recall: Recall | undefined) {
    this.#a = a;
    this.#b = b;
    this.#recall = recall;
    this.#excludes = [...new Set([...a.excludes, ...b.excludes])];
  }

  answer(): Overlap {
    for (const one of this.#a.includes) {
      for (const two of this.#b.includes) {
        if (isNear(one.pattern, two.pattern)) this.#meet(one.pattern, two.pattern, [one.index, two.index]);
        if (this.#recalled !== undefined) return this.#recalled;
      }
    }
    if (this.#best === undefined) {
      const reason = this.#reason;
      return reason === undefined ? { overlap: false, exact: true } : { overlap: true, exact: false, reason };
    }
    const { path: witness, patterns } = this.#best;
    const unsure = this.#excludes.find((exclude) => exclude.matches(witness) === undefined);
    if (unsure === undefined) return { overlap: true, exact: true, witness, patterns };
    return {
      overlap: true,
      exact: false,
      witness,
      patterns,
      reason: because(unsure, unsure.undecided as string),
    };
  }

  #meet(one: Pattern, two: Pattern, indexes: [number, number]): void {
    spend(1);
    const literals = [one, two].flatMap(({ literal }) => literal ?? []);
    const isNamed = [one, two].some(({ literal, isFolder }) => literal !== undefined && !isFolder);
    const unsure = [one, two].find((pattern) =>
      literals.length === 0 ? isUndecided(pattern) : pattern.undecided !== undefined,
    );
    if (unsure !== undefined) {
      this.#reason ??= because(unsure, unsure.refused as string);
      return;
    }
    const isBoth = (path: string): boolean => one.matches(path) === true && two.matches(path) === true;
    if (literals.some((path) => isBoth(path) && this.#offer(path, indexes)) || isNamed) return;
    const undecided = [one, two].find(isUndecided);
    if (undecided === undefined) this.#search(one, two, indexes);
    else this.#reason ??= because(undecided, undecided.refused as string);
  }

  #search(one: Pattern, two: Pattern, indexes: [number, number]): void {
    if (one.plain && two.plain && !one.plain.meets(two.plain)) return;
    this.#recalled = this.#recall?.();
    this.#recall = undefined;
    if (this.#recalled !== undefined) return;
    let found = meeting(one, two, this.#budget);
    if (typeof found === 'object' && this.#offer(found.path, indexes)) return;
    if (typeof found === 'object') found = this.#avoidExcludes(one, two);
    if (typeof found === 'object' && this.#offer(found.path, indexes)) return;
    if (found === 'nothing') return;
    const why =
      found === 'gaveUp' ? 'needs too many steps to decide' : 'meets an exclude that cannot be decided';
    this.#reason ??= because(one, `${why}, against \`${brief(two.written)}\``);
  }

  #avoidExcludes(one: Pattern, two: Pattern): Found {
    const folder = deeper(one.prefix, two.prefix);
    const excludes: Component[] = [];
    for (const exclude of this.#excludes) {
      const placed = isNear(exclude, one) && isNear(exclude, two) ? exclude.at(folder, 'whole') : undefined;
      if (placed !== undefined) excludes.push({ ...placed, wanted: false });
    }
    const below = (this.#best?.cost ?? Infinity) + 1 - costOfPath(folder);
    for (const pair of views(one, two)) {
      const found = findPath([...pair, ...excludes], this.#budget, below);
      if (found !== 'nothing') return typeof found === 'object' ? under(folder, found) : found;
    }
    return 'nothing';
  }

  /** Takes a path if both whole lists match it. */
  #offer(path: string, patterns: [number, number]): boolean {
    spend(this.#excludes.length);
    const isOutside = this.#excludes.length === 0 || (matches(this.#a, path) && matches(this.#b, path));
    if (!isOutside || !isNormalised(path)) return false;
    const cost = costOfPath(path);
    const { cost: least, path: plainest } = this.#best ?? { cost: Infinity, path };
    if (cost < least || (cost === least && path < plainest)) this.#best = { path, cost, patterns };
    return true;
  }
}

const isUndecided = (pattern: Pattern): boolean =>
  pattern.plain === undefined && pattern.refused !== undefined;

/** Whether the prefixes leave room for a common path. */
const isNear = (a: Pattern, b: Pattern): boolean =>
  isUnder(a.prefix, b.prefix) || isUnder(b.prefix, a.prefix);

const because = (pattern: Pattern, why: string): string => `the pattern \`${brief(pattern.written)}\` ${why}`;
const brief = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}...` : text);
