// Where the events of a run go, with what is secret masked: first into the journal, then to who listens. Neither may
// break the run: when one of them fails, the tasks are stopped in good order, and what failed is told at the end.

import { elapsed } from '../../base/elapsed.ts';
import type { Event, TaskFinished } from '../../model/event.ts';
import type { Masker } from '../masking/masking.ts';
import type { News } from './context.ts';
import type { Journal } from './journal.ts';
import type { UndoLog } from './undo-log.ts';

export interface EventSinkOptions {
  journal: Journal;
  /** Is told which tasks are over. */
  undoLog: UndoLog;
  onEvent: ((event: Event) => void) | undefined;
  /** Stops the tasks. */
  abort: AbortController;
  masker: Masker;
}

/** Characters of output that are held back: of all tasks at once it may be more than there is room for. */
const MOST_TEXT = 65_536;

export class EventSink {
  readonly #options: EventSinkOptions;
  readonly #begin = elapsed();
  /** What has happened together so far, where something does. */
  #together: Event[] | undefined;
  /** Characters of output in that. */
  #length = 0;
  /** Why the journal ends early. */
  failure: string | undefined;
  /** What the listener threw; it hears no more. */
  thrown: { error: unknown } | undefined;

  constructor(options: EventSinkOptions) {
    this.#options = options;
  }

  emit(news: News): void {
    const { type, ...rest } = news;
    const at = Math.round((elapsed() - this.#begin) * 10) / 10;
    const event = this.#options.masker.event({ type, at, ...rest } as Event);
    if (this.#together === undefined) {
      this.#deliver([event]);
      return;
    }
    this.#together.push(event);
    if ('text' in event) this.#length += event.text.length;
    if (this.#length > MOST_TEXT) this.#flush([]);
  }

  /** What is emitted by this happens together: it is written in one go, or in few where it is much, and then everybody hears of it. */
  together(work: () => void): void {
    if (this.#together !== undefined) {
      work();
      return;
    }
    this.#together = [];
    try {
      work();
    } finally {
      this.#flush(undefined);
    }
  }

  #flush(next: Event[] | undefined): void {
    const events = this.#together ?? [];
    this.#together = next;
    this.#length = 0;
    this.#deliver(events);
  }

  #deliver(events: readonly Event[]): void {
    this.#write(events);
    for (const event of events) this.#tell(event);
    const over = events.filter(({ type }) => type === 'task-finished') as TaskFinished[];
    this.#options.undoLog.write(...over.map(({ id, status }) => ({ op: 'over' as const, task: id, status })));
  }

  #write(events: readonly Event[]): void {
    if (this.failure !== undefined) return;
    const { journal, abort } = this.#options;
    try {
      journal.write(events);
    } catch (error) {
      this.failure = `the journal cannot be written: ${(error as Error).message}`;
      abort.abort();
    }
  }

  #tell(event: Event): void {
    if (this.thrown !== undefined) return;
    const { onEvent, abort } = this.#options;
    try {
      onEvent?.(event);
    } catch (error) {
      this.thrown = { error };
      abort.abort();
    }
  }
}
