import { MAX_RANGE } from './limits.ts';

/** What cannot hold a range (an escape, a class, quoted text), or else a range of integers or of letters. */
const TOKENS =
  /\\[\s\S]|\[[!^]?\]?(?:\\[\s\S]|[^\]\\]){0,255}\]|"[^"]*"|\{(?:(-?\d+)\.\.(-?\d+)|([A-Za-z])\.\.([A-Za-z]))(?:\.\.(-?\d+))?\}/g;

/**
 * Writes brace ranges out: `{1..3}` becomes `{1,2,3}`, as bash and `micromatch.braces` expand it. picomatch alone
 * makes the character class `[1-20]` of `{1..20}`, and loses the text before a dot in `part.{1..3}.json`.
 * Only complete ranges between two integers or two letters are ranges; anything else is left as it stands.
 */
export function expandRanges(pattern: string): { pattern: string; tooLarge?: string } {
  if (!pattern.includes('..')) return { pattern };
  let tooLarge: string | undefined;
  const expanded = pattern.replace(TOKENS, (text, ...groups: (string | undefined)[]) => {
    const [from, to, first, last, step = '1'] = groups;
    const by = Math.max(1, Math.abs(Number(step)));
    let elements: string[] | undefined;
    if (from !== undefined && to !== undefined) elements = integers(from, to, by);
    else if (first !== undefined && last !== undefined) elements = letters(first, last, by);
    else return text;
    if (elements === undefined) tooLarge ??= text;
    if (elements === undefined) return text;
    return elements.length === 1 ? (elements[0] as string) : `{${elements.join(',')}}`;
  });
  return tooLarge === undefined ? { pattern: expanded } : { pattern: expanded, tooLarge };
}

/** A leading zero on either end pads every number to the wider end's width, sign included, as in bash. */
function integers(from: string, to: string, by: number): string[] | undefined {
  const padded = /^-?0\d/.test(from) || /^-?0\d/.test(to);
  const width = padded ? Math.max(from.length, to.length) : 0;
  return count(Number(from), Number(to), by)?.map((n) =>
    n < 0 ? `-${String(-n).padStart(width - 1, '0')}` : String(n).padStart(width, '0'),
  );
}

function letters(first: string, last: string, by: number): string[] | undefined {
  // Between `Z` and `a` lie signs that mean something in a glob: those are written escaped.
  const all = count(first.charCodeAt(0), last.charCodeAt(0), by);
  return all?.map((code) => String.fromCharCode(code).replace(/[^A-Za-z]/, '\\$&'));
}

function count(from: number, to: number, by: number): number[] | undefined {
  const size = Math.floor(Math.abs(to - from) / by) + 1;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || !(size <= MAX_RANGE)) return undefined;
  const sign = to < from ? -1 : 1;
  return Array.from({ length: size }, (_, index) => from + sign * by * index);
}
