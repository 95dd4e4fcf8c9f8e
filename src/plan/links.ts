// Symbolic links to folders give a file several names. What lists mean under the other names. Pure.

import { isExclude, matcher, type PatternList, staticPrefix } from './patterns/index.ts';

/** A symbolic link and the folder it leads to, both relative to the root; '' is the root itself. */
export interface FolderLink {
  link: string;
  target: string;
}

/** One of the lists that together match what a list matches, under every name; `written`: see Folded. */
export interface Part {
  list: PatternList;
  written: readonly number[];
  exact: boolean;
}

/** More parts than any real tree of links makes; after that everything below the links counts as touched. */
const MAX_PARTS = 50;

/**
 * The list itself, and for each link what it matches below the link, said of the folder that the link leads to: where
 * `src/shared` is a link to `lib`, `src/**` is `lib/**` too, less what it excludes below `src/shared`. The same again
 * for links below that folder, so chains are followed; the parts of a loop repeat themselves and so end it. Parts
 * without excludes are joined into one.
 */
export function throughLinks(part: Part, links: readonly FolderLink[]): Part[] {
  const parts = [part];
  const known = new Set([JSON.stringify(part.list)]);
  for (let at = 0; at < parts.length && parts.length <= MAX_PARTS; at++) {
    const from = parts[at] as Part;
    const prefixes = from.list.filter((pattern) => !isExclude(pattern)).map(staticPrefix);
    for (const link of links) {
      if (!prefixes.some((prefix) => isNear(prefix, link.link))) continue;
      const next = through(from, link);
      const key = next && JSON.stringify(next.list);
      if (next === undefined || known.has(key as string)) continue;
      known.add(key as string);
      parts.push(next);
    }
  }
  if (parts.length > MAX_PARTS) parts.push(everythingBelow(part, links));
  return join(parts);
}

/** What a list matches below a link, as a list of what lies below its target; undefined when that is nothing new. */
function through(part: Part, { link, target }: FolderLink): Part | undefined {
  if (isKnown(part.list, link, target)) return undefined;
  const excludes = part.list.filter(isExclude).map((pattern) => restsOf(pattern.slice(1), link));
  const excluded = new Set(excludes.flatMap((rests) => rests ?? []));
  if (excluded.has('**')) return undefined;
  const list: string[] = [];
  const written: number[] = [];
  let exact = part.exact && !excludes.includes(undefined);
  for (const [index, pattern] of part.list.entries()) {
    if (isExclude(pattern)) continue;
    const rests = restsOf(pattern, link);
    if (rests === undefined) exact = false;
    for (const rest of rests ?? ['**']) {
      list.push(under(target, rest));
      written.push(part.written[index] as number);
    }
  }
  if (list.length === 0) return undefined;
  for (const rest of excluded) {
    list.push(`!${under(target, rest)}`);
    written.push(-1);
  }
  return { list, written, exact };
}

/** Whether a list says of the target all that it says of the link, as `**` does of any folder. */
function isKnown(list: PatternList, link: string, target: string): boolean {
  return list.every((pattern) => {
    const exclude = isExclude(pattern);
    const text = exclude ? pattern.slice(1) : pattern;
    const [more, less] = exclude ? [target, link] : [link, target];
    const covered = restsOf(text, less);
    return restsOf(text, more)?.every((rest) => covered?.includes(rest)) ?? false;
  });
}

function everythingBelow({ list, written }: Part, links: readonly FolderLink[]): Part {
  const first = list.findIndex((pattern) => !isExclude(pattern));
  return {
    list: links.map(({ target }) => under(target, '**')),
    written: links.map(() => written[first] as number),
    exact: false,
  };
}

/** The list as written stays the first. */
function join(parts: readonly Part[]): Part[] {
  const plain = parts.filter(({ list }) => !list.some(isExclude));
  const others = parts.filter((part) => !plain.includes(part));
  if (plain.length < 2) return [...parts];
  const all = new Map<string, number>();
  for (const { list, written } of plain) {
    for (const [index, pattern] of list.entries())
      if (!all.has(pattern)) all.set(pattern, written[index] as number);
  }
  const joined = {
    list: [...all.keys()],
    written: [...all.values()],
    exact: plain.every(({ exact }) => exact),
  };
  return plain[0] === parts[0] ? [joined, ...others] : [...others, joined];
}

const under = (folder: string, rest: string): string =>
  folder === '' ? rest : `${asPattern(folder)}/${rest}`;

/** A path as a pattern that matches it alone. */
const asPattern = (path: string): string =>
  path.replace(/[\\*?[\](){}|"]|^!|\+{2,}|\${2,}|\^{2,}/g, (signs) => signs.replace(/[\s\S]/g, '\\$&'));

/** Whether a name is matched by a segment; `**` stands for any number of names. */
type Segment = '**' | ((name: string) => boolean);

interface Taken {
  prefix: string;
  text: string;
  /** Undefined: it cannot be taken apart. */
  segments: Segment[] | undefined;
  /** What begins at each segment. */
  rests: string[];
}

const known = new Map<string, Taken>();
const MAX_KNOWN = 4_096;

function takeApart(pattern: string): Taken {
  const hit = known.get(pattern);
  if (hit !== undefined) return hit;
  const text = pattern.startsWith('./') ? pattern.slice(2) : pattern;
  const names = text.split('/');
  const segments = names.every(isSimple) ? names.map(segmentOf) : undefined;
  const rests = names.map((_, at) => names.slice(at).join('/'));
  const taken = { prefix: staticPrefix(pattern), text, segments, rests };
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(pattern, taken);
  return taken;
}

function segmentOf(text: string): Segment {
  if (text === '**') return '**';
  return staticPrefix(text) === text ? (name) => name === text : matcher([text]);
}

/** A segment that means by itself what it means in the pattern, and that matches no `/`. */
function isSimple(segment: string): boolean {
  if (segment === '**') return true;
  const [parentheses, braces, brackets] = ['()', '{}', '[]'].map(
    ([open, close]) => segment.split(open as string).length - segment.split(close as string).length,
  );
  if (parentheses !== 0 || braces !== 0 || brackets !== 0) return false;
  const outside = segment.replace(/\([^()]*\)/g, '');
  const odd = /"|\\$|!\(|\*\*|\[(?![\p{L}\p{N}_][\p{L}\p{N}_-]*\])/u;
  return !odd.test(segment) && !outside.includes('|');
}

/**
 * What is left of a pattern below a folder that its beginning matches: of `src/*` and `/a.ts` below `src/lib` the rest
 * is `a.ts`. None when it cannot match there; undefined when the pattern cannot be taken apart.
 */
export function restsOf(pattern: string, folder: string): readonly string[] | undefined {
  const { prefix, text, segments, rests } = takeApart(pattern);
  if (folder === '') return [text];
  if (!isNear(prefix, folder)) return [];
  if (segments === undefined) return undefined;
  let states = [0];
  for (const name of folder.split('/')) {
    const next: number[] = [];
    const add = (state: number): void => {
      if (state < segments.length && !next.includes(state)) next.push(state);
    };
    for (const from of states) {
      // `**` takes the name and stays, or stands for no folder at all.
      for (let state = from; ; state++) {
        const segment = segments[state];
        if (segment === '**') add(state);
        else if (segment?.(name)) add(state + 1);
        if (segment !== '**') break;
      }
    }
    if (next.length === 0) return [];
    states = next;
  }
  return states.map((state) => rests[state] as string);
}

/** Whether one lies at or below the other; everything lies below ''. */
const isNear = (a: string, b: string): boolean =>
  a === '' || a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
