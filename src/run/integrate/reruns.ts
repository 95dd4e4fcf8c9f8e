// Whether a task whose result conflicts runs again. A rerun needs a reason that a rerun can remove: something was integrated
// that the task had not seen. Without one it would collide for ever, and everybody whose turn comes later would wait.

import { formatDuration } from '../../base/duration.ts';
import { rawPath } from '../../base/raw-path.ts';
import { RERUN } from '../../config/collisions.ts';
import type { Resolution, Task } from '../../config/config.ts';
import { toTop } from '../../git/prefix.ts';
import type { Repository } from '../../git/repository.ts';
import type { IntegrationConflict } from '../../model/report.ts';
import { fingerprintsOf } from './apply-result.ts';

/** An attempt whose result conflicts. */
export interface Dropped {
  task: Pick<Task, 'id' | 'timeoutMs' | 'retry'>;
  conflicts: readonly IntegrationConflict[];
  /** How many tasks were over by then. */
  over: number;
  /** Tells what is at the conflicting paths in the shared tree from anything else that could be there. */
  found: string;
  /** How long the task was at it, retries included. */
  durationMs: number;
}

interface Before {
  reruns: number;
  spentMs: number;
  /** Of the attempt before. */
  collision: string;
}

export class Reruns {
  readonly #resolutionFor: (path: string) => Resolution;
  readonly #before = new Map<string, Before>();

  constructor(resolutionFor: (path: string) => Resolution) {
    this.#resolutionFor = resolutionFor;
  }

  /** Why the task does not run again, a clause; undefined when it does, which counts. */
  refuse({ task, conflicts, over, found, durationMs }: Dropped): string | undefined {
    const { reruns, spentMs, collision: last } = this.#before.get(task.id) ?? FIRST;
    const again = conflicts.filter(({ resolution }) => resolution === 'rerun');
    const collision = JSON.stringify([again.map(({ path, kind }) => [path, kind]), over, found]);
    const spent = spentMs + durationMs;
    // The first rerun is free: the attempt that is dropped had all this time for itself.
    const allowedMs = reruns === 0 ? 0 : task.timeoutMs * (1 + task.retry.times);
    if (collision === last) return 'the same conflict again, with nothing integrated in between';
    const limit = Math.min(...again.map(({ path }) => this.#limitFor(path)));
    if (reruns >= limit)
      return limit === 0 ? 'the config allows no rerun' : `still so after ${counted(reruns)}`;
    if (allowedMs > 0 && spent > allowedMs)
      return `its attempts have taken ${formatDuration(spent)}, more than its timeout`;
    this.#before.set(task.id, { reruns: reruns + 1, spentMs: spent, collision });
    return undefined;
  }

  /** What another policy could not resolve runs again as if nothing was said. */
  #limitFor(path: string): number {
    const resolution = this.#resolutionFor(path);
    return resolution.kind === 'rerun' ? resolution.limit : RERUN.limit;
  }
}

const FIRST: Before = { reruns: 0, spentMs: 0, collision: '' };

const counted = (reruns: number): string => (reruns === 1 ? '1 rerun' : `${reruns} reruns`);

/** What is at the conflicting paths in the files now, for `Dropped`. */
export function foundAt({ top, prefix }: Repository, conflicts: readonly IntegrationConflict[]): string {
  const paths = conflicts.map(({ path }) => toTop(prefix, rawPath(path)));
  return JSON.stringify([...fingerprintsOf(top, paths)]);
}

/** The same conflicts when the task does not run again on their account. */
export const unresolved = (
  conflicts: readonly IntegrationConflict[],
  reason: string,
): IntegrationConflict[] =>
  conflicts.map((each) => (each.resolution === 'rerun' ? { ...each, resolution: 'abort', reason } : each));
