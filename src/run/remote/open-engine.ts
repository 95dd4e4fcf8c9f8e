// The server that tasks run on, once one of them is to.

import type { Remote } from '../../config/config.ts';
import { Engine } from '../../remote/engine.ts';
import { RemoteFailure } from '../../remote/failure.ts';
import { openEndpoint } from '../../remote/open-endpoint.ts';
import { openServer } from '../../remote/open-server.ts';
import type { RunContext } from '../records/context.ts';

/** How long a server may say nothing, but while it executes. */
const PATIENCE_MS = 10_000;

/** Throws where there is none that executes. */
export async function openEngine({ config, env, folder }: RunContext, remote: Remote): Promise<Engine> {
  const url = remote.url ?? env.PTASK_REMOTE ?? config.cache.remote?.url;
  if (url === undefined) throw new Error('no server is named: set PTASK_REMOTE, or `url` of `remote`');
  const opened = openEndpoint({ ...remote, url, timeoutMs: PATIENCE_MS }, env, config.root);
  if (!opened.ok) throw new Error(opened.reason);
  const engine = openServer(opened.endpoint, folder.id);
  if (!(engine instanceof Engine)) throw new Error(`${url} is a plain HTTP cache, which executes nothing`);
  const { executes } = await engine.abilities();
  if (!executes) throw new RemoteFailure('unimplemented', 'it executes nothing');
  return engine;
}
