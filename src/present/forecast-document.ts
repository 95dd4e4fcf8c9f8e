// What `ptask plan --cache` and `ptask explain <task>` say of the cache.

import { formatDuration } from '../base/duration.ts';
import type { Forecast } from '../model/forecast.ts';
import { type Document, marked, type Row, rows, section } from './document.ts';
import { plural, printable } from './format.ts';
import { code, listOf, say, type Text, task, withPatterns } from './text.ts';

/** Causes that are named in a row before the rest is counted. */
const MOST_CAUSES = 3;

export function forecastsDocument(forecasts: readonly Forecast[], most: number): Document {
  const hits = forecasts.filter(({ state }) => state === 'hit');
  const savedMs = hits.reduce((sum, { savedMs = 0 }) => sum + savedMs, 0);
  return {
    title: say`${plural(hits.length, 'task')} of ${forecasts.length} in the cache`,
    facts: hits.length > 0 ? [[`saves ${formatDuration(savedMs)}`]] : [],
    sections: [section('cache', '', rows(forecasts.slice(0, most).map(rowOf)))],
  };
}

const rowOf = (forecast: Forecast): Row => ({
  label: [task(forecast.id)],
  texts: [say`${answerOf(forecast)}${becauseOf(forecast)}`],
});

function answerOf({ state, isRemote, savedMs = 0 }: Forecast): Text {
  switch (state) {
    case 'hit':
      return [`cached${isRemote ? ' remotely' : ''}, saves ${formatDuration(savedMs)}`];
    case 'miss':
      return ['runs'];
    case 'unknown':
      return ['not known yet'];
    case 'off':
      return ['not cached'];
  }
}

const becauseOf = ({ because }: Forecast): Text | undefined =>
  because.length === 0 ? undefined : say`: ${listOf(because.map(clause), MOST_CAUSES)}`;

const clause = (because: string): Text => withPatterns(printable(because));

/**
 * @param now milliseconds since 1970
 * @param about what the task is
 */
export function forecastDocument(forecast: Forecast, now: number, about: readonly Row[] = []): Document {
  const { id, state, isRemote, key, because, inputs, storedAt } = forecast;
  const why = marked('bullet', because.map(clause));
  const facts: Row[] = [];
  if (key !== undefined) facts.push({ label: ['key'], texts: [[code(key)]] });
  if (inputs !== undefined) facts.push({ label: ['made from'], texts: [[plural(inputs, 'file')]] });
  if (storedAt !== undefined)
    facts.push({ label: ['kept'], texts: [[`${formatDuration(Math.max(0, now - storedAt))} ago`]] });
  const says: Record<Forecast['state'], Text> = {
    hit: say`comes from the ${isRemote ? 'remote ' : ''}cache, ${formatDuration(forecast.savedMs ?? 0)} saved`,
    miss: ['runs: its result is not in the cache'],
    unknown: ['may be in the cache: what it reads is not known yet'],
    off: ['is not cached'],
  };
  return {
    title: say`${task(id)} ${says[state]}`,
    facts: [],
    sections: [section('why', 'Why', why), section('key', '', rows(facts)), section('task', '', rows(about))],
  };
}
