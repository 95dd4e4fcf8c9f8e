// Which tasks of an earlier run need not run again: those that passed, and that nothing has changed for since. Pure.

import { changesBetween, kindOf, type PathChange } from '../../base/path-change.ts';
import { type RawPath, shownPath } from '../../base/raw-path.ts';
import type { Task } from '../../config/config.ts';
import type { OrderGroup } from '../../model/order-group.ts';
import type { EdgeGroup } from '../../model/plan.ts';
import { carriesFailure, groupsBefore } from '../../model/task-pairs.ts';
import { anyMatcher, type PatternList } from '../../plan/patterns/index.ts';
import { type Entry, type Image, isAlike } from '../../store/image.ts';
import { differenceOf, type TaskFingerprint } from '../caching/task-fingerprint.ts';
import type { Checkpoint } from './checkpoints.ts';

export interface Decision {
  id: string;
  /** It is done, and stays so. */
  isDone: boolean;
  /** Why it runs again, a clause: `src/a.ts has changed`. */
  reason?: string;
}

export interface ResumeInput {
  /** In an order in which each comes after all that it stands on. */
  tasks: readonly Task[];
  edges: readonly EdgeGroup[];
  /** How each ended in the earlier run; absent where it was not part of it. */
  earlier: ReadonlyMap<string, string>;
  /** In the order in which the tasks passed. */
  checkpoints: ReadonlyMap<string, Checkpoint>;
  fingerprintOf(task: Task): TaskFingerprint;
  /** The lists of what globs reach, by names that lead through no link. */
  reachOf(globs: readonly string[]): readonly PatternList[];
  /** The files of the tasks' globs as they are now. */
  now: Image;
}

export function decideResume(input: ResumeInput): Decision[] {
  const { tasks, edges, now } = input;
  const testOf = (globs: readonly string[]): PathTest => anyMatcher(input.reachOf(globs));
  const last = lastKnown(input.checkpoints, tasks, testOf);
  const changes = changesBetween(last, now.entries, isAlike);
  const again = new Set<string>();
  const before = groupsBefore(edges.filter(({ because }) => carriesFailure(because)));
  return tasks.map((task): Decision => {
    const own = task.service === undefined ? whyNotDone(task, input) : undefined;
    const reason =
      own ??
      standsOn(task.id, before, again) ??
      changedSince(testOf(task.reads), changes) ??
      changedSince(testOf(task.writes), changes, 'which it had written');
    if (reason === undefined && task.service !== undefined)
      return { id: task.id, isDone: false, reason: 'it is a service' };
    if (reason === undefined) return { id: task.id, isDone: true };
    again.add(task.id);
    return { id: task.id, isDone: false, reason };
  });
}

type PathTest = (path: string) => boolean;

function whyNotDone(task: Task, { earlier, checkpoints, fingerprintOf }: ResumeInput): string | undefined {
  const status = earlier.get(task.id);
  if (status === undefined) return 'it was not part of that run';
  if (status !== 'passed') return status === 'failed' ? 'it failed' : 'it did not finish';
  const checkpoint = checkpoints.get(task.id);
  if (checkpoint === undefined) return 'it left no checkpoint';
  return differenceOf(checkpoint.fingerprint, fingerprintOf(task));
}

function standsOn(
  id: string,
  before: (task: string) => readonly OrderGroup<string>[],
  again: ReadonlySet<string>,
): string | undefined {
  if (again.size === 0) return undefined;
  for (const group of before(id))
    for (const first of group.after(id)) if (again.has(first)) return `${first} runs again`;
  return undefined;
}

/** Each path as the last task that passed and had to do with it has left it: what came after in that run is no change. */
function lastKnown(
  checkpoints: ResumeInput['checkpoints'],
  tasks: readonly Task[],
  testOf: (globs: readonly string[]) => PathTest,
): Map<RawPath, Entry> {
  const known = new Map<RawPath, Entry>();
  const byId = new Map(tasks.map((task) => [task.id, task]));
  for (const [id, { image }] of checkpoints) {
    const task = byId.get(id);
    const globs = [task?.reads ?? [], task?.writes ?? []].map(testOf);
    for (const path of known.keys()) {
      const shown = shownPath(path);
      if (!image.entries.has(path) && globs.some((matches) => matches(shown))) known.delete(path);
    }
    for (const [path, entry] of image.entries) known.set(path, entry);
  }
  return known;
}

/** @param which a clause about the path: `which it had written` */
function changedSince(
  matches: PathTest,
  changes: readonly PathChange<Entry>[],
  which?: string,
): string | undefined {
  const change = changes.find(({ path }) => matches(shownPath(path)));
  if (change === undefined) return undefined;
  const shown = shownPath(change.path);
  const what = { created: 'is new', deleted: 'is gone', modified: 'has changed' }[kindOf(change)];
  return which === undefined ? `${shown} ${what}` : `${shown}, ${which}, ${what}`;
}
