// What a task has done under its writes, as it is kept; and what of that is still to be done where its result is in the cache. Pure.

import { ancestorsOf, isInside, parentOf } from '../base/path-names.ts';
import type { RawPath } from '../base/raw-path.ts';
import { sizeIn } from '../base/stat-fingerprint.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { Change, PathState } from '../store/change.ts';
import { type Entry, type Image, isAlike } from '../store/image.ts';
import type { RecordedPath } from './record.ts';

/**
 * @param before what lay under its writes
 * @param own what of that was its own, and was removed before it ran
 * @param after what it has left there
 */
export function changesBetween(before: Image, own: ReadonlySet<RawPath>, after: Image): RecordedPath[] {
  const changes: RecordedPath[] = [];
  for (const [path, entry] of after.entries) {
    const was = own.has(path) ? undefined : before.entries.get(path);
    if (was !== undefined && isAlike(was, entry)) continue;
    changes.push({ path, isMade: was === undefined, ...recorded(entry) });
  }
  /** Below a file or a link nothing else is told: what was there goes with the folder. */
  const absent = (path: RawPath): void => {
    if (!ancestorsOf(path).some((folder) => after.entries.has(folder)))
      changes.push({ path, isMade: false, kind: 'absent' });
  };
  for (const path of before.entries.keys())
    if (!own.has(path) && !after.entries.has(path) && !after.folders.has(path)) absent(path);
  for (const path of before.folders.keys())
    if (!own.has(path) && !after.folders.has(path) && !after.entries.has(path)) absent(path);
  const [held, heldBefore] = [foldersWith(after), foldersWith(before)];
  for (const [path, mode] of after.folders) {
    if (held.has(path)) continue;
    const isNew = own.has(path) || !before.folders.has(path);
    // One that is left empty would go with what was in it.
    if (isNew || heldBefore.has(path)) changes.push({ path, isMade: isNew, kind: 'folder', mode });
  }
  return changes;
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
const foldersWith = ({ entries, folders }: Image): Set<RawPath> =>
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
  const above = new Set(result.flatMap(({ path }) => ancestorsOf(path)));
  for (const to of result) {
    const { path } = to;
    kept.add(path);
    const entry = now.entries.get(path);
    if (entry === undefined ? isAlreadyFolder(to, now) : isAlready(to, entry)) continue;
    const before = entry?.print ?? (now.folders.has(path) ? undefined : 'absent');
    changes.push({ path, ...(before !== undefined && { before }), after: stateOf(to, from) });
    if (to.kind !== 'file' && to.kind !== 'link') continue;
    for (const [inside, { print }] of now.folders.has(path) ? now.entries : [])
      if (isInside(inside, path) && !own.has(inside))
        changes.push({ path: inside, before: print, after: { kind: 'absent' } });
  }
  for (const path of own) {
    if (kept.has(path)) continue;
    const before = now.entries.get(path)?.print;
    if (before === undefined && above.has(path)) continue;
    changes.push({ path, ...(before !== undefined && { before }), after: { kind: 'absent' } });
  }
  return changes;
}

/** Where no file and no link stands at the path. */
const isAlreadyFolder = (to: RecordedPath, { folders }: Image): boolean =>
  to.kind === 'absent' ? !folders.has(to.path) : to.kind === 'folder' && folders.has(to.path);

function isAlready(to: RecordedPath, entry: Entry): boolean {
  if (to.kind === 'link') return entry.kind === 'link' && entry.target === to.target;
  return to.kind === 'file' && entry.kind === 'file' && entry.oid === to.oid && entry.mode === to.mode;
}

function stateOf(to: RecordedPath, from: Pick<BlobStore, 'get'>): PathState {
  if (to.kind === 'file') return { kind: 'file', content: { oid: to.oid, from }, mode: to.mode };
  if (to.kind === 'link') return { kind: 'link', target: to.target };
  return to.kind === 'folder' ? { kind: 'folder', mode: to.mode } : { kind: 'absent' };
}
