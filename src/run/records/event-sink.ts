// Where the events of a run go, with what is secret masked: first into the journal, then to who listens. Neither may
// break the run: when one of them fails, the tasks are stopped in good order, and what failed is told at the end.

import { elapsed } from '../../base/elapsed.ts';
import type { Event } from '../../model/event.ts';
import type { Masker } from '../masking/masking.ts';
import type { News } from './context.ts';
import type { Journal } from './journal.ts';

export class EventSink {
  readonly #journal: Journal;
  readonly #onEvent: ((event: Event) => void) | undefined;
  readonly #abort: AbortController;
  readonly #masker: Masker;
  readonly #begin = elapsed();
  /** Why the journal ends early. */
  failure: string | undefined;
  /** What the listener threw; it hears no more. */
  thrown: { error: unknown } | undefined;

  constructor(
    journal: Journal,
    onEvent: ((event: Event) => void) | undefined,
    abort: AbortController,
    masker: Masker,
  ) {
    this.#journal = journal;
    this.#onEvent = onEvent;
    this.#abort = abort;
    this.#masker = masker;
  }

  emit(news: News): void {
    const { type, ...rest } = news;
    const at = Math.round((elapsed() - this.#begin) * 10) / 10;
    const event = this.#masker.event({ type, at, ...rest } as Event);
    this.#write(event);
    if (this.thrown !== undefined) return;
    try {
      this.#onEvent?.(event);
    } catch (error) {
      this.thrown = { error };
      this.#abort.abort();
    }
  }

  #write(event: Event): void {
    if (this.failure !== undefined) return;
    try {
      this.#journal.write(event);
    } catch (error) {
      this.failure = `the journal cannot be written: ${(error as Error).message}`;
      this.#abort.abort();
    }
  }
}
