// Ctrl-C and its kin. The first asks the run to stop in good order, the second stops it at once.

import { constants } from 'node:os';

export interface SignalWatch {
  aborts: { signal: AbortSignal; kill: AbortSignal };
  received(): NodeJS.Signals | undefined;
  release(): void;
}

const SIGNALS: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export function watchSignals(): SignalWatch {
  const stop = new AbortController();
  const kill = new AbortController();
  let first: NodeJS.Signals | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    if (first !== undefined) kill.abort(name);
    first ??= name;
    stop.abort(name);
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    aborts: { signal: stop.signal, kill: kill.signal },
    received: () => first,
    release: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}

/** As shells count. */
export const exitCodeOf = (signal: NodeJS.Signals = 'SIGINT'): number => 128 + constants.signals[signal];
