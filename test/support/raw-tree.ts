// Everything under a folder, by names of any bytes, with modes of files and folders: for telling whether two trees are one.

import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { locate, type RawPath, rawPathOf } from '../../src/base/raw-path.ts';

/** What there is at each path, `.ptask` of the root left out; a trailing `/` marks a folder. */
export function rawTree(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (folder: string) => {
    const names = readdirSync(locate(root, folder as RawPath), { encoding: 'buffer' });
    for (const name of names.map(rawPathOf).sort()) {
      const path = (folder === '' ? name : `${folder}/${name}`) as RawPath;
      if (path === '.ptask') continue;
      const at = locate(root, path);
      const stats = lstatSync(at);
      const mode = (stats.mode & 0o7777).toString(8);
      if (stats.isDirectory()) {
        found[`${path}/`] = mode;
        visit(path);
      } else if (stats.isSymbolicLink()) found[path] = `-> ${rawPathOf(readlinkSync(at, 'buffer'))}`;
      else if (stats.isFile()) found[path] = `${mode} ${readFileSync(at, 'latin1')}`;
      else found[path] = 'special';
    }
  };
  visit('');
  return found;
}
