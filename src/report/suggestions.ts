// How to speed up the next run, from what was measured in this one. Nothing where nothing is worth it.

import { formatDuration } from '../base/duration.ts';
import type { Because, Plan, PlannedTask } from '../model/plan.ts';
import type { FileChange, Report, Suggestion, TaskReport, Wait } from '../model/report.ts';
import { pairsIn } from '../model/task-pairs.ts';
import { TERMINAL } from '../model/terminal.ts';
import { isComparable } from '../present/failures.ts';
import { list, plural } from '../present/format.ts';
import { writesLines } from '../present/sentences.ts';
import { collisionsOf, runsAgain } from '../state/collisions.ts';
import { coveredMs, type Interval } from '../state/interval.ts';
import type { Measures } from '../state/measures.ts';
import { alwaysMissed, uncached } from './cache-suggestions.ts';
import { notWorthTheWay } from './remote-suggestions.ts';
import { type Facts, factsOf } from './suggestion-facts.ts';

const MAX_SUGGESTIONS = 5;
const MAX_STRAYS = 2;
/** Tasks that a suggestion names in its text, and those that it lists. */
const MAX_NAMED = 6;
const MAX_TASKS = 20;
/** Edges whose loss is worked out: those that held a task back longest. */
const MAX_EDGES = 8;
/** What saves less than this, and less than that share of the run, is not worth a word. */
const WORTH_MS = 250;
const WORTH_SHARE = 0.05;
/** A task is worth splitting when it is this much of the critical path, and the path that much of the run. */
const SPLIT_SHARE = 0.3;
const PATH_SHARE = 0.6;

/**
 * The most useful first. `savesMs` is an upper bound, and an honest one: no more than somebody really waited for it, and
 * no more than until the run meets its next bound, which is the longest chain or the work that the slots can take
 * (Graham 1969).
 */
export function suggestionsOf(report: Report, plan: Plan, measures: Measures): Suggestion[] {
  if (report.status === 'interrupted') return [];
  const all = isComparable(report) ? everything(factsOf(report, plan, measures)) : [];
  const undeclared = strays(report).slice(0, MAX_STRAYS);
  const chosen: Suggestion[] = [...all.slice(0, MAX_SUGGESTIONS - undeclared.length), ...undeclared];
  return chosen.map((suggestion) => ({ ...suggestion, tasks: suggestion.tasks.slice(0, MAX_TASKS) }));
}

/** All that is worth a word, the most useful first. */
function everything(facts: Facts): (Suggestion & { savesMs: number })[] {
  const worth = Math.max(WORTH_MS, facts.report.durationMs * WORTH_SHARE);
  return [
    ...resources(facts),
    ...edges(facts),
    ...slots(facts),
    ...longest(facts),
    ...reruns(facts),
    ...setup(facts),
    ...uncached(facts),
    ...alwaysMissed(facts),
    ...notWorthTheWay(facts),
  ]
    .filter(({ savesMs = 0 }) => savesMs >= worth)
    .map((suggestion) => ({ ...suggestion, savesMs: Math.round(suggestion.savesMs ?? 0) }))
    .sort((a, b) => b.savesMs - a.savesMs);
}

/** At best this much sooner, when what took these intervals of time takes none. */
const saved = ({ end }: Facts, bound: number, intervals: readonly Interval[]): number =>
  Math.max(0, Math.min(coveredMs(intervals), end - bound));

const intervalOf = ({ at, ms }: Wait): Interval => ({ from: at, to: at + ms });
const waitsFor = (report: Report, kind: Wait['for']): { task: TaskReport; wait: Wait }[] =>
  report.tasks.flatMap((task) =>
    (task.waits ?? []).filter((wait) => wait.for === kind).map((wait) => ({ task, wait })),
  );

