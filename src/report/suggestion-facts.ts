// What suggestions are made from: what was measured of a run, and how soon it could have ended.

import type { Plan } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import { criticalPath } from '../state/critical-path.ts';
import { sum } from '../state/interval.ts';
import type { Measures } from '../state/measures.ts';
import { slotMsOf } from '../state/timeline.ts';

export interface Facts extends Pick<Measures, 'timelines' | 'workOf'> {
  report: Report;
  plan: Plan;
  /** When the last task was over. */
  end: number;
  /** How long each task held a slot, what was dropped included. */
  busyMs(id: string): number;
  /** How soon the run could have ended at best, were it not for this. */
  bound(but?: {
    slots?: true;
    edges?: { from: string; to: string[] };
    task?: string;
    cached?: string;
  }): number;
}

export function factsOf(report: Report, plan: Plan, { timelines, workOf }: Measures): Facts {
  const busy = new Map([...timelines].map(([id, timeline]) => [id, slotMsOf(timeline)]));
  const busyMs = (id: string): number => busy.get(id) ?? 0;
  // What runs remotely takes no slot here.
  const remote = new Set(report.tasks.flatMap((task) => (task.remote ? [task.id] : [])));
  const slotMs = (id: string): number => (remote.has(id) ? 0 : busyMs(id));
  const all = sum([...busy.keys()].map(slotMs));
  const end = Math.max(0, ...[...timelines.values()].map(({ finishedAt = 0 }) => finishedAt));
  const path = criticalPath(plan, busyMs).ms;
  return {
    ...{ report, plan, timelines, end, busyMs, workOf },
    bound({ slots, edges, task, cached } = {}) {
      const gone = task ?? cached;
      const weight = (id: string): number => (id === gone ? 0 : busyMs(id));
      const chain = edges === undefined && gone === undefined ? path : criticalPath(plan, weight, edges).ms;
      // A task that is split is still the same work, one from the cache is none.
      const work = cached === undefined ? all : all - slotMs(cached);
      return slots ? chain : Math.max(chain, work / report.concurrency);
    },
  };
}
