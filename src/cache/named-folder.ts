// The folder for results that somebody has named, in the environment or in the config.

import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';

/** Names the folder instead of the config; relative to the config, as there. */
export const CACHE_DIR = 'PTASK_CACHE_DIR';

/** Absolute; undefined where it is the usual one. */
export function namedFolder(
  { root, cache: { dir } }: { root: string; cache: Pick<Config['cache'], 'dir'> },
  env: Record<string, string | undefined>,
): string | undefined {
  const { [CACHE_DIR]: named = '' } = env;
  return named === '' ? dir : resolve(root, named);
}
