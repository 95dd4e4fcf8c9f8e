// Reads one folder of the disk.

import { type Dirent, lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { REPLACED } from '../base/shown-alike.ts';

/** Never part of what a task may touch: git's own files and ptask's, in whatever folder they lie. */
const OUTSIDE = new Set(['.git', '.ptask']);

/** At the end of a symbolic link's name; no name has a `/` in it. */
export const LINK = '/@';

/**
 * What a folder holds, in the order of the paths below it: the names of files, of folders with a `/` at the end, and of
 * symbolic links with LINK at the end.
 */
export type ReadFolder = (folder: string) => readonly string[];

/** What a folder holds that went away or may not be read: nothing that a task could touch through us. */
export const UNREADABLE: readonly string[] = [];

/** Whether a name is all that is needed to find again what it names. */
export const isRemembered = (name: string): boolean => !name.includes(REPLACED);

/**
 * Names that are no UTF-8 are shown with replacement characters, so two may look the same, but both are there, and so
 * is what lies in such a folder.
 */
export function folderReader(root: string): ReadFolder {
  const base = root.endsWith('/') ? root : `${root}/`;
  /** By path as shown, where that differs from the path as it is. */
  const raw = new Map<string, Buffer[]>();
  return (folder) => {
    const odd = folder.includes(REPLACED) ? raw.get(folder)?.shift() : undefined;
    const names = entriesOf(odd ?? base + folder);
    if (odd === undefined && !names.some((name) => name.includes(REPLACED))) return names;
    const at = odd ?? Buffer.from(base + folder);
    for (const [shown, path] of rawFolders(at, folder)) {
      const known = raw.get(shown);
      if (known) known.push(path);
      else raw.set(shown, [path]);
    }
    return names;
  };
}

/** One name of a folder, as the folder would be read; undefined where there is none. @param folder relative to the root */
export function entryAt(root: string, folder: string, name: string): string | undefined {
  if (OUTSIDE.has(name)) return undefined;
  let stats: Stats | undefined;
  try {
    stats = lstatSync(join(root, folder, name), { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
  if (stats === undefined) return undefined;
  return stats.isDirectory() ? `${name}/` : stats.isSymbolicLink() ? name + LINK : name;
}

function entriesOf(folder: string | Buffer): readonly string[] {
  const entries = dirents(folder, 'utf8');
  if (entries === undefined) return UNREADABLE;
  const names: string[] = [];
  const links = new Set<string>();
  for (const entry of entries) {
    const { name } = entry;
    if (OUTSIDE.has(name)) continue;
    names.push(entry.isDirectory() ? `${name}/` : name);
    if (entry.isSymbolicLink()) links.add(name);
  }
  names.sort();
  // Marked once they are sorted: they stand where files stand.
  return links.size === 0 ? names : names.map((name) => (links.has(name) ? name + LINK : name));
}

/** The folders in a folder, by path as shown and as bytes, in the order in which `entriesOf` has them. */
function rawFolders(at: Buffer, folder: string): [string, Buffer][] {
  return (dirents(at, 'buffer') ?? [])
    .filter((entry) => entry.isDirectory())
    .map((entry): [string, Buffer] => {
      const name = entry.name as unknown as Buffer;
      const shown = folder === '' ? name.toString() : `${folder}/${name}`;
      return [shown, Buffer.concat([at, Buffer.from(at.at(-1) === 0x2f ? '' : '/'), name])];
    });
}

function dirents(folder: string | Buffer, encoding: 'utf8' | 'buffer'): Dirent[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true, encoding: encoding as 'utf8' });
  } catch {
    return undefined;
  }
}
