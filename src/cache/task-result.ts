// What a task has done under its writes, as it is kept; and what of that is still to be done where its result is in the cache. Pure.

import { ancestorsOf, foldersOf, parentOf } from '../base/path-names.ts';
import type { RawPath } from '../base/raw-path.ts';
import { sizeIn } from '../base/stat-fingerprint.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { Change, PathState } from '../store/change.ts';
import { type Entry, type Image, isAlike } from '../store/image.ts';
import type { RecordedPath } from './record.ts';
import { isUsualFolder, USUAL_FOLDER } from './usual-modes.ts';

/**
 * @param before what lay under its writes
 * @param own what of that was its own, and was removed before it ran
 * @param after what it has left there
 * @param isOfGit its files came from git, which knows no permissions but that to execute
 */
export function changesBetween(
  before: Image,
  own: ReadonlySet<RawPath>,
  after: Image,
  isOfGit: boolean,
): RecordedPath[] {
  const changes = new Map<RawPath, RecordedPath>();
  const add = (change: RecordedPath): unknown => changes.set(change.path, change);
  for (const [path, left] of after.entries) {
    const was = own.has(path) ? undefined : before.entries.get(path);
    const entry = isOfGit ? withModeOf(was, left) : left;
    if (was !== undefined && isAlike(was, entry)) continue;
    add({ path, isMade: was === undefined, ...recorded(entry) });
  }
  const [held, heldBefore] = [foldersWith(after), foldersWith(before)];
  for (const [path, mode] of after.folders) {
    const was = own.has(path) ? undefined : before.folders.get(path);
    // One that is left empty would go with what was in it.
    const isLeftEmpty = !held.has(path) && (was === undefined || heldBefore.has(path));
    const isChanged = was === undefined ? !isUsualFolder(mode) : was !== mode && !isOfGit;
    if (isLeftEmpty || isChanged)
      add({ path, isMade: was === undefined, kind: 'folder', mode: mode & 0o777 });
  }
  const isThere = (path: RawPath): boolean => after.entries.has(path) || after.folders.has(path);
  for (const path of before.entries.keys()) {
    const isGone = !after.entries.has(path) && !changes.has(path);
    if (isGone && !own.has(path) && !isBeyond(path, after)) add({ path, isMade: false, kind: 'absent' });
  }
  for (const path of before.folders.keys())
    if (!own.has(path) && !isThere(path) && !isBeyond(path, after))
      add({ path, isMade: false, kind: 'absent' });
  return [...changes.values()];
}

/** Whether a file or a link stands where a path leads: what was there is gone by that. */
const isBeyond = (path: RawPath, { entries }: Image): boolean =>
  ancestorsOf(path).some((folder) => entries.has(folder));

/** As if it had kept its permissions, but for that to execute. */
function withModeOf(was: Entry | undefined, entry: Entry): Entry {
  if (was?.kind !== 'file' || entry.kind !== 'file') return entry;
  return ((was.mode ^ entry.mode) & 0o100) === 0 ? { ...entry, mode: was.mode } : entry;
}

type State = RecordedPath extends infer Path
  ? Path extends RecordedPath
    ? Omit<Path, 'path' | 'isMade'>
    : never
  : never;

const recorded = (entry: Entry): State =>
  entry.kind === 'link'
    ? { kind: entry.kind, target: entry.target }
    : { kind: entry.kind, oid: entry.oid, size: sizeIn(entry.print), mode: entry.mode };

/** Those in which something lies. */
export const foldersWith = ({ entries, folders }: Image): Set<RawPath> =>
  new Set([...entries.keys(), ...folders.keys()].map(parentOf));

/**
 * What is to be changed so that the files are as the task would leave them. What is as it is to be stays untouched.
 * @param now what lies under its writes
 * @param own what of that is its own, and is gone unless the result has it
 * @param from where the contents are
 */
export function changesTo(
  result: readonly RecordedPath[],
  now: Image,
  own: ReadonlySet<RawPath>,
  from: Pick<BlobStore, 'get'>,
): Change[] {
  const changes: Change[] = [];
  const kept = new Set<RawPath>();
  for (const to of result) {
    const { path } = to;
    kept.add(path);
    const entry = now.entries.get(path);
    if (entry === undefined ? isAlreadyFolder(to, now) : isAlready(to, entry)) continue;
    const before = entry?.print ?? (now.folders.has(path) ? undefined : 'absent');
    changes.push({ path, ...(before !== undefined && { before }), after: stateOf(to, from) });
  }
  const needed = foldersOf(result.flatMap(({ kind, path }) => (kind === 'absent' ? [] : [path])).sort());
  const isInTheWay = (path: RawPath): boolean => ancestorsOf(path).some((folder) => leaves.has(folder));
  const leaves = new Set(
    result.flatMap(({ kind, path }) =>
      (kind === 'file' || kind === 'link') && now.folders.has(path) ? [path] : [],
    ),
  );
  const goes = (path: RawPath): void => {
    const before = now.entries.get(path)?.print;
    changes.push({ path, ...(before !== undefined && { before }), after: { kind: 'absent' } });
  };
  for (const path of own) {
    if (kept.has(path)) continue;
    if (now.entries.has(path) || !needed.has(path)) goes(path);
    // It is made anew.
    else if (!isUsualFolder(now.folders.get(path) ?? USUAL_FOLDER))
      changes.push({ path, after: { kind: 'folder', mode: USUAL_FOLDER } });
  }
  // One that is not its own stays where all that was in it goes, also where the result has it empty.
  const emptied = foldersOf(
    changes.flatMap(({ path, after }) => (after.kind === 'absent' ? [path] : [])).sort(),
  );
  const changed = new Set(changes.map(({ path }) => path));
  for (const path of emptied) {
    const mode = now.folders.get(path);
    const isLost = own.has(path) && !kept.has(path);
    if (mode === undefined || isLost || needed.has(path) || changed.has(path) || isInTheWay(path)) continue;
    changes.push({ path, after: { kind: 'folder', mode } });
  }
  if (leaves.size > 0)
    for (const path of [...now.entries.keys(), ...now.folders.keys()])
      if (!own.has(path) && !kept.has(path) && isInTheWay(path)) goes(path);
  return changes;
}

/** Where no file and no link stands at the path. */
const isAlreadyFolder = (to: RecordedPath, { folders }: Image): boolean =>
  to.kind === 'absent'
    ? !folders.has(to.path)
    : to.kind === 'folder' && (folders.get(to.path) ?? -1) % 0o1000 === to.mode;

function isAlready(to: RecordedPath, entry: Entry): boolean {
  if (to.kind === 'link') return entry.kind === 'link' && entry.target === to.target;
  return to.kind === 'file' && entry.kind === 'file' && entry.oid === to.oid && entry.mode === to.mode;
}

function stateOf(to: RecordedPath, from: Pick<BlobStore, 'get'>): PathState {
  if (to.kind === 'file') return { kind: 'file', content: { oid: to.oid, from }, mode: to.mode };
  if (to.kind === 'link') return { kind: 'link', target: to.target };
  return to.kind === 'folder' ? { kind: 'folder', mode: to.mode } : { kind: 'absent' };
}
