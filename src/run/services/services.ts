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
    const commands = new ServiceCommands({
      ...{
        task: task as Task & { service: Service },
        root: config.root,
        executor,
        host: this.#host,
        onReady,
      },
    });
    this.#running.set(task.id, commands);
    return { ...own, executor: commands };
  }

  /** The commands of a task are over. */
  ended(task: Task, { status, reason = 'failed', output }: Executed): void {
    this.#ends.delete(task.id);
    if (task.service === undefined) return;
    this.#running.delete(task.id);
    if (status === 'failed') this.#gone.set(task.id, { reason, lines: output.tail.slice(-LAST_LINES) });
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
