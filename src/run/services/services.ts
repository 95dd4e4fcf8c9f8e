// The services of one run, and what their end means for who needs them. Unaware of the order of tasks.

import type { Service, Task } from '../../config/config.ts';
import type { Executed } from '../executor/execute.ts';
import type { RunContext } from '../records/context.ts';
import type { ServiceHost } from './host.ts';
import { ServiceCommands } from './service-commands.ts';

/** Lines of a service that its end is told with. */
const LAST_LINES = 5;

export class Services {
  readonly #context: RunContext;
  readonly #host: ServiceHost | undefined;
  readonly #running = new Map<string, ServiceCommands>();
  /** Why each service that has ended by itself has, with its last lines. */
  readonly #gone = new Map<string, { reason: string; lines: readonly string[] }>();
  /** What has run in this run, or was started anew. */
  readonly #ran = new Set<string>();
  /** Of what runs: ends it alone. */
  readonly #ends = new Map<string, AbortController>();

  constructor(context: RunContext, host: ServiceHost | undefined) {
    this.#context = context;
    this.#host = host;
  }

  /** What a task is run with that is a service or needs one. @param onReady of a service */
  contextOf(task: Task, onReady: (isAdopted: boolean) => void): RunContext {
    const { config, executor, stop } = this.#context;
    const end = new AbortController();
    this.#ends.set(task.id, end);
    const own: RunContext = {
      ...this.#context,
      stop: AbortSignal.any([stop, end.signal]),
      // A run that is stopped stops all, and this is no failure of any of them.
      whyFailed: () => (stop.aborted ? undefined : end.signal.reason),
    };
    if (task.service === undefined) return own;
    const needs = this.#needsOf(task);
    const commands = new ServiceCommands({
      ...{ task: task as Task & { service: Service }, root: config.root, executor, host: this.#host, needs },
      isOutdated: () => [...needs].some((id) => this.#ran.has(id)),
      onReady: (isAdopted) => {
        if (!isAdopted) this.ran(task.id);
        onReady(isAdopted);
      },
    });
    this.#running.set(task.id, commands);
    return { ...own, executor: commands };
  }

  /** The commands of a task are over. */
  ended(task: Task, { status, reason = 'failed', output }: Executed): void {
    this.#ends.delete(task.id);
    if (task.service === undefined) {
      this.ran(task.id);
      return;
    }
    this.#running.delete(task.id);
    if (status === 'failed') this.#gone.set(task.id, { reason, lines: output.tail.slice(-LAST_LINES) });
  }

  /** What it has done is there anew. */
  ran(id: string): void {
    this.#ran.add(id);
  }

  #needsOf({ needs }: Task): ReadonlySet<string> {
    const byId = new Map(this.#context.config.tasks.map((task) => [task.id, task]));
    const found = new Set(needs);
    for (const id of found) for (const need of byId.get(id)?.needs ?? []) found.add(need);
    return found;
  }

  /** Nobody needs it any more. */
  release(id: string): void {
    this.#running.get(id)?.release();
  }

  /** Ends a task, which has failed with that: a service that it needs is gone. */
  fail(id: string, service: string): void {
    const { reason = 'failed', lines = [] } = this.#gone.get(service) ?? {};
    const end = this.#ends.get(id);
    end?.abort({ reason: `its service ${service} ${reason.replace(' while it was needed', '')}`, lines });
    // One that is up waits for nothing else.
    this.#running.get(id)?.release();
  }
}
