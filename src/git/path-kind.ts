// What is on the disk at a path, seen as git sees it: nothing lies beyond a symbolic link. Unaware of git.

import { lstatSync } from 'node:fs';
import { parentOf } from '../base/path-names.ts';
import { locate, type RawPath } from '../base/raw-path.ts';

export type PathKind = 'absent' | 'file' | 'folder' | 'beyond a link';

/** A function that remembers the folders it has looked at, for questions that belong together in time. */
export function pathKinds(top: string): (path: RawPath) => PathKind {
  const folders = new Map<string, PathKind>([['', 'folder']]);

  function ofFolder(path: string): PathKind {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const parent = ofFolder(parentOf(path));
    const found = parent === 'folder' ? look(path, 'beyond a link') : parent === 'file' ? 'absent' : parent;
    folders.set(path, found);
    return found;
  }

  function look(path: string, link: PathKind): PathKind {
    const stats = lstatSync(locate(top, path as RawPath), { throwIfNoEntry: false });
    if (stats === undefined) return 'absent';
    if (stats.isSymbolicLink()) return link;
    return stats.isDirectory() ? 'folder' : 'file';
  }

  return (path) => {
    const parent = ofFolder(parentOf(path));
    if (parent !== 'folder') return parent === 'beyond a link' ? parent : 'absent';
    return look(path, 'file');
  };
}
