// What is said of a run while it goes on: what tasks wait for, how far it is, how long it may take. Plain text: no colours,
// no signs, nothing about width.

import { formatDuration } from '../base/duration.ts';
import type { Item, Phase } from '../state/items.ts';
import type { Pending } from '../state/pending.ts';
import type { RunState } from '../state/run-state.ts';
import { type Counts, isRunning } from '../state/status.ts';
import { formatCount, list, spoken } from './format.ts';
import { oneLine } from './plain.ts';
import { causeOf, type Ended } from './sentences.ts';

/** Names a list shows before it counts the rest. */
const NAMED = 2;

/** Time that is still passing, so without tenths: `3s`, `1m 05s`. */
export function clock(ms: number): string {
  return ms < 59_950 ? `${Math.max(0, Math.floor(ms / 1_000))}s` : formatDuration(ms);
}

/** `about 31s left`. The longer it takes, the rounder. */
export function left(ms: number): string {
  const step = ms < 60_000 ? 1_000 : ms < 600_000 ? 10_000 : 60_000;
  return `about ${clock(Math.max(1_000, Math.round(ms / step) * step))} left`;
}

export function waits(wait: Pending): string {
  switch (wait.for) {
    case 'tasks':
      return `waits for ${list(wait.ids.map(oneLine), NAMED)}`;
    case 'resources':
      return `waits for ${list(wait.resources.map(oneLine), NAMED)}`;
    case 'slot':
      return 'waits for a free slot';
    case 'phase':
      return `waits for ${phaseName(wait.index)} to finish`;
    case 'integration':
      return wait.after.length > 0
        ? `ran, waits for ${list(wait.after.map(oneLine), NAMED)}`
        : 'ran, waits to be integrated';
    case 'turn':
      return '';
  }
}

/** Several that wait for the same: `64 waiting for a free slot`. */
export const alsoWaiting = (count: number, wait: string): string =>
  `${formatCount(count)} ${wait.replace(/^(ran, )?waits /, '$1waiting ')}`;

/** `retry 2 in 2s`, or `retry 2 now`: the attempt that comes is the first one more. */
export function retries(attempt: number, inMs: number): string {
  return `retry ${attempt} ${inMs > 0 ? `in ${clock(Math.ceil(inMs / 1_000) * 1_000)}` : 'now'}`;
}

/** Why it failed, and that it was rolled back; why it did not run. */
export function failing(result: Ended & { status: string }): string {
  const how = result.status === 'failed' ? '' : `${spoken(result.status)}: `;
  return `${how}${oneLine(causeOf(result))}`;
}

/** While it is looked for who broke a step. */
export const replaying = (replay: number): string => `looking for the task that broke it, replay ${replay}`;

const phaseName = (index: number): string => `phase ${index + 1}`;
export const phaseNames = (first: number, last: number): string =>
  first === last ? phaseName(first) : `phases ${first + 1}-${last + 1}`;
export const validationName = 'validation';
export const nameOf = (phase: Phase): string => (phase.validation ? validationName : phaseName(phase.index));
/** A validation step among tasks in a log. */
export const labelOf = (item: Item): string =>
  `${item.phase.validation ? 'validate ' : ''}${oneLine(item.id)}`;

/** `2 running`, `12 more failed`. */
export const counted = (count: number, what: string): string => `${formatCount(count)} ${what}`;

/** What did not go the usual way: `1 failed`, `3 skipped`. */
export function troubles(counts: Counts): { text: string; failed: boolean }[] {
  const kinds = ['failed', 'rolled-back', 'skipped', 'cancelled'] as const;
  return kinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => ({
      text: counted(counts[kind], spoken(kind)),
      failed: kind === 'failed' || kind === 'rolled-back',
    }));
}

export const done = (over: number, total: number): string => `${formatCount(over)}/${formatCount(total)}`;

/** What the screen has no room for: `940 more waiting`, `12 more running, 3 more failed, 940 waiting`. */
export function notShown(hidden: { running: number; failed: number; waiting: number }): string {
  const kinds = ['running', 'failed', 'waiting'] as const;
  const some = kinds.filter((kind) => hidden[kind] > 0);
  return some.map((kind) => counted(hidden[kind], `more ${kind}`)).join(', ');
}

/** A long silence says that the run is alive: `2 running: api (1m 02s) and web (34s)`. */
export function alive({ tasks, steps, counts }: RunState, at: number): string {
  const items: Item[] = [...tasks, ...steps];
  const busy = items.filter(({ status }) => isRunning(status));
  const named = busy.map((item) => `${labelOf(item)} (${clock(at - (item.startedAt ?? at))})`);
  if (busy.length > 0) return `${counted(busy.length, 'running')}: ${list(named, 5)}`;
  const merging = items.find(({ status }) => status === 'integrating');
  if (merging) return `integrating ${labelOf(merging)}`;
  const later = items.find(({ status }) => status === 'retrying');
  if (later) return `${labelOf(later)}: ${retries(later.attempt + 1, (later.retry?.at ?? at) - at)}`;
  const searched = items.find(({ replay, blame }) => replay !== undefined && blame === undefined);
  if (searched?.replay !== undefined) return `${labelOf(searched)}: ${replaying(searched.replay)}`;
  if (counts.serving > 0) return `${counted(counts.serving, counts.serving > 1 ? 'services' : 'service')} up`;
  const { waiting } = counts;
  return waiting > 0 ? counted(waiting, 'waiting') : 'finishing';
}
