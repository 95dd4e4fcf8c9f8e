import type { Dfa } from './dfa.ts';
import { MAX_REMEMBERED } from './limits.ts';
import { costOfPath } from './naturalness.ts';
import type { Pattern } from './pattern.ts';
import type { Plain } from './plain.ts';
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
  if (one.plain && two.plain) return plainMeeting(one, two, budget);
  return remembered(JSON.stringify([one.written, two.written].sort()), () => search(one, two, budget));
}

/**
 * Patterns that differ in their folder only (`packages/a/dist/**`, `packages/b/dist/**`) have the same to say against
 * a third: the folder, and the same path below it. So what is searched for and remembered is the path below, by what
 * each pattern leaves to be matched there.
 */
function plainMeeting(one: Pattern, two: Pattern, budget: Budget): Found {
  const [a, b] = [one.plain as Plain, two.plain as Plain];
  const folder = one.prefix.length >= two.prefix.length ? one.prefix : two.prefix;
  const [below, beside] = [a.after(folder), b.after(folder)];
  if (below === 0 || beside === 0 || !a.meets(b)) return 'nothing';
  if (folder === '')
    return remembered([one.written, two.written].sort().join('\n'), () => search(one, two, budget));
  const key = ['', ...[a.rest(below), b.rest(beside)].sort()].join('\n/');
  const found = remembered(key, () => {
    const first = search(one, two, budget);
    return typeof first === 'object' ? { ...first, path: first.path.slice(folder.length) } : first;
  });
  if (typeof found !== 'object') return found;
  const path = folder + found.path;
  return { path, cost: costOfPath(path) };
}

function remembered(key: string, find: () => Found): Found {
  const hit = known.get(key);
  if (hit !== undefined) return hit;
  const found = find();
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
