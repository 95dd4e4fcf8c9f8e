// The remote cache, as the commands that run nothing speak of it.

import { ok, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import { readDotenv } from '../config/dotenv.ts';
import { remoteCacheFor } from '../config/remote-cache.ts';
import { lookupIn, valuesOf } from '../config/variables.ts';
import type { Probed } from '../remote/probe.ts';

/** Asks whether it answers; undefined where none is configured. */
export async function probeRemote(config: Config): Promise<Result<Probed | undefined>> {
  const remote = remoteCacheFor(config.cache.remote, process.env);
  if (!remote.ok || remote.value === undefined) return remote as Result<undefined>;
  const [{ probe }, { saidByServer }] = await Promise.all([
    import('../remote/probe.ts'),
    import('../run/masking/said-by-server.ts'),
  ]);
  const dotenv = readDotenv(config, 'regular').values;
  const probed = await probe(remote.value, { outer: process.env, dotenv }, config.root);
  if (probed.problem === undefined) return ok(probed);
  const told = saidByServer(valuesOf(remote.value.headers, lookupIn(process.env, dotenv)));
  return ok({ ...probed, problem: told(probed.problem) });
}

/** `answers; results are stored: GitHub builds a trusted branch`. */
export const howItIs = ({ problem, writes, because }: Probed): string =>
  problem === undefined
    ? `answers; ${writes ? 'results are stored there' : 'read-only'}: ${because}`
    : `is of no use now: ${problem}`;
