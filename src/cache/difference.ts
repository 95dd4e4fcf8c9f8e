// Why a result is not in the cache: what differs between now and the nearest earlier time, as clauses for people. Pure but for the
// store that is asked.

import type { CacheStore } from './cache-store.ts';
import type { Parts } from './record.ts';
import type { Earlier } from './record-file.ts';

/** Earlier times that are looked at. */
const MOST_EARLIER = 16;
/** Parts of them with which no further one is looked at: where a task reads many files that takes as long as reading these. */
const ENOUGH_PARTS = 4_000;
/** Differences that are named before the rest is counted. */
const MOST_NAMED = 5;

/** How often one after the other a task has missed by the same part alone, from which on that is worth a word. */
const OFTEN = 3;

export interface WhyNot {
  /** Clauses. */
  because: string[];
  /** The part by which it has missed this time and the last times. */
  always?: string;
}

/** @param task for the store */
export function whyNotCached(store: Pick<CacheStore, 'partsOf'>, task: string, now: Parts): WhyNot {
  const earlier = store.partsOf(task, MOST_EARLIER, ENOUGH_PARTS);
  const nearest = nearestOf(earlier, now);
  if (nearest === undefined) return { because: ['nothing is stored of it yet'] };
  if (nearest.length === 0) return { because: ['its result was damaged, or has been removed'] };
  const named = nearest.slice(0, nearest.length <= MOST_NAMED ? MOST_NAMED : MOST_NAMED - 1);
  const rest = nearest.length - named.length;
  const because = [...named.map(clauseOf), ...(rest > 0 ? [`${rest} more differences`] : [])];
  const latest = [...earlier].sort((a, b) => b.storedAt - a.storedAt).slice(0, OFTEN);
  const always = latest.length < OFTEN ? undefined : onlyPart([now, ...latest.map(({ parts }) => parts)]);
  return { because, ...(always !== undefined && { always }) };
}

/** What differs from the one that differs least. */
function nearestOf(earlier: readonly Pick<Earlier, 'parts'>[], now: Parts): Difference[] | undefined {
  let nearest: Difference[] | undefined;
  for (const { parts } of earlier) {
    const found = differences(parts, now, nearest?.length);
    if (nearest === undefined || found.length < nearest.length) nearest = found;
  }
  return nearest?.map((each) => ({ ...each, rank: rankOf(each) })).sort(byRank);
}

/** What is not a file first: there is less of it, and it decides more. */
const rankOf = ({ part }: Difference): number => (/^(?:file|folder) /.test(part) ? 1 : 0);

type Ranked = Difference & { rank: number };

const byRank = (a: Ranked, b: Ranked): number => a.rank - b.rank || (a.part < b.part ? -1 : 1);

/** The part that alone makes each of them differ from the next, where it is the same one. */
function onlyPart([first, ...rest]: readonly Parts[]): string | undefined {
  let last = first as Parts;
  let only: string | undefined;
  for (const next of rest) {
    const [one, other] = differences(next, last, 2);
    if (one === undefined || other !== undefined || (only ?? one.part) !== one.part) return undefined;
    only = one.part;
    last = next;
  }
  return only;
}

interface Difference {
  part: string;
  before: string | undefined;
  now: string | undefined;
}

/** @param most of them that are looked for: nobody asks for more */
function differences(before: Parts, now: Parts, most = Number.POSITIVE_INFINITY): Difference[] {
  const found: Difference[] = [];
  for (const [part, value] of now) {
    if (found.length >= most) return found;
    if (before.get(part) !== value) found.push({ part, before: before.get(part), now: value });
  }
  for (const [part, value] of before) {
    if (found.length >= most) return found;
    if (!now.has(part)) found.push({ part, before: value, now: undefined });
  }
  return found;
}

function clauseOf({ part, before, now }: Difference): string {
  const space = part.indexOf(' ');
  const [kind, name] = space < 0 ? [part, ''] : [part.slice(0, space), part.slice(space + 1)];
  const how = before === undefined ? 'new' : now === undefined ? 'gone' : 'changed';
  switch (kind) {
    case 'file':
      return { new: `new file ${name}`, gone: `${name} is gone`, changed: `${name} changed` }[how];
    case 'folder':
      return how === 'new' ? `new folder ${name}` : `the folder ${name} is gone, or no longer empty`;
    case 'env':
      return { new: `${name} is set now`, gone: `${name} is no longer set`, changed: `${name} changed` }[how];
    case 'installed':
      return `other packages are installed (${name})`;
    case 'tool':
      return how === 'changed' ? `\`${name}\` says something else` : `\`cache.tools\` changed`;
    case 'needs':
      return how === 'changed' ? `${name} hands over something else` : 'its `needs` changed';
    case 'node':
    case 'os':
    case 'arch':
    case 'libc':
      return `${kind} ${before} → ${now}`;
    case 'salt':
      return '`cache.salt` changed';
    case 'command':
      return 'its commands changed';
    default:
      return `its \`${kind}\` changed`;
  }
}
