// In which order ready tasks are best started where all durations are known from earlier: critical-path list scheduling, and where
// that leaves something to be gained, the best that a short search from there finds. List scheduling alone may take up to 2 − 1/m
// times as long as need be on m slots (Graham 1969), and does so on small graphs most easily. Pure, and the same every time.

import { Schedule } from './schedule.ts';
import type { ScheduleInput } from './schedule-graph.ts';

/** Tasks; with more of them list scheduling is near the best anyway. */
const MOST_TASKS = 40;
/** Of the least time that is possible: less is not worth looking for. */
const WORTHWHILE = 1.01;
/** Of what could be gained at best, how much the search may take. */
const SHARE = 0.05;
/** Milliseconds that it takes to go through a schedule, for each of its tasks. */
const STEP_MS = 0.01;
const MOST_TRIES = 500;

/** Places of tasks in the order, by id; undefined where list scheduling is as good. */
export function bestOrder(input: ScheduleInput): ReadonlyMap<string, number> | undefined {
  const { tasks, turns, expectedMs, concurrency, services } = input;
  // When one ends is not known.
  if (services !== undefined && services.size > 0) return undefined;
  if (tasks.length > MOST_TASKS || tasks.length <= concurrency || turns.length > 0) return undefined;
  if (tasks.some(({ id }) => !expectedMs.has(id))) return undefined;
  const listed = simulate(input);
  const work = tasks.reduce((sum, { id }) => sum + (expectedMs.get(id) ?? 0), 0);
  const least = Math.max(work / concurrency, simulate({ ...input, concurrency: Infinity }).ms);
  const tries = Math.min(MOST_TRIES, ((listed.ms - least) * SHARE) / (STEP_MS * tasks.length));
  const random = numbers();
  let best = listed;
  for (let tried = 0; tried < tries && best.ms > least * WORTHWHILE; tried++) {
    const ids = [...best.ids];
    const [moved] = ids.splice(random(ids.length), 1);
    ids.splice(random(ids.length + 1), 0, moved as string);
    const found = simulate({ ...input, order: placesOf(ids) });
    // As good is good enough: the way to a better one may lead over it.
    if (found.ms <= best.ms) best = { ms: found.ms, ids };
  }
  return best.ms < listed.ms ? placesOf(best.ids) : undefined;
}

const placesOf = (ids: readonly string[]): Map<string, number> => new Map(ids.map((id, at) => [id, at]));

/** How long it takes when each task takes as long as expected, and in which order they start. */
export function simulate(input: ScheduleInput): { ms: number; ids: string[] } {
  const schedule = new Schedule(input);
  const running = new Map<string, number>();
  const ids: string[] = [];
  let ms = 0;
  while (!schedule.isOver) {
    for (const id of schedule.next().start) {
      ids.push(id);
      running.set(id, ms + (input.expectedMs.get(id) ?? 0));
    }
    const ends = [...running].reduce((first, one) => (one[1] < first[1] ? one : first));
    ms = ends[1];
    running.delete(ends[0]);
    schedule.finish(ends[0], 'passed');
  }
  return { ms, ids };
}

/** Whole numbers below a bound, by a linear congruential generator (Numerical Recipes): equal inputs are to start in equal order. */
function numbers(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
