// The files there are, as a tree of folders whose files are numbered in the order of their paths. Unaware of the disk.

export class Folder {
  /** '' is the root. */
  readonly path: string;
  readonly name: string;
  /** In the order of their paths. */
  readonly folders: Folder[] = [];
  /** Stretches of numbers, from (incl.) and to (excl.) in turn: the files that lie in the folder itself. */
  readonly own: number[] = [];
  /** The files at any depth are those from `start` (incl.) to `end` (excl.). */
  readonly start: number;
  end: number;
  #byName: Map<string, Folder> | undefined;

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
}

/** A million paths as texts would take a hundred megabytes; here a file is its name, its path is made when asked for. */
export class Listing {
  readonly root = new Folder('', '', 0);
  /** The name of each file, by number. */
  readonly names: string[] = [];
  readonly #owners: Folder[] = [];

  get size(): number {
    return this.names.length;
  }

  /** Files and folders are added in the order of their paths. */
  addFile(folder: Folder, name: string): void {
    const { own } = folder;
    if (own.length > 0 && own[own.length - 1] === this.size) own[own.length - 1] = this.size + 1;
    else own.push(this.size, this.size + 1);
    this.names.push(name);
    this.#owners.push(folder);
  }

  addFolder(parent: Folder, name: string): Folder {
    const folder = new Folder(parent.path === '' ? name : `${parent.path}/${name}`, name, this.size);
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
