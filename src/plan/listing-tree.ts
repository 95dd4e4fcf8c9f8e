// The files there are, as a tree of folders whose files are numbered in the order of their paths. Unaware of the disk.

export interface Folder {
  /** '' is the root. */
  readonly path: string;
  readonly name: string;
  /** In the order of their paths. */
  readonly folders: Folder[];
  /** The files at any depth are those from `start` up to, not including, `end`. */
  readonly start: number;
  end: number;
}

/** A million paths as texts would take a hundred megabytes; here a file is its name, and its path made when asked for. */
export class Listing {
  readonly root: Folder = { path: '', name: '', folders: [], start: 0, end: 0 };
  /** The name of each file, by number. */
  readonly names: string[] = [];
  readonly #owners: Folder[] = [];

  get size(): number {
    return this.names.length;
  }

  /** Files and folders are added in the order of their paths. */
  addFile(folder: Folder, name: string): void {
    this.names.push(name);
    this.#owners.push(folder);
  }

  addFolder(parent: Folder, name: string): Folder {
    const path = parent.path === '' ? name : `${parent.path}/${name}`;
    const folder: Folder = { path, name, folders: [], start: this.size, end: this.size };
    parent.folders.push(folder);
    return folder;
  }

  close(folder: Folder): void {
    folder.end = this.size;
  }

  path(file: number): string {
    const { path } = this.#owners[file] as Folder;
    return path === '' ? (this.names[file] as string) : `${path}/${this.names[file]}`;
  }

  paths(): string[] {
    return this.names.map((_, file) => this.path(file));
  }

  /** The stretches of numbers between its folders' files: the files that lie in the folder itself. */
  *ownFiles(folder: Folder): Generator<[number, number]> {
    let at = folder.start;
    for (const { start, end } of folder.folders) {
      if (start > at) yield [at, start];
      at = end;
    }
    if (folder.end > at) yield [at, folder.end];
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
