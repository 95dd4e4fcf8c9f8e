// The installed packages of a strict task: links to the user's own. Where one of them is a package of this very repository, or the
// task writes in there, the folder is made anew with a link for each package in it: those of the repository lead to what the task
// declares of them, and what it writes is a copy.

import { lstatSync, mkdirSync, readdirSync, readlinkSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { orElse } from '../../../base/error-code.ts';
import { type RawPath, rawPath } from '../../../base/raw-path.ts';
import { allBelow } from '../../../store/walk.ts';
import { MODULES } from './declared-files.ts';

export interface Installing {
  root: string;
  workdir: string;
  /** Folders with a `node_modules`, relative to the root; they are in the scratch folder already. */
  folders: Iterable<string>;
  /** What the patterns of the task's writes begin with. */
  written: readonly string[];
}

/** Comes back with what is to be copied, relative to the root. */
export function linkModules({ root, workdir, folders, written }: Installing): RawPath[] {
  const copied: RawPath[] = [];
  const real = realpathSync.native(root);
  for (const folder of folders) {
    const path = folder === '' ? MODULES : `${folder}/${MODULES}`;
    if (isThere(join(workdir, path)) || !isThere(join(root, path))) continue;
    link(path);
  }
  return copied;

  function link(path: string): void {
    const [from, to] = [join(root, path), join(workdir, path)];
    const isFolder = lstatSync(from).isDirectory();
    if (isFolder && written.includes(path)) copied.push(...allBelow(root, rawPath(path)).files);
    else if (isFolder && (isWrittenIn(path) || holdsOwn(path))) mirror(path);
    else if (isOwn(path)) symlinkSync(readlinkSync(from), to);
    else symlinkSync(from, to);
  }

  function mirror(path: string): void {
    mkdirSync(join(workdir, path));
    for (const name of readdirSync(join(root, path))) {
      const inside = `${path}/${name}`;
      // What runs there finds the packages beside it, as where it was installed.
      const isRun = path.endsWith('/.bin') && lstatSync(join(root, inside)).isSymbolicLink();
      if (isRun) symlinkSync(readlinkSync(join(root, inside)), join(workdir, inside));
      else if (name === '.bin') mirror(inside);
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
