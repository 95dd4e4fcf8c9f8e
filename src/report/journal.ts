// The journal's text becomes events again. Knows nothing of files.

import type { Event } from '../model/event.ts';

/**
 * The events of `events.ndjson`. A killed run may leave a torn last line, which is left out; so is all that follows a
 * damaged line, since only an unbroken beginning of the journal is known to be true.
 */
export function parseJournal(text: string): Event[] {
  const events: Event[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const event = parseEvent(line);
    if (!event) break;
    events.push(event);
  }
  return events;
}

/** ptask wrote the line itself, so that it is whole is all there is to check. No beginning of an object is an object. */
function parseEvent(line: string): Event | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return undefined;
    const { type, at } = value as Partial<Event>;
    return typeof type === 'string' && typeof at === 'number' ? (value as Event) : undefined;
  } catch {
    return undefined;
  }
}
