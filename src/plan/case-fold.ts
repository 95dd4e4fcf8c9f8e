// One spelling for all names that a file system takes for one: lower case, composed characters. Pure.

import { isExclude, type PatternList, staticPrefix } from './patterns/index.ts';

/** What spellings are one: NFC and NFD always, upper and lower case where the file system says so. */
export interface Spelling {
  ignoreCase: boolean;
}

/** A list in the folded spelling; `written` has for each entry the index of the pattern that it comes from. */
export interface Folded {
  list: PatternList;
  written: readonly number[];
  /** False where a pattern could not be folded and counts as more than it is. */
  exact: boolean;
}

const ASCII = /^[\0-\x7f]*$/;

/**
 * Case is folded a character at a time, as `?` and classes count characters. Upper case first, for the letters with
 * two lower cases (σ and ς, s and ſ); what gets longer (ß, İ) stays, so that `ß` and `ss` are two names here.
 */
export function foldCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return Array.from(text, foldCharacter).join('');
}

const isOne = (text: string): boolean => text.length === 1 || [...text].length === 1;

function foldCharacter(character: string): string {
  const upper = character.toUpperCase();
  const lower = (isOne(upper) ? upper : character).toLowerCase();
  return isOne(lower) ? lower : character;
}

export function foldPath(path: string, { ignoreCase }: Spelling): string {
  const composed = ASCII.test(path) ? path : path.normalize('NFC');
  // Case before composing could decompose nothing, but what it makes may compose.
  return ignoreCase ? foldCase(composed).normalize('NFC') : composed;
}

/**
 * Folds the patterns of a list, so that it matches the folded spelling of every path that it matches in some spelling. An exclude
 * leaves out what it names in whatever spelling, `!App.js` also `app.js`, and so does a negated group `!(App).js`. Their
 * classes only stand for the characters all of whose spellings they have: `!src/[A-Z]*` leaves out nothing where `a` and
 * `A` are one, since it was not meant to leave out `src/a`.
 */
export function foldList(list: PatternList, spelling: Spelling): Folded {
  const folded: string[] = [];
  const written: number[] = [];
  let exact = true;
  for (const [index, pattern] of list.entries()) {
    const exclude = isExclude(pattern);
    const text = exclude ? pattern.slice(1) : pattern;
    const glob = foldGlob(text, spelling, exclude);
    if (glob === undefined) exact = false;
    // What cannot be read matches all below its prefix; as an exclude it leaves out nothing.
    if (glob === undefined && exclude) continue;
    const one = glob ?? below(foldPath(staticPrefix(text), spelling));
    folded.push(exclude ? `!${one}` : one);
    written.push(index);
  }
  return { list: folded, written, exact };
}

const below = (prefix: string): string => (prefix === '' ? '**' : `${prefix}/**`);

function foldGlob(text: string, spelling: Spelling, exclude: boolean): string | undefined {
  const composed = ASCII.test(text) ? text : text.normalize('NFC');
  if (!spelling.ignoreCase) return composed;
  // Names have spellings and so have ranges, but a letter after a backslash may mean something else.
  if (/\\[\p{L}\p{N}]/u.test(composed)) return undefined;
  if (/\{[a-z]\.\.[A-Z]|\{[A-Z]\.\.[a-z]/.test(composed)) return undefined;
  return composed.includes('[') ? foldClasses(composed, exclude) : foldCase(composed).normalize('NFC');
}

/** An escape, the beginning or the end of a group, a class; or a character. */
const TOKEN =
  /\\[\s\S]|\(\?[!=:]|[!@*+?]?\(|\)|\[[!^]?\]?(?:\[:\w+:\]|\\[\s\S]|[^\]\\])*\]|[^\\()[]|[\s\S]/gu;
const OPENS = /^(?:\(\?[!=:]|[!@*+?]?\()$/;

/** Classes in a negated group `!(…)` stand on the other side. */
function foldClasses(text: string, exclude: boolean): string | undefined {
  // Quotes make a class plain text; beside a POSIX class micromatch misreads groups.
  if (text.includes('"') || (text.includes('[:') && text.includes('('))) return undefined;
  const groups: boolean[] = [];
  let negated = exclude;
  let folded = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (OPENS.test(token)) {
      groups.push(negated);
      if (token.includes('!')) negated = !negated;
    } else if (token === ')') negated = groups.pop() ?? negated;
    if (token === '[') return undefined;
    const one = token.startsWith('[') ? foldClass(token, negated) : foldCase(token);
    if (one === undefined) return undefined;
    folded += one;
  }
  return folded.normalize('NFC');
}

const CLASS = /^\[([!^]?)((?:[\p{L}\p{N}_. ,@#%~=-]|\[:\w+:\])+)\]$/u;
const MEMBER = /\[:(\w+):\]|([\s\S])-([\s\S])|([\s\S])/gu;
const POSIX: Record<string, string> = {
  upper: 'A-Z',
  lower: 'a-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  xdigit: 'A-Fa-f0-9',
  word: 'A-Za-z0-9_',
};
const MAX_RANGE = 2_000;

/**
 * A class over folded characters: those with some spelling in the class, or, for what leaves out, with all of them.
 * A class of rarer signs is not read, unless it has no letters and no ranges.
 */
function foldClass(text: string, all: boolean): string | undefined {
  if (!/[\p{L}]/u.test(text) && !/[!^]|-/.test(text.slice(1, -1))) return text;
  const [, negation, inside] = CLASS.exec(text) ?? [];
  const members = inside === undefined ? undefined : membersOf(inside);
  if (members === undefined) return undefined;
  const negative = negation !== '';
  // Of a negated class the members with all spellings leave what has some spelling outside, and the other way round.
  const every = negative !== all;
  const kept = new Set<string>();
  for (const member of members) {
    const folded = foldCase(member);
    if (!every || spellingsOf(folded).every((spelling) => members.has(spelling))) kept.add(folded);
  }
  if (kept.size === 0) return negative ? '[^/]' : undefined;
  // `-` is itself only at the end.
  const list = [...kept].filter((member) => member !== '-').join('') + (kept.has('-') ? '-' : '');
  return `[${negative ? '^' : ''}${list}]`;
}

/** The spellings of a folded character, but for rare ones such as the Kelvin sign. */
const spellingsOf = (folded: string): string[] => {
  const upper = folded.toUpperCase();
  return isOne(upper) ? [folded, upper] : [folded];
};

function membersOf(inside: string): Set<string> | undefined {
  const members = new Set<string>();
  const text = inside.replace(/\[:(\w+):\]/g, (whole, name: string) => POSIX[name] ?? whole);
  if (text.includes('[')) return undefined;
  for (const [, , from, to, one] of text.matchAll(MEMBER)) {
    const first = (from ?? one ?? '').codePointAt(0) as number;
    const last = to === undefined ? first : (to.codePointAt(0) as number);
    if (last < first || last - first > MAX_RANGE) return undefined;
    for (let code = first; code <= last; code++) members.add(String.fromCodePoint(code));
  }
  return members;
}
