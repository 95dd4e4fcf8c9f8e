// What each task waited for, in order: a task that had to be before it, a phase, a resource, a slot, its turn to be
// integrated, its next attempt, somebody's answer. Read from the timelines of all tasks; unaware of what could be done about it.

import type { Plan } from '../model/plan.ts';
import type { Wait } from '../model/report.ts';
import { pairsIn } from '../model/task-pairs.ts';
import { type Interval, lengthOf, tenths } from './interval.ts';
import { turnsOf } from './task-graph.ts';
import type { Timeline, Timelines } from './timeline.ts';
import { GAP, type Utilisation, utilisationOf } from './utilisation.ts';

/**
 * The waits of every task that has any. In O((tasks + members of groups) log tasks): who held a resource is looked up and not gone
 * through, so three thousand tasks on one of them take no longer than three thousand tasks.
 */
export function waitsOf(plan: Plan, timelines: Timelines, concurrency: number): Map<string, Wait[]> {
  const utilisation = utilisationOf(plan, timelines, concurrency);
  const last = lastBefore(plan, timelines);
  const turns = turnWaits(plan, timelines);
  const barrier = barrierOf(plan, timelines);
  const all = new Map<string, Wait[]>();
  for (const [number, { id, phase }] of plan.tasks.entries()) {
    const timeline = timelines.get(id);
    const [first] = timeline?.slots ?? [];
    if (!timeline || !first) continue;
    const waits: Wait[] = [];
    const before = last.get(id);
    let ready = 0;
    if (before) {
      ready = Math.min(before.at, first.from);
      waits.push({ for: 'task', on: before.id, at: 0, ms: ready });
    }
    const phaseEnd = Math.min(barrier?.(phase) ?? 0, first.from);
    if (
      phaseEnd > ready + GAP &&
      utilisation.fullMs({ from: ready, to: phaseEnd }) < (phaseEnd - ready) / 2
    ) {
      waits.push({ for: 'phase', at: ready, ms: phaseEnd - ready });
      ready = phaseEnd;
    }
    waits.push(...startWaits(id, timeline, { from: ready, to: first.from }, utilisation));
    for (const dropped of timeline.dropped) {
      const again = timeline.slots.find(({ from }) => from >= dropped);
      if (again) waits.push(...startWaits(id, timeline, { from: dropped, to: again.from }, utilisation));
    }
    for (const turn of timeline.turns) waits.push({ for: 'turn', ...turns(number, turn), ...timeOf(turn) });
    for (const retry of timeline.retries) waits.push({ for: 'retry', ...timeOf(retry) });
    for (const answer of timeline.answers) waits.push({ for: 'answer', ...timeOf(answer) });
    const told = waits
      .map((wait) => ({ ...wait, at: tenths(wait.at), ms: tenths(wait.ms) }))
      .filter(({ ms }) => ms >= 1)
      .sort((a, b) => a.at - b.at);
    if (told.length > 0) all.set(id, told);
  }
  return all;
}

const timeOf = (interval: Interval) => ({ at: interval.from, ms: lengthOf(interval) });

/** Between being ready and starting: first for slots, and from where resources were said to be missing for those. */
function startWaits(id: string, { blocked }: Timeline, window: Interval, utilisation: Utilisation): Wait[] {
  const { from, to } = window;
  if (to - from < 1) return [];
  const said = blocked.filter(({ at }) => at >= from && at < to);
  // What was said once is not said again when the task is to run a second time.
  const earlier = blocked.findLast(({ at }) => at < from);
  const since = [...(earlier ? [{ at: from, resources: earlier.resources }] : []), ...said];
  const waits = slotWait({ from, to: since[0]?.at ?? to }, utilisation);
  for (const [index, { at, resources }] of since.entries()) {
    const part = { from: at, to: since[index + 1]?.at ?? to };
    const found = resources
      .map((on) => ({ on, holders: utilisation.holders(id, on, part) }))
      .find(({ holders }) => holders.length > 0);
    if (!found) {
      waits.push(...slotWait(part, utilisation));
      continue;
    }
    const { on, holders } = found;
    const free = Math.max(...holders.map((holder) => holder.to));
    const end = free < part.to - GAP ? free : part.to;
    const names = [...new Set(holders.map((holder) => holder.id))];
    const before = waits.at(-1);
    if (before?.for === 'resource' && before.on === on && before.at + before.ms >= at - GAP) {
      before.ms = end - before.at;
      before.holders = [...new Set([...(before.holders ?? []), ...names])];
    } else waits.push({ for: 'resource', on, holders: names, at, ms: end - at });
    waits.push(...slotWait({ from: end, to: part.to }, utilisation));
  }
  return waits;
}

/** As much of it as all slots were taken; the rest is starting up, which is no wait for anything. */
function slotWait({ from, to }: Interval, utilisation: Utilisation): Wait[] {
  const ms = to > from ? utilisation.fullMs({ from, to }) : 0;
  return ms >= 1 ? [{ for: 'slot', at: to - ms, ms }] : [];
}

/** The task that was over last of all that had to be over before. */
function lastBefore(plan: Plan, timelines: Timelines): Map<string, { id: string; at: number }> {
  const last = new Map<string, { id: string; at: number }>();
  for (const { tasks } of plan.edges)
    for (const { node, most } of pairsIn(tasks).mostBefore((id) => timelines.get(id)?.finishedAt))
      if (most.value > (last.get(node)?.at ?? -1)) last.set(node, { id: most.of, at: most.value });
  return last;
}

/** Whose end a turn waited for: of those that are integrated before it, the one that was over last. */
function turnWaits(plan: Plan, timelines: Timelines): (task: number, turn: Interval) => Pick<Wait, 'on'> {
  const turns = turnsOf(plan);
  return (task, { from, to }) => {
    const ended = turns(plan.tasks[task]?.id ?? '').flatMap((id) => {
      const at = timelines.get(id)?.finishedAt;
      return at !== undefined && at > from && at <= to ? [{ id, at }] : [];
    });
    const [last] = ended.sort((a, b) => b.at - a.at);
    return last === undefined ? {} : { on: last.id };
  };
}

/** When all earlier phases were over, in a run in which no task started sooner than that; undefined in any other. */
function barrierOf(plan: Plan, timelines: Timelines): ((phase: number) => number) | undefined {
  const ends: number[] = [];
  let end = 0;
  for (const [phase, { tasks }] of plan.phases.entries()) {
    ends[phase] = end;
    for (const id of tasks) end = Math.max(end, timelines.get(id)?.finishedAt ?? 0);
  }
  const holds = plan.tasks.every(({ id, phase }) => {
    const begun = timelines.get(id)?.slots[0]?.from;
    return begun === undefined || begun >= (ends[phase] ?? 0);
  });
  return holds && plan.phases.length > 1 ? (phase) => ends[phase] ?? 0 : undefined;
}
