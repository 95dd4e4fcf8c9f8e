// Starts the sweep of a store as a process that outlives this one and that nobody waits for.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startProcess } from '../base/start-process.ts';
import type { StoreFolder } from './store-folder.ts';
import type { Limits } from './sweep.ts';

const PROGRAM = 'sweep.cjs';

/** Does nothing where ptask is run from its sources, or was made a part of something else. */
export function startSweep(store: StoreFolder, { maxSize, maxAgeMs }: Limits): void {
  const program = programFile();
  if (program === undefined) return;
  const args = [program, store.path, store.mode, maxSize, maxAgeMs].map(String);
  const { child } = startProcess(process.execPath, args, {
    cwd: store.path,
    detached: true,
    stdio: 'ignore',
  });
  child?.unref();
}

/** Of `dist`, beside what this is built into or a folder above it. */
const programFile = (): string | undefined =>
  [import.meta.dirname, dirname(import.meta.dirname)]
    .map((folder) => join(folder, PROGRAM))
    .find((file) => existsSync(file));
