// What has become of paths between two moments, by whatever tells one state of a path from another. Unaware of how they are told.

import type { RawPath } from './raw-path.ts';

/** A missing side: there is nothing. */
export interface PathChange<State, Path extends string = RawPath> {
  path: Path;
  before?: State;
  after?: State;
}

/** Sorted by path. */
export function changesBetween<Path extends string, State>(
  before: ReadonlyMap<Path, State>,
  after: ReadonlyMap<Path, State>,
  isSame: (one: State, other: State) => boolean = Object.is,
): PathChange<State, Path>[] {
  const changes: PathChange<State, Path>[] = [];
  for (const [path, is] of after) {
    const was = before.get(path);
    if (was === undefined) changes.push({ path, after: is });
    else if (!isSame(was, is)) changes.push({ path, before: was, after: is });
  }
  for (const [path, was] of before) if (!after.has(path)) changes.push({ path, before: was });
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What lists of changes, one after the other, come to. */
export function changesInAll<State>(...lists: (readonly PathChange<State>[])[]): PathChange<State>[] {
  const all = new Map<RawPath, PathChange<State>>();
  for (const { path, before, after } of lists.flat()) {
    const known = all.get(path);
    const first = known === undefined ? before : known.before;
    all.set(path, {
      path,
      ...(first !== undefined && { before: first }),
      ...(after !== undefined && { after }),
    });
  }
  // What came and went again is nothing.
  return [...all.values()].filter(({ before, after }) => before !== undefined || after !== undefined);
}

export type ChangeKind = 'created' | 'modified' | 'deleted';

export const kindOf = ({ before, after }: { before?: unknown; after?: unknown }): ChangeKind =>
  before === undefined ? 'created' : after === undefined ? 'deleted' : 'modified';
