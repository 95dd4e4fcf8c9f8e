// What is said of services: when one is ready, that it is, and how long it was up.

import { formatDuration } from '../base/duration.ts';
import type { PlannedService } from '../model/plan.ts';
import type { ServiceReport } from '../model/report.ts';
import { code, say, type Text, task } from './text.ts';

/** `a service, ready when port 5432 accepts connections`. */
export function plannedService({ ready, on = '', lasts = false }: PlannedService): Text {
  const until = lasts ? ', up until Ctrl-C' : '';
  return say`a service, ready ${whenReady(ready, on)}${until}`;
}

function whenReady(ready: PlannedService['ready'], on: string): Text {
  switch (ready) {
    case 'started':
      return ['once it has started'];
    case 'port':
      return say`when ${portOf(on)} accepts connections`;
    case 'url':
      return say`when ${code(on)} answers`;
    case 'log':
      return say`when it prints ${code(on)}`;
    case 'command':
      return say`when ${code(on)} succeeds`;
  }
}

const portOf = (on: string): string => (on.includes(':') ? on : `port ${on}`);

/** `ready on :5432 (2.1s)`. */
export function isReady({ ready, on = '' }: PlannedService, ms: number, isAdopted = false): string {
  const where =
    ready === 'port' ? ` on ${on.includes(':') ? on : `:${on}`}` : ready === 'url' ? ` at ${on}` : '';
  return `${ready === 'started' ? 'up' : `ready${where}`} (${isAdopted ? 'it was up already' : formatDuration(ms)})`;
}

/** Of one that nobody needs but who asked for it. */
export const UNTIL_STOPPED = 'Ctrl-C stops it';

/** `ready after 2.1s, up for 12.0s`. */
export function wasUp({ readyMs, upMs = 0 }: ServiceReport): string | undefined {
  return readyMs === undefined
    ? undefined
    : `ready after ${formatDuration(readyMs)}, up for ${formatDuration(upMs)}`;
}

/** Of a task that goes on and on. */
export const perhapsServer = (id: string): Text =>
  say`${task(id)} is still running; if it is a server, say so: ${code('service: true')}`;

/** Of one that was stopped. */
export const wasPerhapsServer = (id: string): Text =>
  say`if ${task(id)} is a server that never ends, say so: ${code('service: true')}`;
