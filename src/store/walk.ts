// Lists what is under a root, by names of any bytes. Unaware of globs: what is wanted comes in as a predicate.

import { type Dirent, readdirSync } from 'node:fs';
import { codeOf } from '../base/error-code.ts';
import { look } from '../base/look.ts';
import { Pace } from '../base/pace.ts';
import { isInside } from '../base/path-names.ts';
import { locate, type RawPath, rawPath, rawPathOf, shownPath } from '../base/raw-path.ts';
import { isOurs } from './paths.ts';

export interface Listing {
  /** Whatever is no folder: files, symbolic links wherever they lead, FIFOs. */
  files: RawPath[];
  /** All that were passed or opened on the way, the root not among them. */
  folders: RawPath[];
  /** Folders that may not be read: what is in them is not known. */
  closed: RawPath[];
}

export interface Reach {
  /** Paths as shown at or below which all that matches lies; '' is the root. */
  prefixes: readonly string[];
  /** Asked of paths as shown. */
  matches: (shown: string) => boolean;
  /** The walk ends once it has found more files than that. */
  most?: number;
}

/** Never follows a link, and never enters `.git` and `.ptask`. Sorted by bytes. */
export async function walk(root: string, { prefixes, matches, most }: Reach): Promise<Listing> {
  const files = new Set<RawPath>();
  const folders = new Set<RawPath>();
  const closed: RawPath[] = [];
  const pace = new Pace();

  const open = async (folder: RawPath): Promise<void> => {
    await pace.turn();
    const entries = entriesOf(root, folder);
    if (entries === undefined) {
      closed.push(folder);
      return;
    }
    for (const entry of entries) {
      if (most !== undefined && files.size > most) return;
      const name = rawPathOf(entry.name as unknown as Buffer);
      if (isOurs(name)) continue;
      const path = (folder === '' ? name : `${folder}/${name}`) as RawPath;
      if (!entry.isDirectory()) {
        if (matches(shownPath(path))) files.add(path);
      } else {
        folders.add(path);
        await open(path);
      }
    }
  };

  // One in another comes after it, and is walked already.
  const starts = [...new Set(prefixes.map(rawPath))].sort();
  const outermost = starts.filter((path) => !starts.some((other) => other !== path && isInside(path, other)));
  for (const start of outermost) {
    const found = descend(root, start);
    for (const folder of found.folders) folders.add(folder);
    if (found.file !== undefined && matches(shownPath(found.file))) files.add(found.file);
    if (found.isFolder) await open(start);
  }
  return { files: [...files].sort(), folders: [...folders].sort(), closed };
}

/** The folders on the way from the root to a path; the way ends at what is no folder. */
function descend(root: string, path: RawPath): { folders: RawPath[]; file?: RawPath; isFolder: boolean } {
  const folders: RawPath[] = [];
  if (path === '') return { folders, isFolder: true };
  const names = path.split('/');
  for (const [index, name] of names.entries()) {
    const at = names.slice(0, index + 1).join('/') as RawPath;
    const stats = isOurs(name as RawPath) ? undefined : look(locate(root, at));
    if (stats === undefined) return { folders, isFolder: false };
    if (!stats.isDirectory()) return { folders, file: at, isFolder: false };
    folders.push(at);
  }
  return { folders, isFolder: true };
}

/** Undefined where they may not be seen. */
function entriesOf(root: string, folder: RawPath): Dirent[] | undefined {
  try {
    return readdirSync(locate(root, folder), { withFileTypes: true, encoding: 'buffer' as 'utf8' });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    if (codeOf(error) === 'EACCES') return undefined;
    throw error;
  }
}

/**
 * All files and links below a folder and all folders in it that are empty, `.git` and whatever else there is included; no
 * FIFOs and the like.
 */
export function allBelow(root: string, folder: RawPath): { files: RawPath[]; empty: RawPath[] } {
  const entries = entriesOf(root, folder) ?? [];
  const found = { files: [] as RawPath[], empty: entries.length === 0 ? [folder] : [] };
  for (const entry of entries) {
    const path = `${folder}/${rawPathOf(entry.name as unknown as Buffer)}` as RawPath;
    if (entry.isDirectory()) {
      const below = allBelow(root, path);
      found.files.push(...below.files);
      found.empty.push(...below.empty);
    } else if (entry.isFile() || entry.isSymbolicLink()) found.files.push(path);
  }
  return found;
}
