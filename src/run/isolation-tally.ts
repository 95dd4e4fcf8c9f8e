// What isolating tasks has come to in this run, counted as its events come by.

import { elapsed } from '../base/elapsed.ts';
import { type IsolatedRun, pairOf } from '../plan/isolation-memory.ts';
import type { News } from './records/context.ts';

export class IsolationTally {
  readonly #costs = new Map<string, number>();
  /** Since when a task is being integrated. */
  readonly #integrating = new Map<string, number>();
  readonly #isolated = new Set<string>();
  readonly #collided = new Set<string>();
  readonly #done = new Set<string>();

  hear(news: News): void {
    switch (news.type) {
      case 'workspace-ready':
        this.#add(news.id, news.durationMs);
        return;
      case 'task-integrating':
        this.#integrating.set(news.id, elapsed());
        return;
      case 'task-collided':
        // What a rule of the config has settled has cost nothing.
        for (const { tasks, resolution } of news.conflicts)
          if (resolution === 'rerun' || resolution === 'abort')
            for (const other of tasks.slice(1)) this.#collided.add(pairOf(news.id, other));
        return;
      case 'task-finished': {
        const begin = this.#integrating.get(news.id);
        if (begin !== undefined) this.#add(news.id, elapsed() - begin);
        if (news.status !== 'passed') return;
        this.#done.add(news.id);
        if (this.#costs.has(news.id)) this.#isolated.add(news.id);
      }
    }
  }

  #add(id: string, ms: number): void {
    this.#costs.set(id, (this.#costs.get(id) ?? 0) + ms);
  }

  outcome(): IsolatedRun {
    const costs = [...this.#isolated].map((id) => this.#costs.get(id) ?? 0);
    return { costs, isolated: this.#isolated, collided: this.#collided, done: this.#done };
  }
}
