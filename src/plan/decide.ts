// Config and files to a Plan: select, expand, find hazards, resolve them, name the strategy. Nothing here depends
// on the clock, the machine or an earlier run, so equal inputs give equal plans.

import type { Diagnostic } from '../base/diagnostic.ts';
import type { Config, Locate, Task } from '../config/config.ts';
import { groupsBy } from '../model/order-group.ts';
import type { Plan } from '../model/plan.ts';
import { findOverlaps } from './find-overlaps.ts';
import { closureOf, type Groups, levels, topologicalOrder } from './graph.ts';
import { resolveFileHazards } from './hazards.ts';
import { IsolationPolicy } from './isolation.ts';
import { survey } from './list-inputs.ts';
import type { DirectoryCache } from './listing-cache.ts';
import { isUndeclared, notesOf } from './notes.ts';
import type { PlanOptions } from './options.ts';
import { groupOf, type PairGroup, PairSets, type Side } from './pair-sets.ts';
import { Effort } from './patterns/index.ts';
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
import { serviceUsers } from './service-users.ts';
import { plannedService, serviceProblems } from './services.ts';
import { isParallel, nameStrategy, type Shape } from './strategy.ts';
import { TaskClasses } from './task-classes.ts';
import { Expansion } from './touches.ts';
import type { EdgeTerms } from './verdict.ts';
import { Places } from './where.ts';

/** A plan, or what stands against it, once it is known where its parts are written. */
export type Decided = { ok: true; plan: Plan } | { ok: false; problems(locate: Locate): Diagnostic[] };

const refused = (...problems: Diagnostic[]): Decided => ({ ok: false, problems: () => problems });

/** Of the disk it knows the names of files only. */
export function decide(config: Config, options: PlanOptions, memory: DirectoryCache): Decided {
  const decided = new Effort(MOST_STEPS).within(() => decideWithin(config, options, memory));
  return decided ?? tooMuch(config);
}

const tooMuch = (config: Config): Decided => ({
  ok: false,
  problems: (locate) => [tooInvolved(config, locate)],
});

/** Of comparing patterns, which comes to a few seconds. */
const MOST_STEPS = 10_000_000;

/** What is said of conflicts and of edges; each has an object of its own. */
const MOST_GROUPS = 1_000_000;

