// Config and files to a Plan: select, expand, find hazards, resolve them, name the strategy. Nothing here depends
// on the clock, the machine or an earlier run, so equal inputs give equal plans.

import { fail, ok, type Result } from '../base/result.ts';
import type { Config, Task } from '../config/config.ts';
import type { Plan } from '../model/plan.ts';
import { findOverlaps } from './find-overlaps.ts';
import { levels, Reachability, successorsOf, topologicalOrder } from './graph.ts';
import { type EdgeTerms, resolveFileHazards } from './hazards.ts';
import { IsolationPolicy } from './isolation.ts';
import { survey } from './list-inputs.ts';
import { DirectoryCache } from './listing-cache.ts';
import { isUndeclared, notesOf } from './notes.ts';
import type { PlanOptions } from './options.ts';
import { tooManyPairs } from './pair-bound.ts';
import { Pairs } from './pairs.ts';
import { Effort } from './patterns/index.ts';
import { recallPlan, rememberPlan } from './plan-cache.ts';
import {
  notGoodEnough,
  notOnePhase,
  notParallel,
  noWorktrees,
  refusals,
  tooInvolved,
} from './plan-errors.ts';
import { findResourceHazards } from './resources.ts';
import { selectTasks } from './select.ts';
import { isParallel, nameStrategy, type Shape } from './strategy.ts';
import { Expansion } from './touches.ts';

/** Makes the plan, or says what stands against it. Of the disk it knows the names of files only. */
export function makePlan(config: Config, options: PlanOptions = {}): Result<Plan> {
  const memory = new DirectoryCache(config.root);
  const known = recallPlan(config, options, memory);
  if (known !== undefined) return ok(known);
  const effort = new Effort(MOST_STEPS);
  const made = effort.within(() => decide(config, options, memory)) ?? fail(tooInvolved(config));
  if (made.ok) rememberPlan(made.value, config, options, memory);
  else memory.save();
  return made;
}

/** Of comparing patterns, which comes to a few seconds. */
const MOST_STEPS = 10_000_000;

function decide(config: Config, options: PlanOptions, memory: DirectoryCache): Result<Plan> {
  const selected = selectTasks(config, options.tasks ?? []);
  if (!selected.ok) return selected;
  const tasks = selected.value;
  const strategy = options.strategy ?? config.strategy;
  const { integrate } = config;
  const isolation = new IsolationPolicy({ tasks, strategy, integrate, facts: options.isolation });
  const unusable = options.isolation?.unusable;
  if (unusable !== undefined && (strategy === 'worktrees' || integrate !== 'apply'))
    return fail(
      noWorktrees(unusable, strategy === 'worktrees' ? 'strategy worktrees' : `integrate: ${integrate}`),
    );

  const files = survey(
    config.root,
    tasks.flatMap(({ reads, writes }) => [reads, writes]),
    memory,
  );
  const expansion = new Expansion(files.listing);
  const byName = files.listing === files.named ? expansion : new Expansion(files.named);
  const { identity, shown } = files;
  const meetings = findOverlaps(tasks, { expansion: byName, identity, shown }, config.root);
  const tooMany = tooManyPairs(tasks, meetings, config);
  if (tooMany) return fail(tooMany);
  const edges = needsEdges(tasks);
  const reach = Reachability.of(tasks.length, edges);
  const hazards = resolveFileHazards(tasks, meetings, reach, config.conflicts, (low, high, meeting) =>
    isolation.canIsolate(low, high, meeting),
  );
  if (hazards.refused.size > 0) return fail(...refusals(hazards.refused, tasks, config));
  const { conflicts } = hazards;
  const exclusions = findResourceHazards(tasks, config.resources, reach, conflicts);
  for (const [from, to, terms] of hazards.edges) edges.add(from, to, terms);

  let level = levels(successorsOf(tasks.length, edges), successorsOf(tasks.length, hazards.turns));
  const shape: Shape = {
    tasks: tasks.map(({ id }) => id),
    phases: level.reduce((most, one) => Math.max(most, one), 0) + 1,
    edges,
    exclusions,
    conflicts: conflicts.size,
    isolated: isolation.count,
    turns: hazards.turns,
  };
  if (strategy === 'parallel' && !isParallel(shape)) return fail(notParallel(shape));
  if (strategy === 'worktrees' && shape.phases > 1) return fail(notOnePhase(shape));
  if (strategy === 'sequential') {
    addChain(tasks.length, edges);
    level = levels(successorsOf(tasks.length, edges));
  }
  const named = nameStrategy(
    shape,
    strategy === 'phased' || strategy === 'sequential' ? strategy : undefined,
  );
  const required = options.requireStrategy;
  if (required && !required.includes(named.letter)) return fail(notGoodEnough(named, required));

  const notes = [...isolation.notes(), ...notesOf({ config, tasks, expansion, hazards, identity })];
  const count = (list: readonly string[]): number => expansion.count(list);
  const ids = (members: readonly number[][]): string[][] =>
    members.map((list) => list.map((at) => tasks[at]?.id ?? ''));
  return ok({
    schemaVersion: 2,
    strategy: named,
    phases: phasesOf(tasks, level),
    tasks: tasks.map((task, index) => ({
      id: task.id,
      ...(task.description === '' ? {} : { description: task.description }),
      phase: level[index] ?? 0,
      workspace: isolation.isIsolated(index) ? ('worktree' as const) : ('shared' as const),
      reads: task.reads,
      writes: task.writes,
      files: { reads: count(task.reads), writes: count(task.writes) },
      undeclared: isUndeclared(task),
    })),
    edges: edges.takeGroups().map(({ label, members }) => ({ tasks: ids(members), because: label.because })),
    exclusions,
    conflicts: conflicts.takeGroups().map(({ label, members }) => ({ tasks: ids(members), ...label })),
    notes,
  });
}

function needsEdges(tasks: readonly Task[]): Pairs<EdgeTerms> {
  const index = new Map(tasks.map((task, at) => [task.id, at]));
  const edges = new Pairs<EdgeTerms>();
  const terms: EdgeTerms = { because: { kind: 'needs' } };
  for (const [to, task] of tasks.entries())
    for (const need of task.needs) edges.add(index.get(need) as number, to, terms);
  return edges;
}

/** Adds what makes the order total: each task after the one before it in the topological order. */
function addChain(size: number, edges: Pairs<EdgeTerms>): void {
  const successors = successorsOf(size, edges);
  const order = topologicalOrder(successors);
  const terms: EdgeTerms = { because: { kind: 'sequential' } };
  for (const [at, to] of order.slice(1).entries()) {
    const from = order[at] as number;
    if (!successors[from]?.includes(to)) edges.add(from, to, terms);
  }
}

function phasesOf(tasks: readonly Task[], level: readonly number[]): Plan['phases'] {
  const phases: Plan['phases'] = [];
  for (const [index, task] of tasks.entries()) {
    const at = level[index] ?? 0;
    while (phases.length <= at) phases.push({ tasks: [] });
    phases[at]?.tasks.push(task.id);
  }
  return phases;
}
