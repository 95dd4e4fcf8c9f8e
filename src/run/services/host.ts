// Where servers live that outlive a run, as those of `ptask watch` do between one run and the next.

import { type Environment, graceIn } from '../process/environment.ts';
import type { Command } from '../process/executor.ts';
import { openPipes } from '../process/pipes.ts';
import { Processes } from '../process/process.ts';
import type { ProcessesOptions } from '../process/supervision.ts';
import { compare, type Fingerprints } from '../workspace/fingerprints.ts';
import { howEnded, Server } from './server.ts';

/** What a server was made from. */
export interface Origin {
  /** All that its definition says, as one text. */
  definition: string;
  /** The files that it declares to read, as they were when it started. */
  reads: Fingerprints;
  /** What it needs, through whatever others. */
  needs: ReadonlySet<string>;
}

/** Hears of the process groups that a run is to find again if it is killed. */
export type Ledger = ProcessesOptions['onGroup'];

export interface ServiceHostOptions {
  /** SIGKILL at once to all servers. */
  kill?: AbortSignal;
  /** Milliseconds between SIGTERM and SIGKILL. Default: as for tasks. */
  graceMs?: number;
  env?: Environment;
  /** Hears that one has ended by itself, be it in a run or between two, and how, a clause: `exit code 1`. */
  onEnded?: (id: string, how: string) => void;
}

interface Living extends Origin {
  server: Server;
  /** The group that it leads, once there is one. */
  readonly pid: number | undefined;
}

/**
 * By default the services of a run end with it. Whoever runs a config again and again hands one of these into each run
 * (`services` of `RunOptions`), and closes it at the end: then a service that is no longer needed stays up and the next run
 * takes it over, as long as its definition, its environment and the files that it declares to read are as they were, and nothing that it needs has
 * run again; otherwise that run stops it first and starts it anew, and so what needs it. So that a run ends at all, services that only a person asked for (`ptask dev`) do not keep it waiting:
 * they stay up after it as well.
 *
 * ```ts
 * const services = new ServiceHost();
 * for (;;) { await runPlan(config, plan, { services, … }); await somethingChanged(); }
 * await services.close();
 * ```
 *
 * One run at a time. A kill of this process in the middle of a run is put right by the next command like that of any other
 * run, which finds the groups of all servers in that run's undo log.
 */
export class ServiceHost {
  readonly #living = new Map<string, Living>();
  readonly #options: Pick<ProcessesOptions, 'kill' | 'graceMs'>;
  readonly #closePipes = openPipes(false);
  #ledger: Ledger | undefined;

  readonly #onEnded: ServiceHostOptions['onEnded'];

  constructor({ kill, graceMs, env = process.env, onEnded }: ServiceHostOptions = {}) {
    this.#onEnded = onEnded;
    this.#options = { kill: kill ?? new AbortController().signal, graceMs: graceMs ?? graceIn(env) };
  }

  /** The names of the services that are up. */
  get names(): string[] {
    return [...this.#living.keys()];
  }

  /** A run begins: it is told of all groups that live, and of those that are started until it ends. */
  enter(ledger: Ledger): void {
    this.#ledger = ledger;
    for (const { pid } of this.#living.values()) if (pid !== undefined) ledger()(pid);
  }

  /** The run is over: nobody listens to the servers any more. */
  leave(): void {
    this.#ledger = undefined;
    for (const { server } of this.#living.values()) server.tell(() => {});
  }

  /**
   * The server of this service that is up and still the right one. One that is not is stopped first, after those that need it, and so are these
   * where it has ended by itself.
   */
  async adopt(id: string, { definition, reads }: Origin, isOutdated: boolean): Promise<Server | undefined> {
    const living = this.#living.get(id);
    const isSame = living?.definition === definition && compare(living.reads, reads).length === 0;
    if (living?.server.ended === undefined && isSame && !isOutdated) return living.server;
    for (const other of this.names.reverse())
      if (other === id || this.#living.get(other)?.needs.has(id)) await this.stop(other);
    return undefined;
  }

  start(id: string, origin: Origin, command: Command): Server {
    let pid: number | undefined;
    const processes = new Processes({
      ...this.#options,
      onGroup: () => {
        const announce = this.#ledger?.();
        return (leader) => {
          pid = leader;
          announce?.(leader);
        };
      },
      // No service is raw.
      onRaw() {},
    });
    const server = new Server(processes, command);
    const living: Living = {
      ...origin,
      server,
      get pid() {
        return pid;
      },
    };
    this.#living.set(id, living);
    const forget = (): void => {
      processes.close();
      if (this.#living.get(id) === living) this.#living.delete(id);
    };
    server.result.then((ended) => {
      forget();
      if (!server.isStopped) this.#onEnded?.(id, howEnded(ended));
    }, forget);
    return server;
  }

  /** Resolves once nothing of it is left. */
  async stop(id: string): Promise<void> {
    const living = this.#living.get(id);
    living?.server.stop();
    await living?.server.result.catch(() => {});
  }

  /** Stops all, those that were started last first. */
  async close(): Promise<void> {
    for (const id of this.names.reverse()) await this.stop(id);
    this.#closePipes();
  }
}