function decideWithin(config: Config, options: PlanOptions, memory: DirectoryCache): Decided {
  const selected = selectTasks(config, options);
  if (!selected.ok) return refused(...selected.diagnostics);
  const tasks = selected.value;
  const strategy = options.strategy ?? config.strategy;
  const { integrate } = config;
  const isolation = new IsolationPolicy({ tasks, strategy, integrate, facts: options.isolation });
  const unusable = options.isolation?.unusable;
  if (unusable !== undefined && (strategy === 'worktrees' || integrate !== 'apply'))
    return refused(
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
  const classes = new TaskClasses(tasks);
  const met = findOverlaps(classes.all, { expansion: byName, identity, shown }, config.root);
  const size = tasks.length;
  const needed = needsOf(tasks);
  const needs = closureOf(size, ordersOf(needed));
  const hazards = resolveFileHazards(
    { classes, met, needs, fallback: config.conflicts, isolation },
    MOST_GROUPS,
  );
  if (hazards === undefined) return tooMuch(config);
  if (hazards.refused.size > 0)
    return { ok: false, problems: (locate) => refusals(hazards.refused, tasks, locate) };
  const unsafe = serviceProblems({ tasks, classes, met, needs, config });
  if (unsafe !== undefined) return { ok: false, problems: unsafe };
  const { conflicts } = hazards;
  const turns = hazards.turns.toGroups();
  const edges = [...needed, ...hazards.edges.toGroups()];
  const order = ordersOf(edges);
  const exclusions = findResourceHazards(
    tasks,
    config.resources,
    once(() => closureOf(size, [...order, ...ordersOf(turns)])),
    conflicts,
  );

  let level = levels(size, order, ordersOf(turns));
  const shape: Shape = {
    tasks: tasks.map(({ id }) => id),
    phases: level.reduce((most, one) => Math.max(most, one), 0) + 1,
    edges,
    exclusions,
    services: new Set(tasks.filter(({ service }) => service).map(({ id }) => id)),
    conflicts: conflicts.size,
    isolated: isolation.count,
    turns,
  };
  if (strategy === 'parallel' && !isParallel(shape)) return refused(notParallel(shape));
  if (strategy === 'worktrees' && shape.phases > 1) return refused(notOnePhase(shape));
  if (strategy === 'sequential') {
    edges.push(...chainOf(tasks, order));
    level = levels(size, ordersOf(edges));
  }
  const named = nameStrategy(
    shape,
    strategy === 'phased' || strategy === 'sequential' ? strategy : undefined,
  );
  const required = options.requireStrategy;
  if (required && !required.includes(named.letter)) return refused(notGoodEnough(named, required));

  const notes = [
    ...isolation.notes(),
    ...notesOf({ config, tasks, expansion, named: byName, shown, hazards, identity }),
  ];
  const count = (list: readonly string[]): number => expansion.count(list);
  const ids = ({ members }: PairGroup<unknown>): string[][] =>
    members.map((list) => list.map((at) => tasks[at]?.id ?? ''));
  const services = serviceUsers(tasks);
  const places = new Places(config, files.listing.links);
  const plan: Plan = {
    schemaVersion: 2,
    strategy: named,
    phases: phasesOf(tasks, level),
    tasks: tasks.map((task, index) => ({
      id: task.id,
      ...(task.description === '' ? {} : { description: task.description }),
      phase: level[index] ?? 0,
      workspace: isolation.isIsolated(index) ? ('worktree' as const) : ('shared' as const),
      ...(task.raw ? { raw: true as const } : {}),
      ...places.of(task, isolation.isIsolated(index)),
      reads: task.reads,
      writes: task.writes,
      files: { reads: count(task.reads), writes: count(task.writes) },
      undeclared: isUndeclared(task),
      ...plannedService(task, services.get(task.id)),
    })),
    edges: edges.map((group) => ({ tasks: ids(group), because: group.label.because })),
    exclusions,
    conflicts: conflicts.toGroups().map((group) => ({ tasks: ids(group), ...group.label })),
    notes,
  };
  return { ok: true, plan };
}

const ordersOf = (groups: readonly PairGroup<unknown>[]): Groups => groups.map(({ pairs }) => pairs);

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** By rows: each task with those after it that it needs, and those that need it. */
function needsOf(tasks: readonly Task[]): PairGroup<EdgeTerms>[] {
  const index = new Map(tasks.map((task, at) => [task.id, at]));
  const rows: { other: number; side: Side }[][] = tasks.map(() => []);
  for (const [to, task] of tasks.entries())
    for (const need of task.needs) {
      const from = index.get(need);
      // Only some were asked for.
      if (from === undefined) continue;
      rows[Math.min(from, to)]?.push(
        from < to ? { other: to, side: 'second' } : { other: from, side: 'first' },
      );
    }
  const edges = new PairSets<EdgeTerms>(tasks.length);
  const terms: EdgeTerms = { because: { kind: 'needs' } };
  for (const [low, row] of rows.entries()) {
    for (const { other, side } of row) edges.add(terms, other, side);
    edges.endRow(low);
  }
  return edges.toGroups();
}

/** What makes the order total: each task after the one before it in the topological order. */
function chainOf(tasks: readonly Task[], groups: Groups): PairGroup<EdgeTerms>[] {
  const size = tasks.length;
  // Services are up beside the one task that runs.
  const order = topologicalOrder(size, groups).filter((at) => tasks[at]?.service === undefined);
  const label: EdgeTerms = { because: { kind: 'sequential' } };
  const groupsOf = groupsBy(groups, ({ firsts }) => firsts);
  return order.slice(1).flatMap((to, at) => {
    const from = order[at] as number;
    return groupsOf(from).some((group) => group.has(from, to)) ? [] : [groupOf(label, [[from], [to]])];
  });
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
