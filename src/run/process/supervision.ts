// The commands that run: whatever asks for their end, or ends this process, they do not outlive it.

import type { Readable } from 'node:stream';
import { type Kin, stopperOf } from './family.ts';
import { STACK } from './process-table.ts';

/** What is true of all commands of a run. */
export interface ProcessesOptions {
  /** SIGKILL at once. */
  kill: AbortSignal;
  /** Between SIGTERM to a command's group and SIGKILL to what is left of it. */
  graceMs: number;
  /** Hears that there will be a process group; what comes back hears of it, by its leader, as soon as there is. */
  onGroup(): (pid: number) => void;
  /** Hears of a command that has no group of its own, but is in ours. */
  onRaw(pid: number): void;
}

export interface Supervised {
  /** Ends what is left of the command, in good order. */
  terminate(): void;
  /** Asks it again to end, if it was asked: it may not have been able to hear. */
  repeat(): void;
  /** Whether something of it is still there, wherever it is. */
  isAlive(): boolean;
  kill(): void;
  /** Resolves once nothing is left of a command that is over. From then on its number may be somebody else's. */
  over(): Promise<void>;
}

export interface SupervisionOptions extends Pick<ProcessesOptions, 'kill' | 'graceMs'> {
  /** Stops it in good order. */
  stop: AbortSignal;
  /** Called before it is asked to end. */
  onStop?(): void;
}

const running = new Set<Kin>();

export const commandsRunning = (): number => running.size;

const killAll = (): void => {
  for (const family of running) family.kill();
};

export function supervise(family: Kin, { stop, kill, graceMs, onStop }: SupervisionOptions): Supervised {
  if (running.size === 0) process.on('exit', killAll);
  running.add(family);
  const stopper = stopperOf(family, graceMs);
  const terminate = (): void => stopper.terminate();
  const stopNow = (): void => {
    onStop?.();
    terminate();
  };
  const killNow = (): void => stopper.kill();
  stop.addEventListener('abort', stopNow, { once: true });
  kill.addEventListener('abort', killNow, { once: true });
  if (stop.aborted) stopNow();
  if (kill.aborted) killNow();
  return {
    terminate,
    repeat: () => stopper.repeat(),
    isAlive: () => family.isAlive(),
    kill: () => family.kill(),
    async over() {
      await stopper.done();
      stop.removeEventListener('abort', stopNow);
      kill.removeEventListener('abort', killNow);
      running.delete(family);
      if (running.size === 0) process.off('exit', killAll);
    },
  };
}

/** How many have begun. */
let count = 0;

/** Every command has one of its own: what a ptask starts in it is told from what one starts in another. */
export const ownStack = (env: Record<string, string | undefined>): string | undefined =>
  env[STACK] && `${env[STACK]}#${++count}`;

/** How long to go on reading once a command and its group are gone: somebody outside may hold the pipe open. */
const DRAIN_MS = 500;

/** Resolves once it is closed, be it by us. */
export async function readToEnd(stream: Readable): Promise<void> {
  if (stream.closed) return;
  const closed = new Promise<void>((done) => stream.once('close', done));
  // A timer that is late comes before what there is to read, an immediate after it.
  const drain = setTimeout(() => setImmediate(() => stream.destroy()), DRAIN_MS);
  await closed;
  clearTimeout(drain);
}
