// Two tasks and the plan of all: can they run together, and why not. Decides nothing anew, it only gathers.

import { fail, ok, type Result } from '../base/result.ts';
import { didYouMean } from '../base/suggest.ts';
import type { Config, Task } from '../config/config.ts';
import type { Explanation } from '../model/explanation.ts';
import { reachedFrom } from '../model/order-group.ts';
import type { EdgeGroup } from '../model/plan.ts';
import { conflictsBetween, type Edge, groupsAfter, pairsIn } from '../model/task-pairs.ts';
import { fixesOf } from './explain-fixes.ts';
import { type ExplainInput, meetingsOf } from './explain-meetings.ts';
import { isUndeclared } from './notes.ts';
import { collide } from './resources.ts';
import { policyOf } from './verdict.ts';

/** The two tasks by name, or what is wrong with the names. */
export function findPair(config: Config, names: readonly [string, string]): Result<[Task, Task]> {
  const [one, other] = names.map((name) => config.tasks.find(({ id }) => id === name));
  if (one && other && one !== other) return ok([one, other]);
  if (one && one === other) {
    return fail({
      message: `\`${one.id}\` is named twice`,
      hint: 'name two tasks: a task never runs in parallel with itself',
    });
  }
  const known = config.tasks.map(({ id }) => id);
  const unknown = [...new Set(names)].filter((name) => !known.includes(name));
  return fail(
    ...unknown.map((name) => ({
      message: `there is no task \`${name}\``,
      hint: didYouMean(name, known) ?? 'ptask list shows the tasks',
    })),
  );
}

/** The same config without what could stand against a plan: forced strategies, and policies that refuse. */
export function toExplain(config: Config): Config {
  return {
    ...config,
    strategy: config.strategy === 'sequential' ? 'sequential' : 'auto',
    conflicts: config.conflicts === 'error' ? 'serialize' : config.conflicts,
    tasks: config.tasks.map((task) =>
      task.conflicts === 'error' ? { ...task, conflicts: 'serialize' } : task,
    ),
  };
}

/** Pure. The tasks are explained in the order asked for. */
export function explain(input: ExplainInput, pair: readonly [Task, Task]): Explanation {
  const { config, plan } = input;
  const [a, b] = pair;
  const conflicts = conflictsBetween(plan, a.id, b.id);
  const policy = policyOf(a, b, config.conflicts);
  const order = orderOf(plan.edges, a.id, b.id);
  const refused = policy === 'error' && conflicts.some(({ kind }) => kind === 'write-write');
  const found = meetingsOf(input, pair, conflicts);
  const own = pair.filter((task) => task.conflicts === policy).map(({ id }) => id);
  const raw = pair.filter((task) => task.raw).map(({ id }) => id);
  const explanation: Omit<Explanation, 'fixes'> = {
    schemaVersion: 1,
    tasks: [a.id, b.id],
    verdict: refused
      ? 'refused'
      : order
        ? 'ordered'
        : raw.length > 0 || conflicts.some(({ resolution }) => resolution === 'exclude')
          ? 'excluded'
          : conflicts.some(({ resolution }) => resolution === 'isolate')
            ? 'isolated'
            : 'at-once',
    ...(order && !refused ? { order } : {}),
    ...found,
    resources: sharedResources(pair, config.resources),
    policy: { conflicts: policy, of: own },
    snapshotReads: pair.filter(({ snapshotReads }) => snapshotReads).map(({ id }) => id),
    raw,
    undeclared: pair.filter(isUndeclared).map(({ id }) => id),
  };
  return { ...explanation, fixes: fixesOf(explanation, pair) };
}

/** The shortest way from one to the other, by needs alone where there is one, then without what is only a sequence. */
function orderOf(edges: readonly EdgeGroup[], a: string, b: string): Explanation['order'] {
  const kinds = [
    ['needs', edges.filter(({ because }) => because.kind === 'needs')],
    ['hazard', edges.filter(({ because }) => because.kind !== 'sequential')],
    ['sequence', edges],
  ] as const;
  for (const [by, some] of kinds) {
    for (const [first, then] of [[a, b] as const, [b, a] as const]) {
      const path = shortestPath(some, first, then);
      if (path) return { by, first, path };
    }
  }
  return undefined;
}

function shortestPath(edges: readonly EdgeGroup[], from: string, to: string): Edge[] | undefined {
  const came = reachedFrom(from, groupsAfter(edges));
  const path: Edge[] = [];
  for (let at = to; at !== from; ) {
    const step = came.get(at);
    if (step === undefined) return undefined;
    const { because } = edges.find(({ tasks }) => pairsIn(tasks) === step.by) as EdgeGroup;
    path.unshift({ from: step.from, to: at, because });
    at = step.from;
  }
  return path;
}

function sharedResources(
  [a, b]: readonly [Task, Task],
  capacities: ReadonlyMap<string, number>,
): Explanation['resources'] {
  return a.resources.flatMap((use) => {
    const other = b.resources.find(({ name }) => name === use.name);
    if (other === undefined) return [];
    const capacity = capacities.get(use.name);
    const clash = collide(use, other, capacity);
    const [one, two] = [use, other].map(({ mode, units }) => (mode === 'units' ? String(units) : mode));
    const uses = [one, two] as [string, string];
    return [{ name: use.name, uses, ...(capacity === undefined ? {} : { capacity }), clash }];
  });
}
