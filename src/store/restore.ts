// What must change so that files are as an image has them. Changes nothing; `Transactions` does.

import { look } from '../base/look.ts';
import { ancestorsOf } from '../base/path-names.ts';
import { locate, type RawPath } from '../base/raw-path.ts';
import { type Fingerprint, fingerprintOf, mtimeIn } from '../base/stat-fingerprint.ts';
import type { Change, ChangeSet, PathState } from './change.ts';
import { capture, DIGESTS_ONLY, type Entry, type Image, isAlike, type Lister, unknownTo } from './image.ts';
import type { StatCache } from './stat-cache.ts';

/**
 * The changes that bring back content, permission bits, times of files, targets of links, absence and folders, sorted by
 * path. A time matters: by it a build tool decides whether a file is up to date. Names of one file become files of their
 * own, and holes are filled.
 */
export async function changesTo(
  root: string,
  image: Image,
  list: Lister,
  cache: StatCache,
): Promise<ChangeSet> {
  // What is there now is moved away whole, so it is only read.
  const now = await capture(root, list, DIGESTS_ONLY, cache);
  const isUnknown = unknownTo(image);
  const changes = new Map<RawPath, Change>();
  for (const path of now.folders.keys()) {
    if (!image.folders.has(path)) changes.set(path, { path, after: { kind: 'absent' } });
  }
  const prints = fingerprintsOf(root, now);
  for (const [path, before] of prints) {
    if (!image.entries.has(path)) changes.set(path, { path, before, after: { kind: 'absent' } });
  }
  // A folder that was empty stays when all that has come into it goes.
  const emptied = new Set([...changes.keys()].flatMap(ancestorsOf));
  for (const [path, mode] of image.folders) {
    if (now.folders.get(path) === mode && !emptied.has(path)) continue;
    const before = prints.get(path);
    changes.set(path, { path, ...(before !== undefined && { before }), after: { kind: 'folder', mode } });
  }
  for (const [path, entry] of image.entries) {
    const other = now.entries.get(path);
    if (other !== undefined && isAlike(entry, other) && isAsOld(entry, other)) continue;
    const after = stateOf(entry);
    if (now.folders.has(path)) changes.set(path, { path, after });
    else changes.set(path, { path, before: prints.get(path) ?? 'absent', after });
  }
  return [...changes.values()]
    .filter(({ path }) => !isUnknown(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Of files and links, also of files that may not be read: those can be moved away all the same. */
function fingerprintsOf(root: string, { entries, leftOut }: Image): Map<RawPath, Fingerprint> {
  const prints = new Map([...entries].map(([path, { print }]) => [path, print]));
  for (const path of leftOut) {
    const stats = look(locate(root, path));
    if (stats?.isFile()) prints.set(path, fingerprintOf(stats));
  }
  return prints;
}

/** As it was kept. */
export const stateOf = (entry: Entry): PathState =>
  entry.kind === 'link'
    ? { kind: 'link', target: entry.target }
    : { kind: 'file', mode: entry.mode, content: { oid: entry.oid }, mtime: mtimeIn(entry.print) };

const isAsOld = (one: Entry, other: Entry): boolean =>
  one.kind === 'link' || mtimeIn(one.print) === mtimeIn(other.print);
