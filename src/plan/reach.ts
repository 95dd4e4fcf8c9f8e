// What a list of globs reaches through symbolic links, said of the files themselves. Looks at the disk.

import { danglingLinks, linksOf } from './file-system.ts';
import { LinkIndex } from './link-index.ts';
import { type Part, throughFileLinks, throughLinks } from './links.ts';
import { listTree } from './listing.ts';
import { asFolders, isExclude, type PatternList } from './patterns/index.ts';
import { prefixesOf, wantsOf } from './touches.ts';

/** As in `survey`. */
const MAX_ROUNDS = 4;

/**
 * The list, and those that match what it matches beyond a link by the name that goes through none: where `ln` is a link to `lib`,
 * `ln/**` and `lib/**`. What can be said only as more than that is not said: nobody's files are to be taken for a task's. Nor
 * is what lies outside of the root.
 * @param ignored links that are taken not to be there
 */
export function reachOf(
  root: string,
  list: PatternList,
  ignored: ReadonlySet<string> = new Set(),
): PatternList[] {
  let lists: PatternList[] = list.length === 0 ? [] : [list];
  let known = 0;
  for (let round = 0; round < MAX_ROUNDS && list.length > 0; round++) {
    const named = lists.flatMap(prefixesOf);
    const found = listTree(root, lists.flatMap(wantsOf)).links.filter(
      (link) => isMeant(link, named) && !ignored.has(link),
    );
    if (found.length === known) break;
    known = found.length;
    const { links, fileLinks } = linksOf(root, found);
    const files = [...fileLinks, ...danglingLinks(root, found)];
    lists = through(asFolders(list), new LinkIndex(links), new LinkIndex(files), list);
  }
  return lists;
}

/**
 * Package managers link the packages of a repository into `node_modules`. Who writes to all in there does not write to those: what
 * their author edits meanwhile is not to be taken for a task's.
 */
const isMeant = (link: string, named: readonly string[]): boolean =>
  !/(?:^|\/)node_modules\//.test(link) || named.some((path) => path === link || path.startsWith(`${link}/`));

/** Pattern by pattern, so that one which cannot be followed keeps none of the others from it. */
function through(folders: PatternList, links: LinkIndex, files: LinkIndex, list: PatternList): PatternList[] {
  const excludes = folders.filter(isExclude);
  const lists = new Map<string, PatternList>();
  const plain = new Set<string>();
  for (const include of folders.filter((pattern) => !isExclude(pattern))) {
    for (const part of throughLinks(partOf([include, ...excludes]), links)) {
      if (!part.exact) continue;
      if (part.list.some(isExclude)) lists.set(JSON.stringify(part.list), part.list);
      else for (const pattern of part.list) plain.add(pattern);
    }
    lists.delete(JSON.stringify([include, ...excludes]));
    plain.delete(include);
  }
  const beyond = [...(plain.size > 0 ? [[...plain]] : []), ...lists.values()].map(partOf);
  const parts = throughFileLinks([partOf(folders), ...beyond], files, Number.POSITIVE_INFINITY);
  return [list, ...parts.slice(1).map((part) => part.list)];
}

const partOf = (list: PatternList): Part => ({ list, written: list.map((_, index) => index), exact: true });
