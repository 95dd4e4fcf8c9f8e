// What becomes of results that conflict: from `onCollision` as it is written to what code reads.

import type { WrittenConfig, Resolution as WrittenResolution } from '../model/written-config.ts';
import type { Config, Resolution } from './config.ts';
import { listOf } from './lists.ts';

/** Where nothing is said. */
export const RERUN = { kind: 'rerun', limit: 3 } as const;

/** Path by path; the last entry is for every path. */
export function collisions(written: WrittenConfig['onCollision'] = 'rerun'): Config['onCollision'] {
  if (!Array.isArray(written)) return [{ path: undefined, use: resolution(written) }];
  const byPath = written.map(({ path, use }) => ({ path: [...listOf(path)], use: resolution(use) }));
  return [...byPath, { path: undefined, use: RERUN }];
}

function resolution(written: WrittenResolution): Resolution {
  if (written === 'rerun') return RERUN;
  if (typeof written === 'string') return { kind: written as 'ours' | 'theirs' | 'union' | 'abort' };
  if (written.rerun !== undefined) return { kind: 'rerun', limit: written.rerun };
  const { run = [] } = written;
  return { kind: 'run', run: [...listOf(run)] };
}
