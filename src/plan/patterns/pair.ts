import type { Dfa } from './dfa.ts';
import { LimitReached, MAX_REMEMBERED } from './limits.ts';
import { costOfPath } from './path-cost.ts';
import type { Pattern } from './pattern.ts';
import { type Budget, type Component, type Found, type FoundPath, findPath } from './search.ts';
import type { Plain } from './simple-glob.ts';

/** States that looking for a plainest path of one pattern may visit; without it the pair is searched. */
const MAX_EXAMPLE_STATES = 12_000;

export const deeper = (one: string, two: string): string => (one.length >= two.length ? one : two);

/** What was found below a folder, seen from the root. */
export function under(folder: string, found: FoundPath): FoundPath {
  const path = folder + found.path;
  return { path, cost: costOfPath(path) };
}

/**
 * The two ways to look at a pair of includes that have automata, below the deeper of their folders: without the bare
 * folders that `src/**` matches as well, so that a witness lies inside where it can; then, where that differs, with them.
 */
export function views(one: Pattern, two: Pattern): Component[][] {
  const folder = deeper(one.prefix, two.prefix);
  const [inside, whole] = (['strict', 'whole'] as const).map((kind) =>
    [one, two].map((pattern): Component => {
      const { dfa, before } = pattern.at(folder, kind) as { dfa: Dfa; before: string };
      return { dfa, before, wanted: true };
    }),
  ) as [Component[], Component[]];
  return inside.every(({ dfa }, i) => dfa === whole[i]?.dfa) ? [whole] : [inside, whole];
}

/**
 * The plainest path that two includes have in common, excludes aside. Definite answers are remembered.
 *
 * Patterns that differ in their folder only (`packages/a/dist/**`, `packages/b/dist/**`) have the same to say against
 * a third: the folder, and the same path below it. So what is searched for and remembered is the path below, by what
 * each pattern leaves to be matched there.
 */
export function meeting(one: Pattern, two: Pattern, budget: Budget): Found {
  const folder = deeper(one.prefix, two.prefix);
  const found = one.plain && two.plain ? plainMeeting(one, two, budget) : oddMeeting(one, two, budget);
  return typeof found === 'object' ? under(folder, found) : found;
}

function plainMeeting(one: Pattern, two: Pattern, budget: Budget): Found {
  const [a, b] = [one.plain as Plain, two.plain as Plain];
  const folder = deeper(one.prefix, two.prefix);
  const [below, beside] = [a.after(folder), b.after(folder)];
  if (below === 0 || beside === 0 || !a.meets(b)) return 'nothing';
  const rests = [a.rest(below), b.rest(beside)].sort().join('\n/');
  return remembered(`${folder === '' ? '' : '/'}\n${rests}`, budget, () =>
    firstFound(views(one, two), (pair) => findPath(pair, budget)),
  );
}

function oddMeeting(one: Pattern, two: Pattern, budget: Budget): Found {
  return firstFound(views(one, two), (pair) => {
    const [a, b] = pair as [Component, Component];
    return (
      sharedExample(a, b) ??
      remembered([keyOf(a), keyOf(b)].sort().join('\0'), budget, () => findPath(pair, budget))
    );
  });
}

/** The plainest path of the one, if the other has it: of all that both have, it is the plainest. */
function sharedExample(a: Component, b: Component): Found | undefined {
  const [first, second] = [exampleOf(a), exampleOf(b)];
  if (first === 'nothing' || second === 'nothing') return 'nothing';
  if (first === 'gaveUp') return has(a, second) ? second : undefined;
  if (second === 'gaveUp') return has(b, first) ? first : undefined;
  if (first.path === second.path) return first;
  const shared = (): Found | undefined => (has(b, first) ? first : undefined);
  const other = (): Found | undefined => (has(a, second) ? second : undefined);
  // If the other has the cheaper one, it is not the other's plainest that costs more.
  if (first.cost !== second.cost) return first.cost > second.cost ? shared() : other();
  return first.path < second.path ? (shared() ?? other()) : (other() ?? shared());
}

function firstFound(pairs: readonly Component[][], find: (pair: Component[]) => Found): Found {
  for (const pair of pairs) {
    const found = find(pair);
    if (found !== 'nothing') return found;
  }
  return 'nothing';
}

/** Whether it is an example, and the component has it as well. */
const has = ({ dfa, before }: Component, example: Found): example is FoundPath =>
  typeof example === 'object' && dfa.matches(before + example.path);

const examples = new Map<string, Found>();

/** The plainest path of one component. */
function exampleOf(component: Component): Found {
  const key = keyOf(component);
  const known = examples.get(key);
  if (known !== undefined) return known;
  const found = findPath([component], { states: MAX_EXAMPLE_STATES });
  put(examples, key, found);
  return found;
}

/** Equal for what is equal below: by the automaton and the state that it is in there. */
function keyOf({ dfa, before }: Component): string {
  if (before.length <= 1) return `${dfa.id}/${before}`;
  try {
    const state = dfa.after(before);
    return `${dfa.id}.${dfa.resets}.${state}`;
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    return `${dfa.id}/${before}`;
  }
}

const known = new Map<string, { found: Found; states: number }>();

/** Costs the budget the same each time, so that no answer depends on the questions asked before. */
function remembered(key: string, budget: Budget, find: () => Found): Found {
  const hit = known.get(key);
  if (hit !== undefined) {
    budget.states -= hit.states;
    return budget.states < 0 ? 'gaveUp' : hit.found;
  }
  const before = budget.states;
  const found = find();
  // Giving up depends on what the question has spent before.
  if (found !== 'gaveUp') put(known, key, { found, states: before - budget.states });
  return found;
}

function put<T>(memory: Map<string, T>, key: string, found: T): void {
  if (memory.size >= MAX_REMEMBERED) memory.delete(memory.keys().next().value as string);
  memory.set(key, found);
}
