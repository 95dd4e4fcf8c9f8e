// How long a run took, how much work that was, and what would have been its bounds: selected from the state once, so that
// all of them speak of the same time.

import type { Wait } from '../model/report.ts';
import { type CriticalPath, criticalPath } from './critical-path.ts';
import { sum, tenths } from './interval.ts';
import type { RunState } from './run-state.ts';
import { type Timelines, timelineOf, workOf } from './timeline.ts';
import { waitsOf } from './waits.ts';

export interface Measures {
  /** Wall time: until the last event of a run that was killed. */
  wallMs: number;
  /** What the tasks and the validation would have taken one after the other. */
  workMs: number;
  /** A chain of work, so never longer than all of it, nor than the wall time, and never shorter than the longest task. */
  criticalPath: CriticalPath;
  /** Work over wall time, to two decimals; 1 where nothing took any time. */
  speedup: number;
  timelines: Timelines;
  /** What of each task's time is work. */
  workOf(id: string): number;
  waits: ReadonlyMap<string, Wait[]>;
}

export function measure(state: RunState): Measures {
  const { started, tasks, steps, at: wallMs } = state;
  const timelines = new Map(tasks.map(({ id, events }) => [id, timelineOf(events, wallMs)]));
  const work = new Map([...timelines].map(([id, timeline]) => [id, workOf(timeline)]));
  const own = (id: string): number => work.get(id) ?? 0;
  // To look for who broke a step would have taken as long after tasks that ran one after the other.
  const validation = steps.map(
    ({ startedAt, result, blame }) =>
      (result?.durationMs ?? (startedAt === undefined ? 0 : Math.max(0, wallMs - startedAt))) +
      (blame?.durationMs ?? 0),
  );
  const workMs = tenths(sum(work.values()) + sum(validation));
  return {
    wallMs,
    workMs,
    criticalPath: criticalPath(started.plan, own),
    speedup: workMs <= 0 || wallMs <= 0 ? 1 : Math.round((workMs / wallMs) * 100) / 100,
    timelines,
    workOf: own,
    waits: waitsOf(started.plan, timelines, started.concurrency),
  };
}
