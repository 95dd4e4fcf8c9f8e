// How the cache could spare more of the next run.

import { formatDuration } from '../base/duration.ts';
import type { Suggestion } from '../model/report.ts';
import type { Facts } from './suggestion-facts.ts';

/** Where results are cached: the longest task whose result cannot be, as nobody knows what it depends on. */
export function uncached(facts: Facts): Suggestion[] {
  const { report, plan, workOf } = facts;
  if (report.cache === undefined) return [];
  const undeclared = new Map(
    plan.notes
      .filter(({ kind, text }) => kind === 'not-cached' && text.startsWith('it declares no'))
      .flatMap(({ tasks, text }) => tasks.map((id): [string, string] => [id, text])),
  );
  const [longest] = [...undeclared].sort(([a], [b]) => workOf(b) - workOf(a));
  if (longest === undefined) return [];
  const [id, reason] = longest;
  const text = `${id} took ${formatDuration(workOf(id))} and is not cached: ${reason.split(';')[0]}; with them it runs only when what it reads has changed`;
  return [{ kind: 'cache', text, tasks: [id], savesMs: savedBy(facts, id) }];
}

/** What has kept a task from the cache each time, and is perhaps none of its inputs. */
export function alwaysMissed(facts: Facts): Suggestion[] {
  return facts.report.tasks.flatMap(({ id, cached }): Suggestion[] => {
    if (cached?.always === undefined) return [];
    const [kind = '', ...rest] = cached.always.split(' ');
    const what = rest.length > 0 ? rest.join(' ') : kind;
    const advice =
      kind === 'env'
        ? 'if its result does not depend on it, name it in cache.passEnv instead'
        : `leave it out of what ${id} reads, or have it written only when it differs`;
    const text = `${id} misses the cache each time because ${what} has changed each time: ${advice}`;
    return [{ kind: 'cache', text, tasks: [id], savesMs: savedBy(facts, id) }];
  });
}

/** At best this much sooner, did it come from the cache. */
const savedBy = ({ workOf, bound, end }: Facts, id: string): number =>
  Math.max(0, Math.min(workOf(id), end - bound({ cached: id })));
