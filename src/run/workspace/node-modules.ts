// The installed packages of a task that works in a folder of its own: in each `node_modules` a link for each package in it. Those of
// this very repository lead to what the task has of them, all others to the user's own, and what the task declares to write is not
// linked. The folder itself is no link, since who installs into it would empty the user's, and neither are plain files.

import {
  constants,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { orElse } from '../../base/error-code.ts';

export const MODULES = 'node_modules';

export interface Installing {
  root: string;
  workdir: string;
  /** Folders that may have a `node_modules`, relative to the root; they are in the workdir already. */
  folders: Iterable<string>;
  /** What the patterns of the task's writes begin with. */
  written: readonly string[];
}

export interface Linked {
  /** The `node_modules` that were made, relative to the root. */
  made: string[];
  /** Folders in them that the task may write, which are to be copied; so may be one of those itself. */
  written: string[];
}

/** Leaves alone what is there already. */
export function linkModules({ root, workdir, folders, written }: Installing): Linked {
  const linked: Linked = { made: [], written: [] };
  const real = realpathSync.native(root);
  for (const folder of folders) {
    const path = folder === '' ? MODULES : `${folder}/${MODULES}`;
    if (isThere(join(workdir, path)) || !isThere(join(root, path))) continue;
    linked.made.push(path);
    if (isFolder(join(root, path)) && !written.includes(path)) mirror(path);
    else link(path);
  }
  return linked;

  function link(path: string): void {
    const [from, to] = [join(root, path), join(workdir, path)];
    const stats = lstatSync(from);
    const isDirectory = stats.isDirectory();
    if (isDirectory && written.includes(path)) linked.written.push(path);
    else if (isDirectory && (isWrittenIn(path) || holdsOwn(path))) mirror(path);
    else if (isOwn(path)) symlinkSync(readlinkSync(from), to);
    // What package managers write down of what they have installed; they write to it as it is.
    else if (stats.isFile()) copyFileSync(from, to, constants.COPYFILE_FICLONE);
    else symlinkSync(from, to);
  }

  function mirror(path: string): void {
    mkdirSync(join(workdir, path));
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const inside = `${path}/${entry.name}`;
      // What runs there finds the packages beside it, as where it was installed.
      const isRun = path.endsWith('/.bin') && entry.isSymbolicLink();
      if (isRun) symlinkSync(readlinkSync(join(root, inside)), join(workdir, inside));
      else if (entry.name === '.bin') mirror(inside);
      else link(inside);
    }
  }

  function isWrittenIn(path: string): boolean {
    return written.some((prefix) => prefix.startsWith(`${path}/`));
  }

  /** Itself, or in the folder of a scope. */
  function holdsOwn(path: string): boolean {
    return readdirSync(join(root, path), { withFileTypes: true }).some(({ name }) => {
      const inside = `${path}/${name}`;
      return isOwn(inside) || (name.startsWith('@') && isFolder(join(root, inside)) && holdsOwn(inside));
    });
  }

  /** A relative link to what lies in the root and is not installed. */
  function isOwn(path: string): boolean {
    const at = join(root, path);
    const target = orElse(() => readlinkSync(at), undefined, 'EINVAL');
    if (target === undefined || target.startsWith('/')) return false;
    const way = relative(real, resolve(real, dirname(path), target));
    return way !== '' && !way.split(sep).some((name) => name === '..' || name === MODULES);
  }
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
const isFolder = (path: string): boolean => lstatSync(path).isDirectory();
