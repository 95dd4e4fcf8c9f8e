// The program that sweeps a store in the background: `sweep.cjs <folder> <mode> <bytes> <milliseconds>`. Whatever goes wrong, it is
// silent, and the next run that finds a sweep due has it tried again.

import { constants, setPriority } from 'node:os';
import { orElse } from '../base/error-code.ts';
import { StoreFolder } from './store-folder.ts';
import { sweepOnce } from './sweep-once.ts';

const [folder = '', mode, maxSize, maxAgeMs] = process.argv.slice(2);

orElse(() => setPriority(constants.priority.PRIORITY_LOW), undefined);
orElse(
  () =>
    sweepOnce(new StoreFolder(folder, Number(mode)), {
      maxSize: Number(maxSize),
      maxAgeMs: Number(maxAgeMs),
    }),
  undefined,
);
