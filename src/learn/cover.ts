// Paths that were seen to globs that a person would have written: few, and such that they stay right when a file is added. Pure.
//
// Folder by folder from the top: where most of the files of some kinds below a folder were seen, and no large part of it was passed
// over, the folder is what the task is about, and its kinds are named if there are others that it does not touch. Else its folders
// are asked one by one, and what is left are single names.

import { grouped } from '../base/grouped.ts';
import { literalPattern, matcher } from '../plan/patterns/index.ts';
import { type Count, countOf, folderTree, type TreeFile, type TreeFolder } from './folder-tree.ts';
import { loosened, starred } from './loosen.ts';
import { testForm } from './tests.ts';

export interface CoverOptions {
  /** All files there are, seen or not, relative to the root. */
  all: readonly string[];
  /** Folders whose names were listed: who does so means what may come to be there. */
  listed?: ReadonlySet<string>;
  /**
   * For what the task has made, of all those that are the user's own: where there are such, a folder is none that it makes. Else it is
   * named though it has one file.
   */
  users?: ReadonlySet<string>;
}

/** Kinds that are still worth naming, instead of the folder. */
const MOST_KINDS = 4;

/** Of the files of a kind, how many may lie in folders that were not touched at all. */
const MOST_UNTOUCHED = 0.25;

/** Names of one folder that are as good as a pattern. */
const MOST_NAMES = 3;

/** Folders that hold what a project is made of: one file in them is but the first. */
const OF_SOURCES =
  /^(?:src|source|sources|lib|app|pages|components|public|assets|styles|tests?|__tests__|spec)$/;

/** What makes a folder a project of its own: a task that reads its neighbours does not read it for that. */
const MANIFEST =
  /(?:^|\/)(?:package\.json|Cargo\.toml|go\.mod|pyproject\.toml|pom\.xml|build\.gradle(?:\.kts)?)$/;

