// Whether a plan is small enough to be made: thousands of tasks that all write one file are millions of pairs, each with
// something to say of it. Counts lists and their users, and looks at no pair.

import type { Diagnostic } from '../base/diagnostic.ts';
import type { Config, Task } from '../config/config.ts';
import type { ListUses, Overlaps } from './overlaps.ts';

/** Pairs of tasks; 3,000 that all conflict have nearly as many. */
const MOST_PAIRS = 5_000_000;

/** What many tasks have in common, and by how many pairs, at most. */
interface Shared {
  pairs: number;
  over: string;
  place: () => Diagnostic['place'];
}

export function tooManyPairs(tasks: readonly Task[], met: Overlaps, config: Config): Diagnostic | undefined {
  let sum = 0;
  let most: Shared | undefined;
  for (const shared of [...overFiles(tasks, met, config), ...overResources(tasks, config)]) {
    sum += shared.pairs;
    if (shared.pairs > (most?.pairs ?? 0)) most = shared;
  }
  if (most === undefined || sum <= MOST_PAIRS) return undefined;
  const place = most.place();
  return {
    message: `more than ${MOST_PAIRS.toLocaleString('en')} pairs of tasks conflict, most of them over ${most.over}`,
    ...(place && { place }),
    hint: 'combine tasks, or let them share less',
  };
}

function* overFiles(tasks: readonly Task[], met: Overlaps, config: Config): Generator<Shared> {
  for (const [list, own] of met.lists.entries())
    for (const encounter of met.of(list)) {
      const other = met.other(encounter);
      const [mine] = met.patterns(encounter);
      // Each meeting of two lists is seen from both.
      const pairs =
        (writers(own) * other.uses.length + (own.uses.length - writers(own)) * writers(other)) / 2;
      const [use] = own.uses;
      const pattern = use?.written[mine] ?? '';
      const place = (): Diagnostic['place'] => {
        const id = tasks[use?.task ?? 0]?.id;
        return id === undefined ? undefined : config.locate(id, use?.access, pattern);
      };
      yield { pairs, over: met.contact(encounter).witness ?? pattern, place };
    }
}

const counted = new WeakMap<ListUses, number>();

function writers(list: ListUses): number {
  const known = counted.get(list);
  if (known !== undefined) return known;
  const count = list.uses.filter(({ access }) => access === 'writes').length;
  counted.set(list, count);
  return count;
}

function overResources(tasks: readonly Task[], config: Config): Shared[] {
  const users = new Map<string, { all: number; readers: number; first: string }>();
  for (const { id, resources } of tasks)
    for (const { name, mode } of resources) {
      const known = users.get(name) ?? { all: 0, readers: 0, first: id };
      known.all += 1;
      if (mode === 'read') known.readers += 1;
      users.set(name, known);
    }
  return [...users].map(([name, { all, readers, first }]) => ({
    pairs: (all * all - readers * readers) / 2,
    over: `the resource ${name}`,
    place: () => config.locate(first, 'resources', name),
  }));
}
