// What a report says of the cache beside what it says of each task: why tasks were not in it, and whether they are now.

import type { Report, TaskReport } from '../model/report.ts';
import { paragraph, type Section, section, shortTable } from './document.ts';
import { plural } from './format.ts';
import { listOf, type Text, task } from './text.ts';

const MOST_MISSES = 100;
/** Causes of one miss that are named before the rest is counted. */
const MOST_CAUSES = 10;

export function cacheSection({ tasks, cache }: Report): Section {
  if (cache === undefined) return section('cache', 'Cache');
  const { hits, misses } = cache;
  const counts = [`${plural(hits, 'hit')}, ${plural(misses, 'miss', 'misses')}.`];
  const rows = tasks
    .filter(({ cached }) => cached?.hit === false)
    .map((each) => [[task(each.id)], because(each), [kept(each)]]);
  const header = ['Not in the cache', 'Because', 'Kept now'];
  return section('cache', 'Cache', paragraph(counts), shortTable(header, rows, MOST_MISSES));
}

function because({ cached }: TaskReport): Text {
  const causes = (cached?.because ?? []).map((cause): Text => [cause]);
  return causes.length === 0 ? ['unknown'] : listOf(causes, MOST_CAUSES);
}

/** Only what has passed is kept, and only what has a key. */
function kept({ status, cached }: TaskReport): string {
  if (cached?.notStored !== undefined) return `no: ${cached.notStored}`;
  return status === 'passed' && cached?.key !== undefined ? 'yes' : 'no';
}
