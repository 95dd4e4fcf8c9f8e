// What a strict task is given of the user's tree: the files that its lists match, by whatever links they name them, and the links
// on the way to them. What is in `node_modules` is no file of the user's and comes another way, see ../node-modules.ts.

import { type RawPath, rawPath, shownPath } from '../../../base/raw-path.ts';
import { REPLACED } from '../../../base/shown-alike.ts';
import { LinkIndex } from '../../../plan/link-index.ts';
import { listTree } from '../../../plan/listing.ts';
import { folderReader, LINK } from '../../../plan/listing-folder.ts';
import { anyMatcher, asFolders, type PatternList } from '../../../plan/patterns/index.ts';
import { reachOf } from '../../../plan/reach.ts';
import { prefixesOf, wantsOf } from '../../../plan/touches.ts';
import { walk } from '../../../store/walk.ts';
import { MODULES } from '../node-modules.ts';

export interface DeclaredFiles {
  /** Files and links, relative to the root. */
  files: RawPath[];
  /** Folders of what may be written that are there, be they empty, and those in which something declared is installed. */
  folders: RawPath[];
  /** Folders that have a `node_modules`, among those that were opened; '' is the root. */
  installed: string[];
}

/**
 * @param reads lists, each on its own
 * @param writes those of what may be written, by names that lead through no link
 */
export async function declaredFiles(
  root: string,
  reads: readonly PatternList[],
  writes: readonly PatternList[],
): Promise<DeclaredFiles> {
  const lists = [...reads.flatMap((list) => reachOf(root, list)), ...writes];
  const installed = new Set<string>();
  const read = folderReader(root);
  const listing = listTree(root, lists.flatMap(wantsOf), (folder) => {
    const names = read(folder);
    const own = names.filter((name) => name !== `${MODULES}/` && name !== `${MODULES}${LINK}`);
    if (own.length < names.length) installed.add(folder);
    return own;
  });
  const covers = anyMatcher(lists);
  const links = linksOnTheWay(listing.links, lists);
  const isGiven = (path: string): boolean => covers(path) || links.has(path);
  const paths = listing.paths();
  // A name that is no UTF-8 is found again by its bytes alone.
  const files = paths.some((path) => path.includes(REPLACED))
    ? (await walk(root, { prefixes: lists.flatMap(prefixesOf), matches: isGiven })).files.filter(isOwn)
    : paths.filter(isGiven).map(rawPath);
  const prefixes = writes.flatMap(prefixesOf).filter((prefix) => prefix !== '');
  const { folders } = await walk(root, { prefixes, matches: () => false });
  const installing = [...installed].filter((folder) => folder !== '' && covers(`${folder}/${MODULES}/x`));
  return {
    files: [...new Set([...files, ...[...links].map(rawPath)])].sort(),
    folders: [...folders.filter(isOwn), ...installing.map(rawPath)],
    installed: [...installed],
  };
}

/** Those below which, or at which, one of the lists may match. */
function linksOnTheWay(links: readonly string[], lists: readonly PatternList[]): Set<string> {
  const index = new LinkIndex(links.map((link) => ({ link, target: '' })));
  return new Set(lists.flatMap((list) => index.at(asFolders(list)).map(({ link }) => link)));
}

/** Not installed, and nothing of git's. */
export const isOwn = (path: RawPath): boolean => !/(?:^|\/)(?:node_modules|\.git|\.ptask)(?:\/|$)/.test(path);

/** Whether the lists of a task match no file at all. */
export const matchesNothing = ({ files }: DeclaredFiles, list: PatternList): boolean => {
  const covers = anyMatcher([list]);
  return !files.some((path) => covers(shownPath(path)));
};
