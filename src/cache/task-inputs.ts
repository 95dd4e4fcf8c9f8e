// The files that the result of a task depends on: what it declares to read, and what lies under its writes and is not its own work.

import { parentOf } from '../base/path-names.ts';
import { type RawPath, shownPath } from '../base/raw-path.ts';
import type { Config, Task } from '../config/config.ts';
import { anyMatcher } from '../plan/patterns/index.ts';
import type { Entry } from '../store/image.ts';
import { linksIn, type Making, stateOf } from './made.ts';
import type { TreeView, View } from './tree-view.ts';

export interface TaskInputs {
  entries: ReadonlyMap<RawPath, Entry>;
  /** Folders in which none of these lies. */
  emptyFolders: readonly RawPath[];
  /** What lies under its writes now, whosever it is: not what lies beyond a link that it has made itself. */
  written: View;
  /** What of that it has made itself, files, links and folders: it goes before the task runs. */
  own: ReadonlySet<RawPath>;
  /** All folders that were looked at, undefined where links say as well which files there are. */
  folders: ReadonlySet<RawPath> | undefined;
}

/** `reason` is a clause. */
export type Found = { ok: true; inputs: TaskInputs } | { ok: false; reason: string };

export interface Wanted {
  config: Config;
  task: Task;
  made: Making;
  /** Which of these files git tracks: of what a task has made those that somebody has edited since are his. */
  tracked(paths: readonly RawPath[]): Promise<ReadonlySet<RawPath>>;
}

export async function inputsOf(view: TreeView, { config, task, made, tracked }: Wanted): Promise<Found> {
  const { cache } = task;
  const read = await readOf(view, config, task);
  const written = await view.image(task.writes, linksIn(made));
  const [unknown] = [...read, written].flatMap(({ leftOut }) => leftOut);
  if (unknown !== undefined) return { ok: false, reason: `${shownPath(unknown)} cannot be read` };
  const entries = new Map<RawPath, Entry>();
  for (const { entries: some } of read) for (const [path, entry] of some) entries.set(path, entry);
  const cleans = cache.isOn && cache.clean;
  const own = cleans ? await ownIn(written, entries, made, tracked) : new Set<RawPath>();
  for (const [path, entry] of written.entries) if (!own.has(path)) entries.set(path, entry);
  const emptyFolders = [...read, written].flatMap((view) => emptyIn(view, own));
  return { ok: true, inputs: { entries, emptyFolders, written, own, folders: foldersOf(read, written) } };
}

/** What it declares to read. */
export function readOf(view: TreeView, config: Config, { reads, cache }: Task): Promise<View[]> {
  const extra = cache.isOn ? [...config.cache.reads, ...cache.reads] : [];
  const lists = [reads, ...(extra.length > 0 ? [extra] : [])];
  return Promise.all(lists.map((list) => view.image(list)));
}

function foldersOf(read: readonly View[], written: View): Set<RawPath> | undefined {
  const all = [...read, written];
  const isLinked =
    all.some(({ reach }) => reach.length > 1) ||
    read.some(({ entries }) => [...entries.values()].some(({ kind }) => kind === 'link'));
  return isLinked
    ? undefined
    : new Set(['' as RawPath, ...all.flatMap(({ folders }) => [...folders.keys()])]);
}

/** A task finds them, as far as it may find something in them. */
function emptyIn({ entries, folders, reach }: View, own: ReadonlySet<RawPath>): RawPath[] {
  const others = [...entries.keys(), ...folders.keys()].filter((path) => !own.has(path));
  const held = new Set(others.map(parentOf));
  const empty = [...folders.keys()].filter((path) => !held.has(path) && !own.has(path));
  if (empty.length === 0) return empty;
  const covers = anyMatcher(reach);
  return empty.filter((path) => covers(`${shownPath(path)}/any`));
}

async function ownIn(
  { entries, folders, reach }: View,
  read: ReadonlyMap<RawPath, Entry>,
  { made, before }: Making,
  tracked: Wanted['tracked'],
): Promise<Set<RawPath>> {
  const covers = anyMatcher(reach);
  // One on the way to its writes may be on the way to those of others, who run at the same time.
  const isOwnFolder = (path: RawPath): boolean => folders.has(path) && covers(`${shownPath(path)}/any`);
  const own = new Set<RawPath>();
  const edited: RawPath[] = [];
  for (const [path, state] of made) {
    const entry = entries.get(path);
    if (entry === undefined ? !isOwnFolder(path) : read.has(path)) continue;
    own.add(path);
    if (entry !== undefined && stateOf(entry) !== state && stateOf(entry) !== before.get(path))
      edited.push(path);
  }
  for (const [path, state] of before) {
    const entry = entries.get(path);
    const isAsMade = entry === undefined ? state === '' && isOwnFolder(path) : stateOf(entry) === state;
    if (isAsMade && !made.has(path) && !read.has(path)) own.add(path);
  }
  if (edited.length > 0) for (const path of await tracked(edited)) own.delete(path);
  return own;
}
