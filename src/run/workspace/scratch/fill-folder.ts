// Copies files of the user's tree into a scratch folder: clones where the file system can, never second names, since a task that
// edits a file in place must not change the user's.

import { chmodSync, mkdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { copyAsIs } from '../../../base/copy-file.ts';
import { codeOf } from '../../../base/error-code.ts';
import { look, permissionsOf } from '../../../base/look.ts';
import { foldersOf } from '../../../base/path-names.ts';
import { bytesOf, type FsPath, locate, type RawPath, rawPath, shownPath } from '../../../base/raw-path.ts';
import { type Fingerprint, fingerprintOf } from '../../../base/stat-fingerprint.ts';

/** Copies that go on at once. */
const LANES = 8;

/** What we need to put something in. */
const OF_OWNER = 0o700;

export interface Filling {
  root: string;
  workdir: string;
}

/** How the files were in the user's tree just before, also those that may not be read. */
export async function fillFolder(
  { root, workdir }: Filling,
  files: readonly RawPath[],
  folders: Iterable<RawPath> = [],
): Promise<Map<RawPath, Fingerprint>> {
  const found = new Map<RawPath, Fingerprint>();
  for (const folder of [...new Set([...foldersOf([...files].sort()), ...folders])].sort())
    makeLike(locate(root, folder), locate(workdir, folder));
  const rest = files.values();
  const lane = async (): Promise<void> => {
    for (const path of rest) {
      const [from, to] = [locate(root, path), locate(workdir, path)];
      const stats = look(from);
      if (stats === undefined || stats.isDirectory()) continue;
      found.set(path, fingerprintOf(stats));
      if (stats.isSymbolicLink()) symlinkSync(bytesOf(movedLink(from, root, workdir)), to);
      else await copyAsIs(from, to).catch(ignoreUnreadable);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return found;
}

/** Neither could the task read it, nor what has gone meanwhile. */
function ignoreUnreadable(error: unknown): void {
  if (!['EACCES', 'EPERM', 'ENOENT'].includes(codeOf(error) ?? '')) throw error;
}

/** What a link says, seen from another folder: one that names the whole way into the first leads into the second. */
export function movedLink(at: FsPath, from: string, to: string): RawPath {
  const target = readlinkSync(at, 'buffer').toString('latin1') as RawPath;
  if (!isAbsolute(target)) return target;
  const way = relative(from, shownPath(target));
  const isOutside = way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  return isOutside ? target : rawPath(join(to, way));
}

function makeLike(theirs: FsPath, folder: FsPath): void {
  if (look(folder) !== undefined) return;
  const stats = look(theirs);
  mkdirSync(folder);
  if (stats?.isDirectory()) chmodSync(folder, permissionsOf(stats) | OF_OWNER);
}
