// When a task did what: held a slot, worked, waited for its turn or its next attempt. Read from the events of that task;
// unaware of what else went on at the time.

import type { Event } from '../model/event.ts';
import { runsAgain } from './collisions.ts';
import { type Interval, lengthOf, sum, tenths } from './interval.ts';

export interface Timeline {
  /** When it held a slot and its resources: the making of its worktree, its attempts and the waits between them. */
  slots: (Interval & { isDropped: boolean })[];
  /** Its attempts, or the fetching of its result from the cache, and the integration of it. What was dropped with a result is not in it: sequentially nobody would have done it. */
  work: Interval[];
  /** Where it could have started but for resources, and which. */
  blocked: { at: number; resources: string[] }[];
  turns: Interval[];
  /** When it was up as a service: it held its resources then, and no slot, and that is no work. */
  serving: Interval[];
  retries: Interval[];
  /** When somebody was asked what to do about its failure. */
  answers: Interval[];
  /** When its result was dropped, to run again. */
  dropped: number[];
  worktrees: Interval[];
  /** When those that come after it could start: when it ended, or was ready as a service; undefined in a run that was killed before. */
  finishedAt?: number;
}

/** By task. */
export type Timelines = ReadonlyMap<string, Timeline>;

/**
 * @param events those of one task
 * @param until when whatever still goes on is taken to have ended: a killed run has no more to say of it
 */
export function timelineOf(events: readonly Event[], until: number): Timeline {
  const timeline: Timeline = {
    slots: [],
    work: [],
    blocked: [],
    turns: [],
    serving: [],
    retries: [],
    answers: [],
    dropped: [],
    worktrees: [],
  };
  const since: Partial<Record<'slot' | 'work' | 'turn' | 'serving' | 'retry' | 'answer', number>> = {};
  const close = (kind: keyof typeof since, at: number): Interval[] => {
    const from = since[kind];
    delete since[kind];
    return from === undefined ? [] : [{ from, to: Math.max(from, at) }];
  };
  const closeSlot = (at: number): void => {
    timeline.slots.push(...close('slot', at).map((slot) => ({ ...slot, isDropped: false })));
    timeline.retries.push(...close('retry', at));
  };
  const closeAll = (at: number): void => {
    closeSlot(at);
    timeline.work.push(...close('work', at));
    timeline.turns.push(...close('turn', at));
    timeline.serving.push(...close('serving', at));
    timeline.answers.push(...close('answer', at));
  };
  for (const event of events) {
    const { at } = event;
    switch (event.type) {
      case 'task-waiting':
        timeline.blocked.push({ at, resources: event.resources });
        break;
      case 'workspace-ready': {
        const from = Math.max(0, at - event.durationMs);
        timeline.worktrees.push({ from, to: at });
        since.slot ??= from;
        break;
      }
      case 'task-looked-up':
        if (!event.cached.hit) break;
        since.slot ??= at;
        since.work ??= at;
        break;
      case 'task-started':
        since.slot ??= at;
        since.work ??= at;
        timeline.retries.push(...close('retry', at));
        break;
      case 'service-ready':
        closeAll(at);
        since.serving = at;
        timeline.finishedAt = at;
        break;
      case 'task-retrying':
        timeline.work.push(...close('work', at));
        since.retry = at;
        break;
      case 'task-asking':
        timeline.work.push(...close('work', at));
        since.answer = at;
        break;
      case 'task-answered':
        timeline.answers.push(...close('answer', at));
        break;
      case 'remote-denied':
        closeAll(at);
        break;
      case 'task-ran':
        closeAll(at);
        since.turn = at;
        break;
      case 'task-integrating':
        timeline.turns.push(...close('turn', at));
        since.work = at;
        break;
      case 'task-collided':
        if (!runsAgain(event.conflicts)) break;
        closeAll(at);
        timeline.dropped.push(at);
        timeline.work = [];
        for (const slot of timeline.slots) slot.isDropped = true;
        break;
      case 'task-finished':
        closeAll(at);
        timeline.finishedAt ??= at;
        break;
    }
  }
  closeAll(until);
  return timeline;
}

/** How much of a task's time was work: no waits, and nothing that was dropped. */
export const workOf = ({ work }: Timeline): number => tenths(sum(work.map(lengthOf)));

/** How long it held a slot, what was dropped included. */
export const slotMsOf = ({ slots }: Timeline): number => sum(slots.map(lengthOf));