function resources(facts: Facts): Suggestion[] {
  const byName = new Map<string, { task: TaskReport; wait: Wait }[]>();
  for (const each of waitsFor(facts.report, 'resource')) {
    const name = each.wait.on ?? '';
    // There is one.
    if (name === TERMINAL) continue;
    const known = byName.get(name);
    if (known) known.push(each);
    else byName.set(name, [each]);
  }
  return [...byName].map(([name, waits]) => {
    const intervals = waits.map(({ wait }) => intervalOf(wait));
    const waiting = [...new Set(waits.map(({ task }) => task.id))];
    const holders = [...new Set(waits.flatMap(({ wait }) => wait.holders ?? []))];
    const tasks = [...new Set([...waiting, ...holders])];
    const who =
      tasks.length > MAX_NAMED
        ? `${plural(tasks.length, 'task')} waited for each other`
        : `${list(waiting)} waited while ${list(holders)} held it`;
    const text = `${formatDuration(coveredMs(intervals))} lost to ${name}: ${who}; hold it for less time, or give each task one of its own`;
    return { kind: 'resource', text, tasks, savesMs: saved(facts, facts.bound(), intervals) };
  });
}

/** Edges that a conflict has made, where the task could have started earlier without. */
function edges(facts: Facts): Suggestion[] {
  const { report, plan, timelines } = facts;
  const latest = new Map<string, { at: number; from: string; because: Because; next: number }>();
  for (const { tasks, because } of plan.edges)
    for (const { node, most, next } of pairsIn(tasks).mostBefore(
      (id) => timelines.get(id)?.finishedAt ?? 0,
    )) {
      const [at, known] = [most.value, latest.get(node)];
      if (known === undefined || at > known.at)
        latest.set(node, { at, from: most.of, because, next: Math.max(next, known?.at ?? 0) });
      else known.next = Math.max(known.next, at);
    }
  const numbers = new Map(plan.tasks.map(({ id }, number) => [id, number]));
  const held = plan.tasks.flatMap((to): Held[] => {
    const edge = latest.get(to.id);
    if (edge === undefined || (timelines.get(to.id)?.slots.length ?? 0) === 0) return [];
    const { from, because, next, at } = edge;
    if (!wasInVain(report.tasks[numbers.get(from) ?? -1], to, because)) return [];
    return [{ from, to: [to.id], because, intervals: [{ from: next, to: at }] }];
  });
  return together(held)
    .sort((a, b) => coveredMs(b.intervals) - coveredMs(a.intervals))
    .slice(0, MAX_EDGES)
    .map(({ from, to, because, intervals }) => ({
      kind: 'conflict',
      text: `${list(to, 3)} waited ${formatDuration(coveredMs(intervals))} for nothing but ${from}: ${reason(because, to)}`,
      tasks: [from, ...to],
      savesMs: saved(facts, facts.bound({ edges: { from, to } }), intervals),
    }));
}

interface Held {
  from: string;
  to: string[];
  because: Because;
  intervals: Interval[];
}

/** Those that one task has held back for the same reason. */
function together(held: readonly Held[]): Held[] {
  const groups = new Map<string, Held>();
  for (const each of held) {
    const key = JSON.stringify([each.from, each.because.kind, each.because.witness]);
    const group = groups.get(key);
    group?.to.push(...each.to);
    group?.intervals.push(...each.intervals);
    if (group === undefined) groups.set(key, each);
  }
  return [...groups.values()];
}

/**
 * Whether nothing that the one has written can be what the other reads. Told by where its patterns begin, which may take
 * a wait for needed that was not, and never the other way round.
 */
function wasInVain(writer: TaskReport | undefined, to: PlannedTask | undefined, { kind }: Because): boolean {
  if (kind !== 'write-read') return kind === 'write-write';
  const beginnings = (to?.reads ?? [])
    .filter((pattern) => !pattern.startsWith('!'))
    .map((pattern) => pattern.split(/[*?[\]{}()!+@|\\]/)[0] ?? '');
  const isRead = ({ path }: FileChange): boolean =>
    beginnings.some((beginning) => path.startsWith(beginning));
  return !writer?.filesChanged.some(isRead);
}

function reason({ kind, witness }: Because, to: readonly string[]): string {
  const path = witness ?? 'the same files';
  const [reads, them] = to.length > 1 ? ['they read', 'them'] : ['it reads', 'it'];
  return kind === 'write-write'
    ? `both may write ${path}; patterns that do not overlap let them run in parallel`
    : `it may write ${path}, which ${reads}, and did not; narrower patterns, or snapshotReads: true on ${them}, let them run in parallel`;
}

