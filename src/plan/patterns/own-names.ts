// Patterns that name the files of git or of ptask, which are no task's. `**` and its like never match those, but who spells the
// name means them, be it as one of several: `{.git,src}/**`.

import { MAX_PATTERN_LENGTH } from './limits.ts';

const NAMES = ['.git', '.ptask'];
/** No pattern without these letters spells one. */
const SPELT = /g[\s\S]*i[\s\S]*t|p[\s\S]*t[\s\S]*a[\s\S]*s[\s\S]*k/i;

/** The first of the names that the pattern spells as that of a whole file or folder, in upper or lower case. */
export function ownName(pattern: string): string | undefined {
  if (pattern.length > MAX_PATTERN_LENGTH || !SPELT.test(pattern)) return undefined;
  const glob = new Spelling(pattern.startsWith('./') ? pattern.slice(2) : pattern);
  return NAMES.find((name) => glob.starts().some((at) => glob.spells(name, at)));
}

/** A sign that stands for itself, and where it ends. */
interface Sign {
  sign: string;
  end: number;
}

/** What of a pattern are plain signs, read by way of each alternative of its groups. */
class Spelling {
  readonly #text: string;
  /** By where a group begins: where its alternatives do, and what comes after it. */
  readonly #groups = new Map<number, { alternatives: readonly number[]; after: number }>();
  /** By where an alternative ends, its separator or the end of its group: what comes after the group. */
  readonly #after = new Map<number, number>();

  constructor(text: string) {
    this.#text = text;
    const open: { at: number; alternatives: number[]; ends: number[] }[] = [];
    for (let at = 0; at < text.length; at++) {
      const sign = text[at] as string;
      const group = open.at(-1);
      if (sign === '\\') at++;
      else if ('{('.includes(sign)) open.push({ at, alternatives: [at + 1], ends: [] });
      else if (group !== undefined && sign === (text[group.at] === '{' ? ',' : '|')) {
        group.ends.push(at);
        group.alternatives.push(at + 1);
      } else if (group !== undefined && sign === (text[group.at] === '{' ? '}' : ')')) {
        open.pop();
        this.#groups.set(group.at, { alternatives: group.alternatives, after: at + 1 });
        for (const end of [...group.ends, at]) this.#after.set(end, at + 1);
      }
    }
  }

  /** Where a name may begin. */
  starts(): number[] {
    return [0, ...[...this.#text.matchAll(/\//g)].map(({ index }) => index + 1)];
  }

  /** Whether the name may stand at a place, with nothing before and after it. */
  spells(name: string, start: number): boolean {
    let places = new Set([start]);
    for (const sign of name) {
      const next = new Set<number>();
      for (const at of this.#reached(places)) {
        const found = this.#signAt(at);
        if (found?.sign.toLowerCase() === sign) next.add(found.end);
      }
      places = next;
    }
    return [...this.#reached(places)].some((at) => at >= this.#text.length || this.#text[at] === '/');
  }

  /** The places that are come to without any sign. */
  #reached(places: Iterable<number>): Set<number> {
    const found = new Set(places);
    for (const at of found) {
      const after = this.#after.get(at);
      if (after !== undefined) found.add(after);
      // `@(…)`, and `?(…)` and `*(…)`, which may as well be nothing; what `!(…)` matches is none of what is in it.
      const mark = this.#text[at] ?? ' ';
      const isMarked = '@+?*'.includes(mark) && this.#text[at + 1] === '(';
      const group = this.#groups.get(isMarked ? at + 1 : at);
      for (const alternative of group?.alternatives ?? []) found.add(alternative);
      if (isMarked && group !== undefined && '?*'.includes(mark)) found.add(group.after);
    }
    return found;
  }

  #signAt(at: number): Sign | undefined {
    const [whole, escaped, inClass, plain] =
      /^(?:\\([\s\S])|\[([^\]\\^!])\]|([^\\[\]{}()*?]))/.exec(this.#text.slice(at, at + 3)) ?? [];
    const sign = escaped ?? inClass ?? plain;
    return whole === undefined || sign === undefined ? undefined : { sign, end: at + whole.length };
  }
}
