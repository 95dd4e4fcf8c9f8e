// The files of a repository by folder and kind, and which of them were seen. Pure.

/** Of files of one kind, at and below a folder. */
export interface Count {
  seen: number;
  all: number;
  /** Of those that were not seen, how many are the user's own. */
  users: number;
}

export interface TreeFile {
  path: string;
  /** Its ending without the dot; '' where it has none. */
  kind: string;
  isSeen: boolean;
}

export interface TreeFolder {
  /** '' is the root. */
  path: string;
  files: TreeFile[];
  folders: Map<string, TreeFolder>;
  /** By kind; what is left out is not counted. */
  counts: Map<string, Count>;
}

/** Of a file called `.npmrc` there is none. */
export const kindOf = (path: string): string => /[^/]\.([^./]+)$/.exec(path)?.[1] ?? '';

/** @param isLeftOut of files that were not seen @param users files of which it matters that they are the user's */
export function folderTree(
  seen: ReadonlySet<string>,
  all: Iterable<string>,
  isLeftOut: (path: string) => boolean,
  users: ReadonlySet<string>,
): TreeFolder {
  const root = emptyFolder('');
  for (const path of new Set([...seen, ...all])) {
    const isSeen = seen.has(path);
    if (!isSeen && isLeftOut(path)) continue;
    const file = { path, kind: kindOf(path), isSeen };
    const isUsers = !isSeen && users.has(path);
    const names = path.split('/');
    let folder = root;
    count(folder, file, isUsers);
    for (const [depth, name] of names.slice(0, -1).entries()) {
      const inside = folder.folders.get(name) ?? emptyFolder(names.slice(0, depth + 1).join('/'));
      folder.folders.set(name, inside);
      folder = inside;
      count(folder, file, isUsers);
    }
    folder.files.push(file);
  }
  return root;
}

const emptyFolder = (path: string): TreeFolder => ({
  path,
  files: [],
  folders: new Map(),
  counts: new Map(),
});

function count({ counts }: TreeFolder, { kind, isSeen }: TreeFile, isUsers: boolean): void {
  const of = counts.get(kind) ?? { seen: 0, all: 0, users: 0 };
  counts.set(kind, of);
  of.all += 1;
  if (isSeen) of.seen += 1;
  if (isUsers) of.users += 1;
}

export const countOf = ({ counts }: TreeFolder, kinds: Iterable<string> = counts.keys()): Count => {
  const sum = { seen: 0, all: 0, users: 0 };
  for (const kind of kinds) {
    const of = counts.get(kind);
    sum.seen += of?.seen ?? 0;
    sum.all += of?.all ?? 0;
    sum.users += of?.users ?? 0;
  }
  return sum;
};
