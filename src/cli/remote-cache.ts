// The remote cache, as the commands that run nothing speak of it.

import { ok, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import { readDotenv } from '../config/dotenv.ts';
import { remoteCacheFor } from '../config/remote-cache.ts';
import type { Probed } from '../remote/probe.ts';

/** Asks whether it answers; undefined where none is configured. */
export async function probeRemote(config: Config): Promise<Result<Probed | undefined>> {
  const remote = remoteCacheFor(config.cache.remote, process.env);
  if (!remote.ok || remote.value === undefined) return remote as Result<undefined>;
  const { probe } = await import('../remote/probe.ts');
  const env = { ...readDotenv(config, 'regular').values, ...process.env };
  return ok(await probe(remote.value, env, config.root));
}

/** `answers; results are stored: GitHub builds a trusted branch`. */
export const howItIs = ({ problem, writes, because }: Probed): string =>
  problem === undefined
    ? `answers; ${writes ? 'results are stored there' : 'read-only'}: ${because}`
    : `is of no use now: ${problem}`;