function slots(facts: Facts): Suggestion[] {
  const waits = waitsFor(facts.report, 'slot');
  if (waits.length === 0) return [];
  const { concurrency } = facts.report;
  const intervals = waits.map(({ wait }) => intervalOf(wait));
  const tasks = [...new Set(waits.map(({ task }) => task.id))];
  const text = `${plural(tasks.length, 'task')} waited for a free slot, ${formatDuration(coveredMs(intervals))} in which more than ${concurrency} could have run; raise concurrency if the machine has room for it`;
  return [{ kind: 'slots', text, tasks, savesMs: saved(facts, facts.bound({ slots: true }), intervals) }];
}

function longest(facts: Facts): Suggestion[] {
  const { report, workOf, end } = facts;
  const { criticalPath, criticalPathMs } = report;
  const [id] = [...criticalPath].sort((a, b) => workOf(b) - workOf(a));
  if (id === undefined || report.tasks.length < 2 || criticalPathMs < end * PATH_SHARE) return [];
  const ms = workOf(id);
  if (ms < criticalPathMs * SPLIT_SHARE) return [];
  const share = Math.round((ms / criticalPathMs) * 100);
  const text = `${id} is ${share}% of the critical path, ${formatDuration(ms)} of ${formatDuration(criticalPathMs)}, and no run is faster than that path; split it, or speed it up`;
  const savesMs = Math.max(0, Math.min(ms, end - facts.bound({ task: id })));
  return [{ kind: 'critical-path', text, tasks: [id], savesMs }];
}

function reruns(facts: Facts): Suggestion[] {
  const { report, timelines } = facts;
  const again = collisionsOf(report.integration.conflicts).filter((each) => runsAgain([each]));
  return [...new Set(again.map(({ task }) => task))].flatMap((id) => {
    const own = again.filter(({ task }) => task === id);
    const dropped = (timelines.get(id)?.slots ?? []).filter(({ isDropped }) => isDropped);
    if (dropped.length === 0) return [];
    const others = [...new Set(own.flatMap((each) => each.others))];
    const paths = [...new Set(own.flatMap(({ conflicts }) => conflicts.map(({ path }) => path)))];
    const them = list(others, 3) || 'what was there';
    const text = `${id} ran again because it conflicts with ${them} in ${list(paths, 3)}, and ${formatDuration(coveredMs(dropped))} of its work was dropped; let it need ${others[0] ?? 'the other'}, divide the file, or give onCollision a way to merge it`;
    // The work of the second time is all that is left of it.
    return [{ kind: 'rerun', text, tasks: [id, ...others], savesMs: saved(facts, 0, dropped) } as const];
  });
}

function setup(facts: Facts): Suggestion[] {
  const made = [...facts.timelines].filter(([, { worktrees }]) => worktrees.length > 0);
  const intervals = made.flatMap(([, { worktrees }]) => worktrees);
  if (intervals.length === 0) return [];
  const text = `getting ${plural(intervals.length, 'worktree')} ready took ${formatDuration(coveredMs(intervals))}; worktrees.link shares what need not be copied, and workspace: shared spares a task its worktree`;
  const tasks = made.map(([id]) => id);
  return [{ kind: 'setup', text, tasks, savesMs: saved(facts, 0, intervals) }];
}

/** Not sooner, but safe to be: what nobody declares nobody can plan for. */
function strays({ tasks }: Report): Suggestion[] {
  return tasks
    .filter(({ strays }) => strays.some(({ others = [] }) => others.length === 0))
    .map(({ id, strays }) => {
      const own = strays.filter(({ others = [] }) => others.length === 0);
      const lines = writesLines(own);
      const text = `${id} changed ${list(
        own.map(({ path }) => path),
        2,
      )} without declaring it; add to its writes: ${list(lines, 3)}`;
      return { kind: 'stray', text, tasks: [id] };
    });
}
