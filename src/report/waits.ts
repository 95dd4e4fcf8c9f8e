// What each task waited for, in order: a task that had to be before it, a phase, a resource, a slot, its turn to be
// integrated, its next attempt. A fold over courses; unaware of what could be done about it.

import type { Plan } from '../model/plan.ts';
import { planPairs } from '../model/plan-pairs.ts';
import type { Wait } from '../model/report.ts';
import { MOST_CONFLICTS } from '../run/records/journal.ts';
import { type Busyness, busynessOf, GAP } from './busyness.ts';
import { type Course, type Courses, lengthOf, type Stretch } from './course.ts';

/**
 * The waits of every task that has any. In O((tasks + edges) log tasks): who held a resource is looked up and not gone
 * through, so three thousand tasks on one of them take no longer than three thousand tasks.
 */
export function waitsOf(plan: Plan, courses: Courses, concurrency: number): Map<string, Wait[]> {
  const busyness = busynessOf(plan, courses, concurrency);
  const last = lastBefore(plan, courses);
  const turns = turnsOf(plan, courses);
  const barrier = barrierOf(plan, courses);
  const all = new Map<string, Wait[]>();
  for (const { id, phase } of plan.tasks) {
    const course = courses.get(id);
    const [first] = course?.busy ?? [];
    if (!course || !first) continue;
    const waits: Wait[] = [];
    const before = last.get(id);
    let ready = 0;
    if (before) {
      ready = Math.min(before.at, first.from);
      waits.push({ for: 'task', on: before.id, at: 0, ms: ready });
    }
    const phaseEnd = Math.min(barrier?.(phase) ?? 0, first.from);
    if (phaseEnd > ready + GAP && busyness.fullMs({ from: ready, to: phaseEnd }) < (phaseEnd - ready) / 2) {
      waits.push({ for: 'phase', at: ready, ms: phaseEnd - ready });
      ready = phaseEnd;
    }
    waits.push(...startWaits(id, course, { from: ready, to: first.from }, busyness));
    for (const dropped of course.dropped) {
      const again = course.busy.find(({ from }) => from >= dropped);
      if (again) waits.push(...startWaits(id, course, { from: dropped, to: again.from }, busyness));
    }
    for (const turn of course.turns) waits.push({ for: 'turn', ...turns(id, turn), ...timeOf(turn) });
    for (const retry of course.retries) waits.push({ for: 'retry', ...timeOf(retry) });
    const told = waits
      .map((wait) => ({ ...wait, at: tenths(wait.at), ms: tenths(wait.ms) }))
      .filter(({ ms }) => ms >= 1)
      .sort((a, b) => a.at - b.at);
    if (told.length > 0) all.set(id, told);
  }
  return all;
}

const timeOf = (stretch: Stretch) => ({ at: stretch.from, ms: lengthOf(stretch) });
const tenths = (ms: number): number => Math.round(ms * 10) / 10;

/** Between being ready and starting: first for slots, and from where resources were said to be missing for those. */
function startWaits(id: string, { blocked }: Course, window: Stretch, busyness: Busyness): Wait[] {
  const { from, to } = window;
  if (to - from < 1) return [];
  const said = blocked.filter(({ at }) => at >= from && at < to);
  // What was said once is not said again when the task is to run a second time.
  const earlier = blocked.findLast(({ at }) => at < from);
  const since = [...(earlier ? [{ at: from, resources: earlier.resources }] : []), ...said];
  const waits = slotWait({ from, to: since[0]?.at ?? to }, busyness);
  for (const [index, { at, resources }] of since.entries()) {
    const part = { from: at, to: since[index + 1]?.at ?? to };
    const found = resources
      .map((on) => ({ on, holders: busyness.holders(id, on, part) }))
      .find(({ holders }) => holders.length > 0);
    if (!found) {
      waits.push(...slotWait(part, busyness));
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
    waits.push(...slotWait({ from: end, to: part.to }, busyness));
  }
  return waits;
}

/** As much of it as all slots were taken; the rest is starting up, which is no wait for anything. */
function slotWait({ from, to }: Stretch, busyness: Busyness): Wait[] {
  const ms = to > from ? busyness.fullMs({ from, to }) : 0;
  return ms >= 1 ? [{ for: 'slot', at: to - ms, ms }] : [];
}

/** The task that was over last of all that had to be over before. */
function lastBefore(plan: Plan, courses: Courses): Map<string, { id: string; at: number }> {
  const { tasks } = plan;
  const overs = tasks.map(({ id }) => courses.get(id)?.over);
  const last: { at: number; from: number }[] = [];
  for (const [from, to] of planPairs(plan).edges) {
    const at = overs[from];
    const known = last[to];
    if (at !== undefined && (known === undefined || at > known.at)) last[to] = { at, from };
  }
  const named = new Map<string, { id: string; at: number }>();
  for (const [to, { id }] of tasks.entries()) {
    const found = last[to];
    if (found) named.set(id, { id: tasks[found.from]?.id ?? '', at: found.at });
  }
  return named;
}

/**
 * Whose end a turn waited for: of the isolated tasks that conflict with it and are declared before it, the one that was
 * over last. A plan with more conflicts than a journal names says nothing, here as there.
 */
function turnsOf(plan: Plan, courses: Courses): (id: string, turn: Stretch) => Pick<Wait, 'on'> {
  const before = new Map<string, string[]>();
  const { conflicts } = planPairs(plan);
  if (conflicts.size <= MOST_CONFLICTS) {
    for (const [first, second, { resolution }] of conflicts) {
      if (resolution !== 'isolate') continue;
      const [one = '', two = ''] = [first, second].map((at) => plan.tasks[at]?.id);
      before.set(two, [...(before.get(two) ?? []), one]);
    }
  }
  return (id, { from, to }) => {
    const over = (other: string): number => courses.get(other)?.over ?? Number.POSITIVE_INFINITY;
    const ended = (before.get(id) ?? []).filter((other) => over(other) > from && over(other) <= to);
    const [on] = ended.sort((a, b) => over(b) - over(a));
    return on === undefined ? {} : { on };
  };
}

/** When all earlier phases were over, in a run in which no task started sooner than that; undefined in any other. */
function barrierOf(plan: Plan, courses: Courses): ((phase: number) => number) | undefined {
  const ends: number[] = [];
  let end = 0;
  for (const [phase, { tasks }] of plan.phases.entries()) {
    ends[phase] = end;
    for (const id of tasks) end = Math.max(end, courses.get(id)?.over ?? 0);
  }
  const holds = plan.tasks.every(({ id, phase }) => {
    const begun = courses.get(id)?.busy[0]?.from;
    return begun === undefined || begun >= (ends[phase] ?? 0);
  });
  return holds && plan.phases.length > 1 ? (phase) => ends[phase] ?? 0 : undefined;
}
