// The files there are, as a tree of folders whose files are numbered in the order of their paths. Unaware of the disk.

import { append } from './interval-set.ts';

export class Folder {
  /** '' is the root. */
  readonly path: string;
  readonly name: string;
  /** In the order of their paths. */
  readonly folders: Folder[] = [];
  /** The files that lie in the folder itself: their numbers, and their names in the same order. */
  readonly own: number[] = [];
  readonly names: string[] = [];
  /** The files at any depth are those from `start` (incl.) to `end` (excl.). */
  readonly start: number;
  end: number;
  #byName: Map<string, Folder> | undefined;
  #files: Set<string> | undefined;

  constructor(path: string, name: string, start: number) {
    this.path = path;
    this.name = name;
    this.start = start;
    this.end = start;
  }

  folder(name: string): Folder | undefined {
    this.#byName ??= new Map(this.folders.map((folder) => [folder.name, folder]));
    return this.#byName.get(name);
  }

  hasFile(name: string): boolean {
    this.#files ??= new Set(this.names);
    return this.#files.has(name);
  }
}

const inside = ({ path }: Folder, name: string): string => (path === '' ? name : `${path}/${name}`);

/** The folder in a folder that holds the file at some depth. */
function holding({ folders }: Folder, file: number): Folder | undefined {
  let low = 0;
  let high = folders.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((folders[middle] as Folder).end <= file) low = middle + 1;
    else high = middle;
  }
  const found = folders[low];
  return found !== undefined && found.start <= file ? found : undefined;
}

/** A million paths as texts would take a hundred megabytes; here a file is its name, its path is made when asked for. */
export class Listing {
  readonly root = new Folder('', '', 0);
  /** How many files there are. */
  size = 0;
  /** The symbolic links that were come by, wanted or not. */
  readonly links: string[] = [];

  /** Files and folders are added in the order of their paths. */
  addFile(folder: Folder, name: string): void {
    folder.names.push(name);
    append(folder.own, this.size, ++this.size);
  }

  addFolder(parent: Folder, name: string): Folder {
    const folder = new Folder(inside(parent, name), name, this.size);
    parent.folders.push(folder);
    return folder;
  }

  close(folder: Folder): void {
    folder.end = this.size;
  }

  path(file: number): string {
    let folder = this.root;
    for (let below = holding(folder, file); below !== undefined; below = holding(folder, file))
      folder = below;
    let index = 0;
    for (let at = 0; at < folder.own.length; at += 2) {
      const [from, to] = [folder.own[at] as number, folder.own[at + 1] as number];
      if (file < to) return inside(folder, folder.names[index + file - from] as string);
      index += to - from;
    }
    throw new RangeError(`there is no file ${file}`);
  }

  paths(): string[] {
    const paths: string[] = [];
    const walk = (folder: Folder): void => {
      let index = 0;
      const add = (end: number): void => {
        while (paths.length < end) paths.push(inside(folder, folder.names[index++] as string));
      };
      for (const below of folder.folders) {
        add(below.start);
        walk(below);
      }
      add(folder.end);
    };
    walk(this.root);
    return paths;
  }

  /** The first file whose path is not less. */
  lowerBound(path: string): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.path(middle) < path) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
