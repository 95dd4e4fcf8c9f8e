// Symbolic links give a file several names. What lists mean under the other names. Pure.

import type { Link, LinkIndex } from './link-index.ts';
import { restsOf } from './pattern-suffixes.ts';
import { isExclude, matcher, type PatternList } from './patterns/index.ts';

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
export function throughLinks(part: Part, index: LinkIndex): Part[] {
  const parts = [part];
  const known = new Set([JSON.stringify(part.list)]);
  for (let at = 0; at < parts.length && parts.length <= MAX_PARTS; at++) {
    const from = parts[at] as Part;
    for (const link of index.below(from.list)) {
      const next = through(from, link);
      const key = next && JSON.stringify(next.list);
      if (next === undefined || known.has(key as string)) continue;
      known.add(key as string);
      parts.push(next);
    }
  }
  if (parts.length > MAX_PARTS) parts.push(everythingBelow(part, index.links));
  return join(parts);
}

/** More files behind links than this are told by the folders that they lie in, unless somebody wants each of them. */
const MAX_FILES = 200;

/** The parts, and the files that links lead to which the parts match: where `a` is a link to the file `b`, `a` is `b` too. */
export function throughFileLinks(parts: readonly Part[], index: LinkIndex, most = MAX_FILES): Part[] {
  const written = new Map<string, number>();
  for (const part of parts) {
    const near = index.matched(part.list);
    const matches = near.length > 0 ? matcher(part.list) : undefined;
    for (const { link, target } of near) {
      if (!matches?.(link) || matches(target) || written.has(target)) continue;
      const include = part.list.findIndex((one) => !isExclude(one) && matcher([one])(link));
      written.set(target, part.written[include] ?? -1);
    }
  }
  if (written.size === 0) return [...parts];
  if (written.size <= most)
    return [
      ...parts,
      { list: [...written.keys()].map(asPattern), written: [...written.values()], exact: true },
    ];
  const folders = new Map(
    [...written].map(([target, at]) => [
      under(target.slice(0, Math.max(0, target.lastIndexOf('/'))), '**'),
      at,
    ]),
  );
  return [...parts, { list: [...folders.keys()], written: [...folders.values()], exact: false }];
}

/** What a list matches below a link, as a list of what lies below its target; undefined when that is nothing new. */
function through(part: Part, { link, target }: Link): Part | undefined {
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

function everythingBelow({ list, written }: Part, links: readonly Link[]): Part {
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
