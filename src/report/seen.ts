// What the events of a run say, before anything is concluded from them.

import type { Event, RunStarted, TaskFinished, TaskStarted, ValidationFinished } from '../model/event.ts';

export interface Seen {
  run: RunStarted;
  /** The time of the latest event, those that the journal leaves out not counted. */
  lastAt: number;
  ended: boolean;
  interrupted: boolean;
  firstFailure?: string;
  starts: Map<string, { first: TaskStarted; latest: TaskStarted }>;
  /** Since when a task waits for its next attempt, and how long it has waited before others. */
  waits: Map<string, { since: number | undefined; ms: number }>;
  results: Map<string, TaskFinished>;
  /** In the order in which the steps are run, which is that of `run.validation`. */
  validation: { name: string; startedAt?: number; result?: ValidationFinished }[];
}

/** Throws where the first event is not `run-started`. Stops at `run-finished`. */
export function gather(events: Iterable<Event>): Seen {
  let seen: Seen | undefined;
  for (const event of events) {
    if (event.type === 'run-started') seen ??= begin(event);
    else if (!seen) throw new Error(`a run begins with run-started, not with ${event.type}`);
    else note(seen, event);
    if (event.type === 'run-finished') break;
  }
  if (!seen) throw new Error('there are no events to make a report of');
  return seen;
}

function begin(run: RunStarted): Seen {
  return {
    run,
    lastAt: run.at,
    ended: false,
    interrupted: false,
    starts: new Map(),
    waits: new Map(),
    results: new Map(),
    validation: run.validation.map((name) => ({ name })),
  };
}

function note(seen: Seen, event: Event): void {
  switch (event.type) {
    case 'task-output':
    case 'validation-output':
      return; // The journal leaves them out, so a report may not depend on them.
    case 'task-started':
      seen.starts.set(event.id, { first: seen.starts.get(event.id)?.first ?? event, latest: event });
      seen.waits.set(event.id, { since: undefined, ms: waited(seen, event.id, event.at) });
      break;
    case 'task-retrying':
      seen.waits.set(event.id, { since: event.at, ms: waited(seen, event.id, event.at) });
      break;
    case 'task-finished':
      seen.results.set(event.id, event);
      seen.waits.set(event.id, { since: undefined, ms: waited(seen, event.id, event.at) });
      if (event.status === 'failed') seen.firstFailure ??= event.id;
      break;
    case 'run-stopping':
      if (event.reason === 'interrupt') seen.interrupted = true;
      break;
    case 'validation-started':
    case 'validation-finished':
      noteValidation(seen, event);
      break;
    case 'run-finished':
      seen.ended = true;
      break;
  }
  seen.lastAt = Math.max(seen.lastAt, event.at);
}

/** How long a task has waited between its attempts until then. */
export function waited(seen: Seen, id: string, at: number): number {
  const wait = seen.waits.get(id);
  if (!wait) return 0;
  return wait.ms + (wait.since === undefined ? 0 : Math.max(0, at - wait.since));
}

/** Two steps may have one name, so an event belongs to the first of that name without a result. */
function noteValidation(
  seen: Seen,
  event: Extract<Event, { type: `validation-${'started' | 'finished'}` }>,
): void {
  let step = seen.validation.find((each) => each.name === event.name && !each.result);
  if (!step) {
    step = { name: event.name };
    seen.validation.push(step);
  }
  if (event.type === 'validation-started') step.startedAt = event.at;
  else {
    step.result = event;
    if (event.status === 'failed') seen.firstFailure ??= event.name;
  }
}
