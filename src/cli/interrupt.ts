// Ctrl-C and its kin. The first asks the run to stop in good order, a later one stops it at once, and in the end ptask dies
// of the signal itself: a shell goes on with its loop after a command that merely exits.

import { constants } from 'node:os';
import { elapsed } from '../base/elapsed.ts';

export interface SignalWatch {
  aborts: { signal: AbortSignal; kill: AbortSignal };
  received(): NodeJS.Signals | undefined;
  /** Ctrl-C is for somebody else until what comes back is called; what came meanwhile counts then, if it is meant for us as well. */
  lend(): (isMeant: boolean) => void;
  release(): void;
}

const IN_ORDER: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const isProfiled = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((each) =>
  /prof|inspect/.test(each),
);

/**
 * Ctrl-\\ has never been anything but a way to end at once, and the others would: a limit is reached, a timer is up, power
 * fails. What comes of a fault in the program itself (SIGSEGV and its kin) cannot be caught well, SIGUSR1 opens Node's
 * debugger, and SIGPROF may be the profiler's.
 */
const AT_ONCE = (
  [
    'SIGQUIT',
    'SIGABRT',
    'SIGALRM',
    ...(isProfiled ? [] : (['SIGPROF'] as const)),
    'SIGPWR',
    'SIGSTKFLT',
    'SIGSYS',
    'SIGTRAP',
    'SIGUSR2',
    'SIGVTALRM',
    'SIGXCPU',
    'SIGXFSZ',
    // Elsewhere nobody ends for it.
    ...(process.platform === 'linux' ? (['SIGIO'] as const) : []),
  ] as NodeJS.Signals[]
).filter((name) => name in constants.signals);

const SIGNALS = [...IN_ORDER, ...AT_ONCE];

/**
 * Milliseconds. npm and npx pass on the Ctrl-C that the terminal has given to ptask as well, and a terminal that closes
 * sends one signal and who runs in it another: what comes so soon is the same wish once more, and nobody's impatience.
 */
const ECHO_MS = 500;

export function watchSignals(): SignalWatch {
  const stop = new AbortController();
  const kill = new AbortController();
  let first: { name: NodeJS.Signals; at: number } | undefined;
  /** Whether one has come that is for somebody else, as long as they are. */
  let lent: { hasCome: boolean } | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    if (lent !== undefined && name === 'SIGINT') {
      lent.hasCome = true;
      return;
    }
    const now = elapsed();
    first ??= { name, at: now };
    stop.abort(first.name);
    if (AT_ONCE.includes(name) || now - first.at > ECHO_MS) kill.abort(name);
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    aborts: { signal: stop.signal, kill: kill.signal },
    received: () => first?.name,
    lend() {
      lent = { hasCome: false };
      return (isMeant) => {
        const hasCome = lent?.hasCome ?? false;
        lent = undefined;
        if (hasCome && isMeant) onSignal('SIGINT');
      };
    },
    release: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}

/**
 * Has the process end by a signal, as its very last deed. Comes back with the exit code that shells make of that, for where
 * a signal ends nobody: on Windows, and in the first process of a container.
 */
export function dieOf(signal: NodeJS.Signals = 'SIGINT'): number {
  process.once('exit', () => {
    if (process.platform !== 'win32') process.kill(process.pid, signal);
  });
  return 128 + constants.signals[signal];
}
