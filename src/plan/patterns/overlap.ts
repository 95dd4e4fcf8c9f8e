import { Dfa } from './dfa.ts';
import { MAX_SEARCH } from './limits.ts';
import { matches, type PatternList, type Patterns, readList } from './list.ts';
import { memoise } from './memo.ts';
import { costOfPath } from './naturalness.ts';
import { isNormalised } from './normalised.ts';
import type { Pattern } from './pattern.ts';
import { isUnder } from './prefix.ts';
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
 * not. Exact for all that micromatch knows but look-behinds, back-references and word boundaries; those, and whatever
 * is over a budget, count as overlap with `exact: false`. Answers are remembered.
 */
export function overlap(a: PatternList, b: PatternList): Overlap {
  return remembered(JSON.stringify([a, b]));
}

const remembered = memoise((lists): Overlap => {
  const [a, b] = JSON.parse(lists) as [PatternList, PatternList];
  return Object.freeze(new Question(readList(a), readList(b)).answer());
});

interface Meeting {
  path: string;
  cost: number;
  patterns: [number, number];
}

/**
 * One question about two lists. They overlap when some include of one meets some include of the other outside all
 * excludes, so the automata of two includes run side by side at a time, cheap answers first: disjoint prefixes, then
 * literal paths by matching, then the two automata alone. Excludes join in only if they match the path just found.
 */
class Question {
  readonly #a: Patterns;
  readonly #b: Patterns;
  readonly #budget: Budget = { states: MAX_SEARCH };
  #best: Meeting | undefined;
  #reason: string | undefined;

  constructor(a: Patterns, b: Patterns) {
    this.#a = a;
    this.#b = b;
  }

  answer(): Overlap {
    for (const one of this.#a.includes) {
      for (const two of this.#b.includes) {
        const apart =
          !isUnder(one.pattern.prefix, two.pattern.prefix) &&
          !isUnder(two.pattern.prefix, one.pattern.prefix);
        if (!apart) this.#meet(one.pattern, two.pattern, [one.index, two.index]);
      }
    }
    if (this.#best !== undefined) {
      const { path: witness, patterns } = this.#best;
      const unread = [...this.#a.excludes, ...this.#b.excludes].find(({ refused }) => refused !== undefined);
      if (unread === undefined) return { overlap: true, exact: true, witness, patterns };
      this.#undecided(unread, unread.refused as string);
      return { overlap: true, exact: false, witness, patterns, reason: this.#reason as string };
    }
    if (this.#reason !== undefined) return { overlap: true, exact: false, reason: this.#reason };
    return { overlap: false, exact: true };
  }

  #meet(one: Pattern, two: Pattern, patterns: [number, number]): void {
    const literal = one.literal ?? two.literal;
    if (literal !== undefined) {
      if (one.matches(literal) && two.matches(literal)) this.#offer(literal, patterns);
      const unread = [one, two].find((pattern) => pattern.refused !== undefined);
      if (unread !== undefined && isNormalised(literal)) this.#undecided(unread, unread.refused as string);
      return;
    }
    for (const pattern of [one, two]) {
      if (!(pattern.automaton instanceof Dfa)) {
        this.#undecided(pattern, pattern.automaton.why);
        return;
      }
    }
    this.#search(one, two, patterns);
  }

  /** First without the bare folders that `src/**` matches as well, so that the witness lies inside where it can. */
  #search(one: Pattern, two: Pattern, patterns: [number, number]): void {
    const inside = [one.strict, two.strict] as [Dfa, Dfa];
    const whole = [one.automaton, two.automaton] as [Dfa, Dfa];
    const differ = inside[0] !== whole[0] || inside[1] !== whole[1];
    for (const pair of differ ? [inside, whole] : [whole]) {
      const components = pair.map((dfa): Component => ({ dfa, wanted: true }));
      let found = this.#find(components);
      if (typeof found === 'object' && this.#offer(found.path, patterns)) return;
      if (typeof found === 'object') found = this.#find([...components, ...this.#excludes(one, two)]);
      if (typeof found === 'object' && this.#offer(found.path, patterns)) return;
      if (found === 'nothing') continue;
      const why =
        found === 'gaveUp' ? 'needs too many steps to decide' : 'meets an exclude that cannot be decided';
      this.#undecided(one, `${why}, against \`${brief(two.text)}\``);
      return;
    }
  }

  #find(components: readonly Component[]): Found {
    return findPath(components, this.#budget, this.#best?.cost);
  }

  /** Takes a path if both whole lists match it. */
  #offer(path: string, patterns: [number, number]): boolean {
    if (!isNormalised(path) || !matches(this.#a, path) || !matches(this.#b, path)) return false;
    const cost = costOfPath(path);
    if (this.#best === undefined || cost < this.#best.cost) this.#best = { path, cost, patterns };
    return true;
  }

  #excludes(one: Pattern, two: Pattern): Component[] {
    const components: Component[] = [];
    for (const exclude of new Set([...this.#a.excludes, ...this.#b.excludes])) {
      const near = [one, two].every(
        ({ prefix }) => isUnder(prefix, exclude.prefix) || isUnder(exclude.prefix, prefix),
      );
      if (near && exclude.automaton instanceof Dfa)
        components.push({ dfa: exclude.automaton, wanted: false });
    }
    return components;
  }

  #undecided(pattern: Pattern, why: string): void {
    this.#reason ??= `the pattern \`${brief(pattern.text)}\` ${why}`;
  }
}

const brief = (text: string) => (text.length > 80 ? `${text.slice(0, 77)}...` : text);
