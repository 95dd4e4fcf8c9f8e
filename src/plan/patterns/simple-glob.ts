import { isFolder } from './folder-name.ts';

/**
 * The globs that most people write: names, `*` within a name, and `**` for any number of folders. They are matched
 * and compared name by name, without a regular expression. Agrees with micromatch on every normalised path, which
 * the tests hold against it.
 */

/** One name of a pattern: the texts between its stars; a name without stars is one text. `**` is ANY. */
type Segment = readonly string[] | typeof ANY;
const ANY = '**';

/** Nothing in here has a meaning to micromatch but the star; everything beyond ASCII stands for itself. */
const PLAIN = /^[\w\-./* @\u00a1-\uffff]+$/;
/** As in `isTame`; and a mask of positions has to fit into a number. */
const MAX_STARS = 3;
const MAX_SEGMENTS = 28;
const MAX_LENGTH = 500;

/** Bits: position i is set when the names so far leave the pattern's segments from i on to be matched. */
export type Positions = number;

export class Plain {
  readonly #segments: readonly Segment[];
  readonly #names: readonly string[];
  /** The position at which nothing is left. */
  readonly #end: Positions;
  /** Positions of `**`. */
  readonly #any: Positions;
  /** Positions from which one name more completes the pattern. */
  readonly #last: Positions;
  readonly start: Positions;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#segments = names.map((name) => (name === ANY ? ANY : name.split('*')));
    this.#end = 1 << names.length;
    this.#any = this.#segments.reduce((bits, segment, at) => (segment === ANY ? bits | (1 << at) : bits), 0);
    this.start = this.#closure(1);
    let last = 0;
    for (let at = 0; at < names.length; at++) if (this.#closure(1 << (at + 1)) & this.#end) last |= 1 << at;
    this.#last = last;
  }

  /** Whether everything below such a folder matches. */
  all(positions: Positions): boolean {
    return (positions & this.#any & (this.#end >>> 1)) !== 0;
  }

  /** Whether a path that ends here matches. */
  complete(positions: Positions): boolean {
    return (positions & this.#end) !== 0;
  }

  /** Whether something deeper can match. */
  leadsOn(positions: Positions): boolean {
    return (positions & ~this.#end) !== 0;
  }

  /** The names of the folders that lead on; undefined where more than a name can. */
  nextNames(positions: Positions): string[] | undefined {
    const names: string[] = [];
    for (let at = 0, rest = positions & ~this.#end; rest >>> at !== 0; at++) {
      if (((rest >>> at) & 1) === 0) continue;
      const segment = this.#segments[at] as Segment;
      if (segment === ANY || segment.length > 1) return undefined;
      if (at + 1 < this.#segments.length) names.push(segment[0] as string);
    }
    return names;
  }

  /** The positions after one folder more; 0 when nothing below can match. */
  into(positions: Positions, name: string): Positions {
    let next = positions & this.#any;
    for (let at = 0, rest = positions & ~this.#any & ~this.#end; rest >>> at !== 0; at++) {
      if ((rest >>> at) & 1 && fits(this.#segments[at] as readonly string[], name)) next |= 2 << at;
    }
    return this.#closure(next);
  }

  /** The test of a file's name, for the files of a folder; undefined when none can pass. */
  fileTest(positions: Positions): ((name: string) => boolean) | undefined {
    if (this.all(positions)) return always;
    const tests: (readonly string[])[] = [];
    for (let at = 0, rest = positions & this.#last & ~this.#any; rest >>> at !== 0; at++) {
      if ((rest >>> at) & 1) tests.push(this.#segments[at] as readonly string[]);
    }
    const [only] = tests;
    if (only === undefined) return undefined;
    if (tests.length > 1) return (name) => tests.some((test) => fits(test, name));
    const [head, tail] = only;
    if (only.length === 2 && head === '')
      return tail === '' ? always : (name) => name.endsWith(tail as string);
    return (name) => fits(only, name);
  }

  matches(path: string): boolean {
    let positions = this.start;
    for (let from = 0; positions !== 0; ) {
      const slash = path.indexOf('/', from);
      positions = this.into(positions, slash < 0 ? path.slice(from) : path.slice(from, slash));
      if (slash < 0) return this.complete(positions);
      from = slash + 1;
    }
    return false;
  }

  after(folder: string): Positions {
    let positions = this.start;
    if (folder !== '') for (const name of folder.split('/')) positions = this.into(positions, name);
    return positions;
  }

  /** What is left to match, as text: two patterns with the same rest match the same below. */
  rest(positions: Positions): string {
    const rests: string[] = [];
    for (let at = 0; positions >>> at !== 0; at++)
      if ((positions >>> at) & 1) rests.push(this.#names.slice(at).join('/'));
    return rests.sort().join('\n');
  }

  /** False only where no path can match both. */
  meets(other: Plain): boolean {
    const tried = new Set<number>();
    const open: [number, number][] = [[0, 0]];
    for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
      const [a, b] = pair;
      const [one, two] = [this.#segments[a], other.#segments[b]];
      if (one === undefined && two === undefined) return true;
      const push = (x: number, y: number): void => {
        const key = x * 64 + y;
        if (tried.has(key)) return;
        tried.add(key);
        open.push([x, y]);
      };
      if (one === ANY) push(a + 1, b);
      if (two === ANY) push(a, b + 1);
      if (one === undefined || two === undefined) continue;
      if (one === ANY && two !== ANY) push(a, b + 1);
      else if (two === ANY && one !== ANY) push(a + 1, b);
      else if (one !== ANY && two !== ANY && share(one, two)) push(a + 1, b + 1);
    }
    return false;
  }

  #closure(positions: Positions): Positions {
    let closed = positions;
    for (let stars = closed & this.#any; stars !== 0; ) {
      const more = (stars << 1) & ~closed;
      closed |= more;
      stars = more & this.#any;
    }
    return closed;
  }
}

const always = (): boolean => true;

/** Whether a name consists of the texts, in their order, the first at its start and the last at its end. */
function fits(texts: readonly string[], name: string): boolean {
  const head = texts[0] as string;
  if (texts.length === 1) return name === head;
  const tail = texts[texts.length - 1] as string;
  if (name.length < head.length + tail.length || !name.startsWith(head) || !name.endsWith(tail)) return false;
  let from = head.length;
  for (let at = 1; at < texts.length - 1; at++) {
    const text = texts[at] as string;
    const found = name.indexOf(text, from);
    if (found < 0) return false;
    from = found + text.length;
  }
  return from + tail.length <= name.length;
}

/** Whether some name may fit both: exact where one has no star, else by what both begin and end with. */
function share(a: readonly string[], b: readonly string[]): boolean {
  if (a.length === 1) return fits(b, a[0] as string);
  if (b.length === 1) return fits(a, b[0] as string);
  const [headA, headB] = [a[0] as string, b[0] as string];
  const [tailA, tailB] = [a[a.length - 1] as string, b[b.length - 1] as string];
  return (
    (headA.startsWith(headB) || headB.startsWith(headA)) && (tailA.endsWith(tailB) || tailB.endsWith(tailA))
  );
}

/** The pattern, without the `!` of an exclude, in this form; undefined where it takes more than that. */
export function plainOf(pattern: string): Plain | undefined {
  if (pattern.length > MAX_LENGTH || !PLAIN.test(pattern)) return undefined;
  const text = isFolder(pattern) ? `${pattern}**` : pattern;
  if ((text.match(/\*+/g)?.length ?? 0) > MAX_STARS) return undefined;
  const names = text.split('/');
  if (names.length > MAX_SEGMENTS) return undefined;
  const odd = names.some(
    (name, at) =>
      name === '' ||
      name === '.' ||
      name.includes('..') ||
      name.startsWith('.*') ||
      (name === ANY
        ? names[at - 1] === ANY || (at === names.length - 1 && names[at - 1]?.endsWith('*'))
        : name.includes('**')),
  );
  return odd ? undefined : new Plain(names);
}
