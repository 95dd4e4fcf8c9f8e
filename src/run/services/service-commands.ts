// The commands of one service: all but the last come before the server, and the last one is the server. To who runs them it is
// one command after the other, of which the last lasts as long as the service is needed.

import { formatDuration } from '../../base/duration.ts';
import { elapsed } from '../../base/elapsed.ts';
import type { Service, Task } from '../../config/config.ts';
import { failureOf } from '../executor/attempt.ts';
import type { Command, CommandResult, Executor, Running } from '../process/executor.ts';
import { reachOf } from '../workspace/reach.ts';
import type { Origin, ServiceHost } from './host.ts';
import { accepts, LogWatch, type Look, localPort, lookFor } from './readiness.ts';
import { mayStayUp } from './scheduled-services.ts';
import { howEnded, Server } from './server.ts';

export interface ServiceCommandsOptions {
  task: Task & { service: Service };
  /** Of the config. */
  root: string;
  /** What runs commands of tasks. */
  executor: Executor;
  /** There where servers outlive the run. */
  host: ServiceHost | undefined;
  /** What it needs, through whatever others. */
  needs: ReadonlySet<string>;
  /** Whether something of that has run in this run: one that is up is not to be kept then. */
  isOutdated(): boolean;
  /** It is ready. @param isAdopted it was up before */
  onReady(isAdopted: boolean): void;
}

/** What differs from run to run, and with the width of the screen. */
const OF_A_RUN = /^(?:PTASK_\w*|COLUMNS)$/;

/** Milliseconds in which a server that cannot run at all has ended. */
const SETTLE_MS = 100;
/** Between two looks, at first and at most. */
const FIRST_MS = 25;
const MOST_MS = 500;

export class ServiceCommands implements Executor {
  readonly #options: ServiceCommandsOptions;
  readonly #released = new AbortController();
  readonly #final = new AbortController();
  /** How many of the commands of this attempt have begun. */
  #begun = 0;
  #origin: Origin | undefined;
  #adopted: Server | undefined;

  constructor(options: ServiceCommandsOptions) {
    this.#options = options;
  }

