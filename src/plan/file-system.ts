// What the file system of a root makes of names: whether case counts, and where links lead. Reads the disk.

import { type Dirent, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { followLinks } from '../base/follow-links.ts';
import type { Link } from './link-index.ts';

/** As git has found it out when it made the repository, else as a look at the root's own entries says. */
export function ignoresCase(root: string): boolean {
  return gitSays(root) ?? probe(root);
}

/** `core.ignorecase` of the repository that the root lies in; undefined where it is not set. */
function gitSays(root: string): boolean | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    const entry = join(folder, '.git');
    const stats = statSync(entry, { throwIfNoEntry: false });
    if (stats) return ignoreCaseOf(read(join(stats.isFile() ? commonFolder(entry) : entry, 'config')));
    if (dirname(folder) === folder) return undefined;
  }
}

/** Of a linked worktree, whose `.git` is a file that names a folder that names the repository's. */
function commonFolder(file: string): string {
  const named = /^gitdir: (.*)$/m.exec(read(file))?.[1] ?? '.';
  const folder = resolve(dirname(file), named.trim());
  const common = read(join(folder, 'commondir')).trim();
  return common === '' ? folder : resolve(folder, common);
}

/** The last value in a section `[core]` counts. */
export function ignoreCaseOf(config: string): boolean | undefined {
  let section = '';
  let value: boolean | undefined;
  for (const line of config.split('\n')) {
    section = /^\s*\[([^\]]*)\]/.exec(line)?.[1]?.trim().toLowerCase() ?? section;
    const set = /^(?:\s*\[[^\]]*\])?\s*ignorecase\s*(?:=\s*"?(\w*)"?\s*)?(?:[#;].*)?$/i.exec(line);
    if (set && section === 'core') value = /^(?:true|yes|on|1)$/i.test(set[1] ?? 'true');
  }
  return value;
}

/** Whether an entry of the root is there by its name in the other case too, as the same file. */
function probe(root: string): boolean {
  const names = entriesOf(root).map(({ name }) => name);
  const name = names.find((each) => /[a-z]/i.test(each));
  if (name === undefined) return false;
  const swapped = name.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
  if (names.includes(swapped)) return false;
  const [one, other] = [name, swapped].map((each) =>
    lstatSync(join(root, each), { throwIfNoEntry: false, bigint: true }),
  );
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev;
}

export interface Links {
  /** To folders. */
  links: Link[];
  /** To files. */
  fileLinks: Link[];
}

/** Which symbolic links lead to folders and which to files, and where. Links that lead nowhere, or in a circle, are left out. */
export function linksOf(root: string, symlinks: Iterable<string>): Links {
  const realRoot = realOf(root);
  const found: Links = { links: [], fileLinks: [] };
  if (realRoot?.isFolder !== true) return found;
  const folders: Real[] = [];
  const files: Real[] = [];
  for (const link of [...symlinks].sort()) {
    const real = realOf(join(root, link));
    if (real !== undefined) (real.isFolder ? folders : files).push({ link, real: real.path });
  }
  return { links: folderLinks(realRoot.path, folders), fileLinks: fileLinks(realRoot.path, files) };
}

interface Real {
  link: string;
  real: string;
}

/** Links that lead to where there is nothing, of which whoever writes to them makes a file. */
export function danglingLinks(root: string, symlinks: Iterable<string>): Link[] {
  const realRoot = realOf(root);
  return [...symlinks].flatMap((link): Link[] => {
    try {
      const target = realRoot && below(realRoot.path, followLinks(join(root, link)));
      const isThere = statSync(join(root, link), { throwIfNoEntry: false }) !== undefined;
      return target === undefined || target === link || isThere ? [] : [{ link, target }];
    } catch {
      // In a circle, or to a folder that is not there: nobody can write to it.
      return [];
    }
  });
}

/** Those that lead out of the root, whether or not there is something. */
export function linksOutside(root: string, symlinks: Iterable<string>): string[] {
  const realRoot = realOf(root);
  return [...symlinks].filter((link) => {
    try {
      return realRoot !== undefined && below(realRoot.path, followLinks(join(root, link))) === undefined;
    } catch {
      return false;
    }
  });
}

/**
 * Links that leave the root are left out but for what they have in common: of two links to one folder outside the
 * second is told as a link to the first, and below a link to a folder above the root stands a link to the root itself.
 */
function folderLinks(root: string, all: readonly Real[]): Link[] {
  const links: Link[] = [];
  const outside: Real[] = [];
  for (const { link, real } of all) {
    const target = below(root, real);
    if (target !== undefined) {
      if (target !== link) links.push({ link, target });
      continue;
    }
    const within = below(real, root);
    if (within !== undefined) links.push({ link: `${link}/${within}`, target: '' });
    for (const other of outside) {
      const inOther = below(other.real, real);
      const holdsOther = below(real, other.real);
      if (inOther !== undefined) links.push({ link, target: joined(other.link, inOther) });
      else if (holdsOther !== undefined) links.push({ link: joined(link, holdsOther), target: other.link });
    }
    outside.push({ link, real });
  }
  return links;
}

/** Likewise; what lies below a link to a folder outside is no link itself. */
function fileLinks(root: string, all: readonly Real[]): Link[] {
  const outside = new Map<string, string>();
  return all.flatMap(({ link, real }): Link[] => {
    const target = below(root, real) ?? outside.get(real);
    if (target === undefined) outside.set(real, link);
    return target === undefined || target === link ? [] : [{ link, target }];
  });
}

/**
 * The symbolic links that stand among listed files, by opening the folders they lie in: for who has no listing that
 * knows its links. Links on the way to a pattern whose folder is not listed are not among them.
 */
export function symlinksAmong(root: string, files: readonly string[]): string[] {
  const listed = new Set(files);
  const folders = new Set(files.map((file) => file.slice(0, Math.max(0, file.lastIndexOf('/')))));
  return [...folders].flatMap((folder) =>
    entriesOf(join(root, folder))
      .filter((entry) => entry.isSymbolicLink())
      .map(({ name }) => joined(folder, name))
      .filter((path) => listed.has(path)),
  );
}

const joined = (folder: string, rest: string): string =>
  folder === '' || rest === '' ? folder + rest : `${folder}/${rest}`;

/** The path of what lies at or below a folder, relative to it; undefined for what lies elsewhere. */
function below(folder: string, path: string): string | undefined {
  const way = relative(folder, path);
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return undefined;
  return way.replaceAll(sep, '/');
}

function realOf(path: string): { path: string; isFolder: boolean } | undefined {
  try {
    const stats = statSync(path);
    if (!stats.isDirectory() && !stats.isFile()) return undefined;
    return { path: realpathSync.native(path), isFolder: stats.isDirectory() };
  } catch {
    return undefined;
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
