// What a bench is asked for on its command line. An option that this bench does not have is refused.

import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const EVERY = {
  quick: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  rounds: { type: 'string' },
  ptask: { type: 'string', default: fileURLToPath(new URL('../../bin/ptask.cjs', import.meta.url)) },
} as const;
const OF_COMPARE = {
  only: { type: 'string' },
  graph: { type: 'string' },
  markdown: { type: 'boolean', default: false },
} as const;
const OF_GUARD = { write: { type: 'boolean', default: false } } as const;

const bench = basename(process.argv[1] ?? '', '.ts');

/** Of this bench; those that it does not have are at their defaults. */
export const { values } = parseArgs({
  options: {
    ...EVERY,
    ...(bench === 'compare' ? OF_COMPARE : ({} as typeof OF_COMPARE)),
    ...(bench === 'guard' ? OF_GUARD : ({} as typeof OF_GUARD)),
  },
});

/** Tiny sizes and one round: for trying the bench, not for measuring. */
export const { quick } = values;

/** The command under test. */
export const ptask = resolve(values.ptask);
