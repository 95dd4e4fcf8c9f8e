// The pairs of tasks that the groups of a plan stand for, made when somebody asks for them: ten thousand tasks that write
// one file are one group, and fifty million pairs.

import type { Because, ConflictGroup, EdgeGroup, Plan } from './plan.ts';

/** One list: every two of its tasks. Two: each task of the first with each of the second. */
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

export function* pairsOf<T>([first, second]: readonly T[][]): Generator<[T, T]> {
  for (const [at, one] of (first ?? []).entries())
    for (const other of second ?? (first as T[]).slice(at + 1)) yield [one, other];
}

export const pairCount = ([first = [], second]: TaskPairs): number =>
  second === undefined ? (first.length * (first.length - 1)) / 2 : first.length * second.length;

const sum = (groups: readonly { tasks: TaskPairs }[]): number =>
  groups.reduce((count, { tasks }) => count + pairCount(tasks), 0);

export const edgeCount = ({ edges }: Pick<Plan, 'edges'>): number => sum(edges);
export const conflictCount = ({ conflicts }: Pick<Plan, 'conflicts'>): number => sum(conflicts);

export function* edgesOf({ edges }: Pick<Plan, 'edges'>): Generator<Edge> {
  for (const { tasks, because } of edges)
    for (const [from, to] of pairsOf(tasks)) yield { from, to, because };
}

export function* conflictsOf({ conflicts }: Pick<Plan, 'conflicts'>): Generator<Conflict> {
  for (const { tasks, ...terms } of conflicts)
    for (const pair of pairsOf(tasks)) yield { tasks: pair, ...terms };
}

/** By the tasks' numbers in the plan. */
export function* numberedEdges(plan: Plan): Generator<[from: number, to: number, because: Because]> {
  const number = numbersIn(plan);
  for (const { tasks, because } of plan.edges)
    for (const [from, to] of pairsOf(tasks.map(number))) yield [from, to, because];
}

export function* numberedConflicts(
  plan: Plan,
): Generator<[first: number, second: number, terms: ConflictTerms]> {
  const number = numbersIn(plan);
  for (const group of plan.conflicts)
    for (const [first, second] of pairsOf(group.tasks.map(number))) yield [first, second, group];
}

function numbersIn({ tasks }: Plan): (ids: readonly string[]) => number[] {
  const numbers = new Map(tasks.map(({ id }, at) => [id, at]));
  return (ids) => ids.map((id) => numbers.get(id) ?? -1);
}

/** By the other task those of this one. */
export function conflictsWith({ conflicts }: Plan, task: string): Map<string, ConflictTerms[]> {
  const found = new Map<string, ConflictTerms[]>();
  for (const group of conflicts)
    for (const other of [...firstsTo(group.tasks, task), ...secondsTo(group.tasks, task)]) {
      const known = found.get(other);
      if (known) known.push(group);
      else found.set(other, [group]);
    }
  return found;
}

/** Those of two tasks, whichever stands first. */
export function conflictsBetween({ conflicts }: Plan, a: string, b: string): Conflict[] {
  return conflicts.flatMap(({ tasks, ...terms }): Conflict[] => {
    const pair = pairIn(tasks, a, b);
    return pair === undefined ? [] : [{ tasks: pair, ...terms }];
  });
}

/** The tasks that come second where this one is the first. */
export function secondsTo([first = [], second]: TaskPairs, task: string): readonly string[] {
  const at = first.indexOf(task);
  return at < 0 ? [] : (second ?? first.slice(at + 1));
}

/** The tasks that come first where this one is the second. */
export function firstsTo([first = [], second]: TaskPairs, task: string): readonly string[] {
  if (second === undefined) return first.slice(0, Math.max(0, first.indexOf(task)));
  return second.includes(task) ? first : [];
}

/** The two as the group has them. */
function pairIn([first = [], second]: TaskPairs, a: string, b: string): [string, string] | undefined {
  const [one, two] = [first.indexOf(a), first.indexOf(b)];
  if (second === undefined) return one < 0 || two < 0 ? undefined : one < two ? [a, b] : [b, a];
  if (one >= 0 && second.includes(b)) return [a, b];
  return two >= 0 && second.includes(a) ? [b, a] : undefined;
}

/** Whether a failure skips what comes after: nobody reads what its writer has left half done; two writers only take turns. */
export const carriesFailure = ({ kind }: Because): boolean => kind === 'needs' || kind === 'write-read';
