// Which files a watch is about: what its tasks read, the config's own files, and what is installed from. And the folders to look
// for them in. Looks at the disk.

import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { findGitFolder } from '../base/git-folder.ts';
import { parentOf } from '../base/path-names.ts';
import type { Config, Task } from '../config/config.ts';
import { isForAll } from '../plan/affected.ts';
import type { Identity } from '../plan/canonical-path.ts';
import { survey } from '../plan/list-inputs.ts';
import { Wanted } from '../plan/listing.ts';
import { DirectoryCache } from '../plan/listing-cache.ts';
import { anyMatcher, isExclude, type PatternList } from '../plan/patterns/index.ts';
import { reachOf } from '../plan/reach.ts';
import { wantsOf } from '../plan/touches.ts';

export interface Scope {
  root: string;
  wanted: Wanted;
  /** Whether a change of this file may matter. Relative to the root; beyond it with `../`. */
  isWanted(path: string): boolean;
  /** Folders outside of the root, of which single files are wanted: `..` and the like. */
  outside: readonly string[];
  /** Names of files and folders that some pattern spells out. */
  names: ReadonlySet<string>;
  /** Folders in which nothing is looked for, relative to the root. */
  left: ReadonlySet<string>;
  identity: Identity;
}

/** What a task reads, for the watch: its `reads`, and of one that is cached what its key is made of beside them. */
export const readsOf = ({ cache: { reads } }: Config, task: Task): PatternList[] =>
  (task.cache.isOn ? [task.reads, reads, task.cache.reads] : [task.reads]).filter((list) => list.length > 0);

/** @param config whose tasks are those that are watched */
export function scopeOf(config: Config): Scope {
  const { root } = config;
  const lists = unique(config.tasks.flatMap((task) => readsOf(config, task)));
  const { identity, listing } = survey(root, lists, new DirectoryCache(root));
  const reached = listing.links.length === 0 ? lists : lists.flatMap((list) => reachOf(root, list));
  const isRead = anyMatcher(reached);
  const own = [below(root, config.file), ...config.dotenv.map((name) => below(root, join(root, name)))];
  const single = own.filter((path) => path !== '' && !path.startsWith('../'));
  return {
    root,
    wanted: new Wanted([...reached.flatMap(wantsOf), ...single.map((prefix) => ({ prefix, except: [] }))]),
    isWanted: (path) => isForAll(config, path) || (!path.startsWith('../') && isRead(path)),
    outside: [
      ...new Set([
        ...own.filter((path) => path.startsWith('../')).map((path) => parentOf(path)),
        ...above(root),
      ]),
    ],
    names: new Set([...reached.flat().filter((pattern) => !isExclude(pattern)), ...single].flatMap(namesIn)),
    left: new Set(
      [config.worktrees.dir, config.cache.dir]
        .flatMap((folder) => (folder === undefined ? [] : [below(root, folder)]))
        .filter((path) => path !== '' && !path.startsWith('..')),
    ),
    identity,
  };
}

const unique = (lists: readonly PatternList[]): PatternList[] => [
  ...new Map(lists.map((list) => [JSON.stringify(list), list])).values(),
];

/** Relative to the root, which may be on another disk. */
function below(root: string, path: string): string {
  const way = relative(root, path);
  return isAbsolute(way) ? '' : way.split(sep).join('/');
}

/** The folders above the root, as far as the repository goes: a package's lock file may lie there. */
function above(root: string): string[] {
  const top = findGitFolder(root)?.top ?? root;
  const found: string[] = [];
  for (let [folder, path] = [root, '..']; folder !== top && folder !== dirname(folder); path += '/..') {
    found.push(path);
    folder = dirname(folder);
  }
  return found;
}

/** Of a pattern the parts that are nothing but a name. */
const namesIn = (pattern: string): string[] => pattern.split('/').filter((part) => /^[\w.@+ -]+$/.test(part));