  start(command: Command): Running {
    return { result: this.#run(command) };
  }

  /** Once it is ready it is not tried again: what needs it has seen it end. Nor when nobody needs it any more. */
  get final(): AbortSignal {
    return this.#final.signal;
  }

  /** Nobody needs it any more. */
  release(): void {
    this.#released.abort();
    this.#final.abort();
  }

  async #run(command: Command): Promise<CommandResult> {
    const { task, executor } = this.#options;
    if (this.#begun === 0) await this.#look(command);
    this.#begun += 1;
    if (this.#begun === task.run.length) {
      this.#begun = 0;
      return this.#serve(command);
    }
    if (this.#adopted !== undefined) return { exitCode: 0, isAllOver: true };
    const stop = AbortSignal.any([command.stop, this.#released.signal]);
    const result = await executor.start({ ...command, stop }).result;
    // The next command is the first one of another attempt.
    if (failureOf(result) !== undefined) this.#begun = 0;
    return this.#released.signal.aborted ? { exitCode: 0 } : result;
  }

  /** Whether it is up already. */
  async #look({ env }: Command): Promise<void> {
    const { task, root, host, needs } = this.#options;
    if (host === undefined) return;
    const { run, cwd, shell, service, reads } = task;
    const lasting = Object.entries(env).filter(([name]) => !OF_A_RUN.test(name));
    const definition = JSON.stringify([run, cwd, shell, service, lasting.sort()]);
    this.#origin = { definition, reads: (await reachOf(root, reads)).look(), needs };
    this.#adopted = await host.adopt(task.id, this.#origin, this.#options.isOutdated());
  }

  async #serve(command: Command): Promise<CommandResult> {
    if (this.#released.signal.aborted) return { exitCode: 0 };
    const server = this.#adopted;
    this.#adopted = undefined;
    if (server !== undefined) {
      server.tell(command.onOutput);
      return this.#untilReleased(server, command, true);
    }
    const port = localPort(this.#options.task.service.ready);
    // Somebody else's server would be taken for this one.
    if (port !== undefined && (await accepts({ host: undefined, port }, command.stop)))
      return { exitCode: null, error: `port ${port} is already in use by another process` };
    return this.#startAndServe(command);
  }

  async #startAndServe(command: Command): Promise<CommandResult> {
    const { task, executor, host } = this.#options;
    const log = new LogWatch(task.service.ready);
    const onOutput = (chunk: Buffer): void => {
      log.hear(chunk);
      command.onOutput(chunk);
    };
    const heard = { ...command, onOutput };
    const server =
      host === undefined ? new Server(executor, heard) : host.start(task.id, this.#origin as Origin, heard);
    const stop = (): void => server.stop();
    const ends = [command.stop, this.#released.signal];
    for (const end of ends) end.addEventListener('abort', stop, { once: true });
    if (ends.some(({ aborted }) => aborted)) stop();
    let failure: string | undefined;
    try {
      failure = await this.#becomeReady(server, command, log);
    } catch (error) {
      // Whatever it is, nothing is left of it.
      server.stop();
      await server.result;
      throw error;
    }
    for (const end of ends) end.removeEventListener('abort', stop);
    if (failure === undefined) {
      server.tell(command.onOutput);
      return this.#untilReleased(server, command, false);
    }
    server.stop();
    const result = await server.result;
    if (this.#released.signal.aborted) return { exitCode: 0 };
    if (command.stop.aborted) return result;
    return { ...result, error: failure };
  }

  /** Why it is not ready, a clause; undefined once it is. */
  async #becomeReady(server: Server, command: Command, log: LogWatch): Promise<string | undefined> {
    const { task, executor } = this.#options;
    const { ready, timeoutMs } = task.service;
    const over = new AbortController();
    void server.result.catch(() => {}).then(() => over.abort());
    const stop = AbortSignal.any([command.stop, this.#released.signal, over.signal]);
    const timer = timeoutMs > 0 ? setTimeout(() => over.abort(), timeoutMs) : undefined;
    const { shell, cwd, env } = command;
    const look = lookFor(ready, {
      log,
      runCommand: (text, stop) =>
        executor.start({ command: text, shell, cwd, env, stop, onOutput: () => {} }).result,
    });
    try {
      const last = await lookUntil(look, ready.by === 'started' ? SETTLE_MS : 0, stop);
      const { ended } = server;
      if (ended !== undefined) return endedEarly(ended);
      return last && `not ready after ${formatDuration(timeoutMs).replace('.0s', 's')}: ${last}`;
    } finally {
      clearTimeout(timer);
    }
  }

  async #untilReleased(server: Server, { stop }: Command, isAdopted: boolean): Promise<CommandResult> {
    const { onReady, host, task } = this.#options;
    this.#final.abort();
    onReady(isAdopted);
    const { signal } = this.#released;
    const released = new Promise<void>((done) => {
      if (signal.aborted) done();
      else signal.addEventListener('abort', () => done(), { once: true });
    });
    await Promise.race([server.result, released]);
    if (server.ended !== undefined)
      return { ...server.ended, error: `ended while it was needed (${howEnded(server.ended)})` };
    // Where somebody keeps it, it goes with the run only if that is stopped.
    if (host !== undefined && mayStayUp(task) && !stop.aborted) return { exitCode: 0 };
    server.stop();
    const result = await server.result;
    return stop.aborted ? result : { exitCode: 0 };
  }
}

function endedEarly(ended: CommandResult): string {
  const how = `ended before it was ready (${howEnded(ended)})`;
  return ended.exitCode === 0 ? `${how}; the command of a service stays in the foreground` : how;
}

/** Looks again and again; the last reason why not where it was stopped before. */
async function lookUntil(look: Look, settleMs: number, stop: AbortSignal): Promise<string | undefined> {
  const began = elapsed();
  let last = 'it was stopped';
  await pause(settleMs, stop);
  for (let delay = FIRST_MS; !stop.aborted; delay = Math.min(delay * 1.5, MOST_MS)) {
    const why = await look(stop);
    if (why === undefined && !stop.aborted) return undefined;
    if (why !== undefined && !(stop.aborted && elapsed() === began)) last = why;
    await pause(delay, stop);
  }
  return last;
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  if (ms === 0 || stop.aborted) return Promise.resolve();
  return new Promise((done) => {
    const end = (): void => {
      clearTimeout(timer);
      stop.removeEventListener('abort', end);
      done();
    };
    const timer = setTimeout(end, ms);
    stop.addEventListener('abort', end, { once: true });
  });
}
