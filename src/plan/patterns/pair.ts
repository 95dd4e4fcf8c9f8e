import type { Dfa } from './dfa.ts';
import { MAX_REMEMBERED } from './limits.ts';
import type { Pattern } from './pattern.ts';
import { type Budget, type Component, type Found, findPath } from './search.ts';

/**
 * The two ways to look at a pair of includes that have automata: without the bare folders that `src/**` matches as
 * well, so that a witness lies inside where it can; then, where that differs, with them.
 */
export function views(one: Pattern, two: Pattern): Component[][] {
  const inside = [one.strict, two.strict] as [Dfa, Dfa];
  const whole = [one.automaton, two.automaton] as [Dfa, Dfa];
  const pairs = inside.every((dfa, i) => dfa === whole[i]) ? [whole] : [inside, whole];
  return pairs.map((pair) => pair.map((dfa) => ({ dfa, wanted: true })));
}

const known = new Map<string, Found>();

/** The plainest path that two includes have in common, excludes aside. Definite answers are remembered. */
export function meeting(one: Pattern, two: Pattern, budget: Budget): Found {
  const key = JSON.stringify([one.written, two.written].sort());
  const hit = known.get(key);
  if (hit !== undefined) return hit;
  const found = search(one, two, budget);
  if (found === 'gaveUp') return found;
  if (known.size >= MAX_REMEMBERED) known.delete(known.keys().next().value as string);
  known.set(key, found);
  return found;
}

function search(one: Pattern, two: Pattern, budget: Budget): Found {
  for (const pair of views(one, two)) {
    const found = findPath(pair, budget);
    if (found !== 'nothing') return found;
  }
  return 'nothing';
}
