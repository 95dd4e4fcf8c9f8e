// The pairs of tasks that the groups of a plan stand for, made when somebody asks for them: ten thousand tasks that write
// one file are one group, and fifty million pairs.

import { groupsBy, OrderGroup } from './order-group.ts';
import type { Because, ConflictGroup, EdgeGroup, Plan } from './plan.ts';

/** Of some tasks; see `taskPairs` in schema/plan.schema.json. */
export type TaskPairs = EdgeGroup['tasks'];

/** `from` is over before `to` begins. */
export interface Edge {
  from: string;
  to: string;
  because: Because;
}

/** All that a group says of each of its pairs. */
export type ConflictTerms = Omit<ConflictGroup, 'tasks'>;

export interface Conflict extends ConflictTerms {
  tasks: [string, string];
}

type WithEdges = Pick<Plan, 'edges'>;
type WithConflicts = Pick<Plan, 'conflicts'>;

/** Groups by their lists: made once for each. */
const known = new WeakMap<TaskPairs, OrderGroup<string>>();

/** Of which nothing is ever over. */
export function pairsIn(tasks: TaskPairs): OrderGroup<string> {
  let pairs = known.get(tasks);
  if (pairs === undefined) {
    pairs = new OrderGroup(tasks);
    known.set(tasks, pairs);
  }
  return pairs;
}

export const pairCount = (tasks: TaskPairs): number => pairsIn(tasks).size;

const sum = (groups: readonly { tasks: TaskPairs }[]): number =>
  groups.reduce((count, { tasks }) => count + pairCount(tasks), 0);

export const edgeCount = ({ edges }: WithEdges): number => sum(edges);
export const conflictCount = ({ conflicts }: WithConflicts): number => sum(conflicts);

/** May be millions: for whoever stops early. */
export function* edgesOf({ edges }: WithEdges): Generator<Edge> {
  for (const { tasks, because } of edges)
    for (const [from, to] of pairsIn(tasks).pairs()) yield { from, to, because };
}

/** May be millions: for whoever stops early. */
export function* conflictsOf({ conflicts }: WithConflicts): Generator<Conflict> {
  for (const { tasks, ...terms } of conflicts)
    for (const pair of pairsIn(tasks).pairs()) yield { tasks: pair, ...terms };
}

/** By the tasks' numbers in the plan. May be millions: for whoever stops early. */
export function* numberedEdges(plan: Plan): Generator<[from: number, to: number, because: Because]> {
  const number = numbersIn(plan);
  for (const { from, to, because } of edgesOf(plan)) yield [number(from), number(to), because];
}

export function* numberedConflicts(
  plan: Plan,
): Generator<[first: number, second: number, terms: ConflictTerms]> {
  const number = numbersIn(plan);
  for (const group of plan.conflicts)
    for (const [first, second] of pairsIn(group.tasks).pairs()) yield [number(first), number(second), group];
}

function numbersIn({ tasks }: Plan): (id: string) => number {
  const numbers = new Map(tasks.map(({ id }, at) => [id, at]));
  return (id) => numbers.get(id) ?? -1;
}

/** By task the groups in which others wait for it. */
export const groupsAfter = (
  some: readonly { tasks: TaskPairs }[],
): ((task: string) => readonly OrderGroup<string>[]) =>
  groupsBy(
    some.map(({ tasks }) => pairsIn(tasks)),
    ({ firsts }) => firsts,
  );

/** By task the groups in which it waits for others, the other way round: who waits stands first. */
export const groupsBefore = (
  some: readonly { tasks: TaskPairs }[],
): ((task: string) => readonly OrderGroup<string>[]) =>
  groupsBy(
    some.map(({ tasks }) => pairsIn(tasks).reversed()),
    ({ firsts }) => firsts,
  );

/** By the other task those of this one. */
export function conflictsWith({ conflicts }: WithConflicts, task: string): Map<string, ConflictTerms[]> {
  const found = new Map<string, ConflictTerms[]>();
  for (const group of conflicts)
    for (const other of pairsIn(group.tasks).partners(task)) {
      const terms = found.get(other);
      if (terms) terms.push(group);
      else found.set(other, [group]);
    }
  return found;
}

/** Those of two tasks, whichever stands first. */
export function conflictsBetween({ conflicts }: WithConflicts, a: string, b: string): Conflict[] {
  return conflicts.flatMap(({ tasks, ...terms }): Conflict[] => {
    if (pairsIn(tasks).has(a, b)) return [{ tasks: [a, b], ...terms }];
    return pairsIn(tasks).has(b, a) ? [{ tasks: [b, a], ...terms }] : [];
  });
}

/** The tasks that come second where this one is the first. */
export const secondsTo = (tasks: TaskPairs, task: string): Iterable<string> => pairsIn(tasks).after(task);

/** The tasks that come first where this one is the second. */
export const firstsTo = (tasks: TaskPairs, task: string): Iterable<string> => pairsIn(tasks).before(task);

/** Whether a failure skips what comes after: nobody reads what its writer has left half done; two writers only take turns. */
export const carriesFailure = ({ kind }: Because): boolean => kind === 'needs' || kind === 'write-read';