/** Sorted; excludes come last. */
export function cover(seen: readonly string[], { all, listed = new Set(), users }: CoverOptions): string[] {
  const forms = unreadForms(seen, all);
  const isUnreadTest = (path: string): boolean => forms.has(testForm(path) ?? '');
  const isMade = users !== undefined;
  const tree = folderTree(new Set(seen), all, isMade ? () => false : isUnreadTest, users ?? new Set());
  const manifests = all.filter((path) => MANIFEST.test(path));
  const units = new Set(manifests.map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/')))));
  const exact = starred(new Covering(listed, units, isMade).root(tree), all);
  const globs = fewer(exact, seen, users);
  const tests = isMade ? [] : all.filter(isUnreadTest);
  return [...globs.sort(), ...excludesFor(globs, tests)];
}

/** Not at the price of what is the user's. */
function fewer(globs: readonly string[], seen: readonly string[], users?: ReadonlySet<string>): string[] {
  const loose = loosened(globs);
  if (users === undefined || loose.length === globs.length) return loose;
  const known = new Set(seen);
  const matches = matcher(loose);
  return [...users].some((path) => !known.has(path) && matches(path)) ? [...globs] : loose;
}

/** Forms of tests of which none was seen. */
function unreadForms(seen: readonly string[], all: readonly string[]): Set<string> {
  const forms = new Set(all.flatMap((path) => testForm(path) ?? []));
  for (const path of seen) forms.delete(testForm(path) ?? '');
  return forms;
}

/** What a glob would match of tests that the task leaves alone. */
function excludesFor(globs: readonly string[], tests: readonly string[]): string[] {
  const found = new Set<string>();
  for (const glob of globs) {
    const [, folder, kinds] = /^(.*?)\/\*\*(?:\/\*\.(.*))?$/.exec(glob) ?? [];
    if (folder === undefined || /[*?{]/.test(folder)) continue;
    for (const path of tests) {
      const isMeant =
        kinds === undefined ||
        kinds
          .replace(/[{}]/g, '')
          .split(',')
          .some((kind) => path.endsWith(`.${kind}`));
      if (isMeant && path.startsWith(`${folder.replace(/\\/g, '')}/`))
        found.add(`!${folder}/**/${testForm(path)}`);
    }
  }
  return [...found].sort();
}

class Covering {
  readonly #listed: ReadonlySet<string>;
  readonly #units: ReadonlySet<string>;
  readonly #isMade: boolean;

  constructor(listed: ReadonlySet<string>, units: ReadonlySet<string>, isMade: boolean) {
    this.#listed = listed;
    this.#units = units;
    this.#isMade = isMade;
  }

  /** The files of the root have names of their own, each for its purpose. */
  root(root: TreeFolder): string[] {
    return [
      ...this.#names(
        root,
        new Set(),
        (of) => this.#listed.has('') && of.seen > MOST_NAMES && of.seen >= of.all * 0.75,
      ),
      ...this.#folders(root, new Set()),
    ];
  }

  #folders(folder: TreeFolder, done: ReadonlySet<string>): string[] {
    return [...folder.folders.values()].flatMap((each) => this.#folder(each, done));
  }

  /** @param done kinds that a glob from above matches */
  #folder(folder: TreeFolder, done: ReadonlySet<string>): string[] {
    const open = [...folder.counts].filter(([kind, { seen }]) => seen > 0 && !done.has(kind));
    if (open.length === 0) return [];
    if (this.#isMade && this.#isMadeWhole(folder)) return [`${literalPattern(folder.path)}/**`];
    const kinds = open.map(([kind]) => kind).filter((kind) => this.#isMeant(folder, kind));
    if (kinds.length === 0 || !this.#isEnough(folder, kinds)) return this.#parts(folder, done);
    const isWhole = kinds.length === open.length && !this.#hasOthers(folder);
    if (isWhole || kinds.length > MOST_KINDS) return [`${literalPattern(folder.path)}/**`];
    const named = kinds.filter((kind) => kind !== '').sort();
    if (named.length === 0) return this.#parts(folder, done);
    const glob = `${literalPattern(folder.path)}/**/*.${named.length > 1 ? `{${named.join()}}` : named[0]}`;
    return [glob, ...this.#parts(folder, new Set([...done, ...named]))];
  }

  #parts(folder: TreeFolder, done: ReadonlySet<string>): string[] {
    return [
      ...this.#names(folder, done, (of) => of.seen > MOST_NAMES && of.seen > of.all / 2 && of.users === 0),
      ...this.#folders(folder, done),
    ];
  }

  /** Of most files of a kind it is meant that all are, unless much of the folder was passed over. */
  #isMeant(folder: TreeFolder, kind: string): boolean {
    return this.#isMost(folder, (each) => countOf(each, [kind]));
  }

  /** Few files in it are left from earlier. */
  #isMadeWhole(folder: TreeFolder): boolean {
    return this.#isMost(folder, (each) => countOf(each));
  }

  #isMost(folder: TreeFolder, of: (folder: TreeFolder) => Count): boolean {
    const { seen, all, users } = of(folder);
    if (users > 0 || seen <= all / 2) return false;
    const untouched = [...folder.folders.values()].filter((each) => of(each).all > 0 && of(each).seen === 0);
    const left = untouched.reduce((sum, each) => sum + of(each).all, 0);
    return left <= all * MOST_UNTOUCHED && !untouched.some(({ path }) => this.#units.has(path));
  }

  #isEnough(folder: TreeFolder, kinds: readonly string[]): boolean {
    if (this.#isMade || countOf(folder, kinds).seen > 1) return true;
    const name = folder.path.slice(folder.path.lastIndexOf('/') + 1);
    return this.#listed.has(folder.path) || OF_SOURCES.test(name);
  }

  /** Kinds of files that the task does not touch. */
  #hasOthers({ counts }: TreeFolder): boolean {
    return [...counts].some(([kind, { seen }]) => kind !== '' && seen === 0);
  }

  #names(folder: TreeFolder, done: ReadonlySet<string>, isMany: (of: Count) => boolean): string[] {
    const byKind = grouped(
      folder.files.filter(({ kind }) => !done.has(kind)),
      ({ kind }) => kind,
    );
    return [...byKind].flatMap(([kind, files]) => {
      const seen = files.filter(({ isSeen }) => isSeen);
      const above = folder.path === '' ? '' : `${literalPattern(folder.path)}/`;
      if (
        kind !== '' &&
        isMany({ seen: seen.length, all: files.length, users: folder.counts.get(kind)?.users ?? 0 })
      )
        return [`${above}*.${kind}`];
      return seen.map(({ path }: TreeFile) => literalPattern(path));
    });
  }
}
