// Config and files to a Plan: select, expand, find hazards, resolve them, name the strategy. Nothing here depends
// on the clock, the machine or an earlier run, so equal inputs give equal plans.

import { fail, ok, type Result } from '../base/result.ts';
import type { Config, StrategyName, Task } from '../config/config.ts';
import type { Because, Edge, Plan } from '../model/plan.ts';
import { levels, Reachability, successorsOf, topologicalOrder } from './graph.ts';
import { type IndexedEdge, resolveFileHazards } from './hazards.ts';
import { isUndeclared, notesOf } from './notes.ts';
import { findMeetings } from './overlaps.ts';
import { notGoodEnough, notParallel, noWorktrees, refusal } from './refusals.ts';
import { findResourceHazards } from './resources.ts';
import { selectTasks } from './select.ts';
import { isParallel, nameStrategy, type Shape } from './strategy.ts';
import { survey } from './survey.ts';
import { Expansion } from './touches.ts';

export interface PlanOptions {
  /** Only these and what they need; all when empty. */
  tasks?: readonly string[];
  /** Instead of the config's. */
  strategy?: StrategyName | 'auto' | undefined;
  /** Refuse a plan whose letter is not among these. */
  requireStrategy?: readonly string[] | undefined;
}

/** Makes the plan, or says what stands against it. Of the disk it knows the names of files only. */
export function makePlan(config: Config, options: PlanOptions = {}): Result<Plan> {
  const selected = selectTasks(config, options.tasks ?? []);
  if (!selected.ok) return selected;
  const tasks = selected.value;
  const strategy = options.strategy ?? config.strategy;
  if (strategy === 'worktrees') return fail(noWorktrees);

  const files = survey(
    config.root,
    tasks.flatMap(({ reads, writes }) => [reads, writes]),
  );
  const expansion = new Expansion(files.listing);
  const byName = files.listing === files.named ? expansion : new Expansion(files.named);
  const meetings = findMeetings(tasks, byName, files.identity, files.shown);
  const needs = needsEdges(tasks);
  const reach = Reachability.of(tasks.length, pairsOf(needs));
  const hazards = resolveFileHazards(tasks, meetings, reach, config.conflicts);
  if (hazards.refused.length > 0) return fail(...hazards.refused.map((pair) => refusal(pair, tasks, config)));
  const resources = findResourceHazards(tasks, config.resources, reach);
  const constraints = [...needs, ...hazards.edges];

  const unordered = shapeOf(tasks, constraints, resources.exclusions, [
    ...hazards.conflicts,
    ...resources.conflicts,
  ]);
  if (strategy === 'parallel' && !isParallel(unordered)) return fail(notParallel(unordered));
  const indexed = strategy === 'sequential' ? inOneLine(tasks.length, constraints) : constraints;
  const shape =
    strategy === 'sequential'
      ? shapeOf(tasks, indexed, resources.exclusions, unordered.conflicts)
      : unordered;
  const named = nameStrategy(
    shape,
    strategy === 'phased' || strategy === 'sequential' ? strategy : undefined,
  );
  const required = options.requireStrategy;
  if (required && !required.includes(named.letter)) return fail(notGoodEnough(named, required));

  const level = levels(successorsOf(tasks.length, pairsOf(indexed)));
  const count = (list: readonly string[]): number => expansion.count(list);
  return ok({
    schemaVersion: 1,
    strategy: named,
    phases: phasesOf(tasks, level),
    tasks: tasks.map((task, index) => ({
      id: task.id,
      ...(task.description === '' ? {} : { description: task.description }),
      phase: level[index] ?? 0,
      workspace: 'shared',
      reads: task.reads,
      writes: task.writes,
      files: { reads: count(task.reads), writes: count(task.writes) },
      undeclared: isUndeclared(task),
    })),
    edges: shape.edges as Edge[],
    exclusions: resources.exclusions,
    conflicts: unordered.conflicts as Plan['conflicts'],
    notes: notesOf({ config, tasks, expansion, hazards }),
  });
}

const pairsOf = (edges: readonly IndexedEdge[]): [number, number][] =>
  edges.map(({ from, to }) => [from, to]);

function needsEdges(tasks: readonly Task[]): IndexedEdge[] {
  const index = new Map(tasks.map((task, at) => [task.id, at]));
  const because: Because = { kind: 'needs' };
  return tasks.flatMap((task, to) =>
    task.needs.map((need) => ({ from: index.get(need) as number, to, because })),
  );
}

function shapeOf(
  tasks: readonly Task[],
  edges: readonly IndexedEdge[],
  exclusions: Shape['exclusions'],
  conflicts: Shape['conflicts'],
): Shape {
  const id = (index: number): string => (tasks[index] as Task).id;
  const level = levels(successorsOf(tasks.length, pairsOf(edges)));
  return {
    tasks: tasks.length,
    phases: level.reduce((most, one) => Math.max(most, one), 0) + 1,
    edges: edges.map(({ from, to, because }) => ({ from: id(from), to: id(to), because })),
    exclusions,
    conflicts,
  };
}

/** Adds what makes the order total: each task after the one before it in the topological order. */
function inOneLine(size: number, edges: readonly IndexedEdge[]): IndexedEdge[] {
  const order = topologicalOrder(successorsOf(size, pairsOf(edges)));
  const known = new Set(edges.map(({ from, to }) => from * size + to));
  const chain = order
    .slice(1)
    .map((to, at) => ({ from: order[at] as number, to, because: { kind: 'sequential' } as Because }));
  return [...edges, ...chain.filter(({ from, to }) => !known.has(from * size + to))];
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
