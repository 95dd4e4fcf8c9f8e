// What commands have done to files, one access after the other, to what that comes to in the end: a file that a task has made itself is
// none that it reads, and one that it has made and removed is nothing at all. Pure.

import type { RawPath } from '../../base/raw-path.ts';
import type { Access } from './access.ts';

interface File {
  /** It was there before. */
  isOld: boolean;
  isRead: boolean;
  isLookedAt: boolean;
  isWritten: boolean;
  isGone: boolean;
}

export interface FileUse {
  /** Absolute paths, each once. Some may be folders, or lead through links. */
  reads: RawPath[];
  /** Of these those that were not opened: the system was asked about them alone. */
  looks: RawPath[];
  /** Written, made or removed. */
  writes: RawPath[];
  /** Folders whose names were listed. */
  listed: RawPath[];
  /** Folders that have got their names as a whole: all that is below one was written. */
  moved: RawPath[];
  /** Files that were made and removed again. */
  temporary: number;
}

export class FileUseBuilder {
  #files = new Map<RawPath, File>();
  readonly #listed = new Set<RawPath>();
  readonly #made = new Set<RawPath>();
  readonly #moved = new Set<RawPath>();
  #temporary = 0;

  add(access: Access): void {
    const { kind, path } = access;
    if (kind === 'read') this.#read(path, 'isRead');
    else if (kind === 'look') this.#read(path, 'isLookedAt');
    else if (kind === 'create') this.#write(path, false);
    else if (kind === 'write') this.#write(path, true);
    else if (kind === 'remove') this.#remove(path);
    else if (kind === 'rename') this.#rename(path, access.to);
    else if (kind === 'folder') this.#made.add(path);
    // In one that it has made are the names that it has put there itself.
    else if (!this.#made.has(path)) this.#listed.add(path);
  }

  use(): FileUse {
    const files = [...this.#files];
    // To look whether there is something to be written over, or removed, is not to read it.
    const reads = files.filter(
      ([, { isOld, isRead, isLookedAt, isWritten }]) => isOld && (isRead || (isLookedAt && !isWritten)),
    );
    const paths = (some: [RawPath, File][]): RawPath[] => some.map(([path]) => path).sort();
    return {
      reads: paths(reads),
      looks: paths(reads.filter(([, { isRead }]) => !isRead)),
      writes: paths(files.filter(([, { isWritten }]) => isWritten)),
      listed: [...this.#listed].sort(),
      moved: [...this.#moved].sort(),
      temporary: this.#temporary,
    };
  }

  #read(path: RawPath, how: 'isRead' | 'isLookedAt'): void {
    const file = this.#files.get(path) ?? this.#add(path, true);
    if (!file.isWritten) file[how] = true;
  }

  /** @param isOld it is known to have been there */
  #write(path: RawPath, isOld: boolean): void {
    const file = this.#files.get(path) ?? this.#add(path, isOld);
    file.isWritten = true;
    file.isGone = false;
  }

  #remove(path: RawPath): void {
    if (this.#made.delete(path)) return;
    const file = this.#files.get(path) ?? this.#add(path, true);
    if (file.isOld) Object.assign(file, { isWritten: true, isGone: true });
    else {
      this.#files.delete(path);
      this.#temporary += 1;
    }
  }

  #rename(path: RawPath, to: RawPath): void {
    const below = `${path}/`;
    const inside = [...this.#files].filter(([each]) => each.startsWith(below));
    const isFolder = this.#made.has(path) || inside.length > 0;
    if (!isFolder) {
      this.#moveFile(path, to);
      return;
    }
    for (const [each] of inside) this.#moveFile(each, `${to}/${each.slice(below.length)}` as RawPath);
    // What was in it and was never looked at has moved as well.
    this.#moved.add(to);
    if (this.#made.delete(path)) this.#made.add(to);
    else if (!this.#files.has(path)) this.#remove(path);
  }

  #moveFile(path: RawPath, to: RawPath): void {
    const file = this.#files.get(path);
    if (file === undefined || file.isOld) {
      // What it holds is what the other comes to hold.
      this.#read(path, 'isRead');
      this.#remove(path);
    } else this.#files.delete(path);
    this.#write(to, false);
    if (file === undefined) this.#moved.add(to);
  }

  #add(path: RawPath, isOld: boolean): File {
    const file = { isOld, isRead: false, isLookedAt: false, isWritten: false, isGone: false };
    this.#files.set(path, file);
    return file;
  }
}
