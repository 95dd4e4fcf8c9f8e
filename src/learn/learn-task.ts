// One task: what it was seen to do, to what its entry in the config lacks.

import { shownPath } from '../base/raw-path.ts';
import type { Config, Task } from '../config/config.ts';
import type { Learned } from '../model/learned.ts';
import { isExclude, matcher } from '../plan/patterns/index.ts';
import type { SeenOfTask } from '../run/tracing/tracer.ts';
import { type OtherTask, proposeReads, proposeWrites } from './propose-list.ts';
import type { RepositoryFiles } from './repository-files.ts';
import { sortFiles } from './sort-files.ts';

export interface LearnOptions extends Pick<Learned, 'status' | 'by'> {
  config: Config;
  files: RepositoryFiles;
  /** What the run has found changed, relative to the root, where that may be more than was seen. */
  changed: readonly string[];
  /** What was learned of tasks before it. */
  learned: readonly Learned[];
}

const NOTHING = { seen: 0, undeclared: [], add: [], excluded: [], unseen: [] };

export async function learnTask(
  task: Task,
  seen: SeenOfTask | undefined,
  { config, files, changed, learned, status, by }: LearnOptions,
): Promise<Learned> {
  const about = { task: task.id, status, by };
  if (seen === undefined)
    return {
      ...about,
      status: 'not-run',
      doubts: [],
      reads: NOTHING,
      writes: NOTHING,
      leftOut: [],
      listed: [],
    };
  const others = config.tasks
    .filter(({ id }) => id !== task.id)
    .map(
      (other): OtherTask => ({
        id: other.id,
        writes: [...other.writes, ...learnedWrites(other.id, learned)],
      }),
    );
  const lists = others.map(({ writes }) => matcher(writes));
  const isAnothers = (path: string): boolean => lists.some((matches) => matches(path));
  const use = { ...seen.use, writes: [...seen.use.writes, ...changed.map((path) => files.absolute(path))] };
  const sorted = await sortFiles(use, { files, isAnothers, isOwn: matcher(task.writes) });
  const visible = files.visible.map(shownPath);
  const shared = task.cache.isOn ? config.cache.reads : [];
  // Without its excludes, which need what is written.
  const first = proposeReads({ ...sorted, visible, shared }, task, [], others);
  const written = { writes: sorted.writes, around: sorted.aroundWrites, users: new Set(visible) };
  const writes = proposeWrites(written, { reads: first, read: sorted.reads }, task, others);
  const all = [...task.writes, ...writes.add.map(({ pattern }) => pattern)];
  const reads = proposeReads({ ...sorted, visible, shared }, task, all, others);
  const listed = new Set(sorted.listed);
  const touched = new Set([...sorted.reads, ...sorted.writes].flatMap(foldersAbove));
  return {
    ...{ ...about, doubts: seen.doubts, reads, writes, leftOut: sorted.leftOut },
    // Who goes through all folders does not mean each of them.
    listed: sorted.listed.filter(
      (folder) => folder !== '' && !touched.has(folder) && !listed.has(aboveOf(folder)),
    ),
  };
}

const learnedWrites = (id: string, learned: readonly Learned[]): string[] =>
  learned
    .filter(({ task }) => task === id)
    .flatMap(({ writes }) => writes.add.map(({ pattern }) => pattern))
    .filter((pattern) => !isExclude(pattern));

const foldersAbove = (path: string): string[] =>
  path
    .split('/')
    .slice(0, -1)
    .map((_, depth, names) => names.slice(0, depth + 1).join('/'));

const aboveOf = (folder: string): string => folder.slice(0, Math.max(0, folder.lastIndexOf('/')));

/** Whether it does what it does not declare. */
export const isUndeclared = ({ reads, writes }: Learned): boolean =>
  reads.undeclared.length + writes.undeclared.length > 0;
