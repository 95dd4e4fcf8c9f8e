// The server that tasks run on, once one of them is to.

import type { Config, Connection, Remote } from '../../config/config.ts';
import { mergedHeaders, remoteCacheFor } from '../../config/remote-cache.ts';
import { Engine } from '../../remote/engine.ts';
import { RemoteFailure } from '../../remote/failure.ts';
import { openEndpoint } from '../../remote/open-endpoint.ts';
import { openServer } from '../../remote/open-server.ts';
import type { RunContext } from '../records/context.ts';

/** How long a server may say nothing, but while it executes. */
const PATIENCE_MS = 10_000;

/** Throws where there is none that executes. */
export async function openEngine(
  { config, outer, dotenv, folder }: RunContext,
  remote: Remote,
): Promise<Engine> {
  const written = connectionOf(config, remote, outer);
  const opened = openEndpoint({ ...written, timeoutMs: PATIENCE_MS }, { ...dotenv, ...outer }, config.root);
  if (!opened.ok) throw new Error(opened.reason);
  const engine = openServer(opened.endpoint, folder.id);
  if (!(engine instanceof Engine))
    throw new Error(`${written.url} is a plain HTTP cache, which executes nothing`);
  try {
    const { executes, knowsOutputPaths } = await engine.abilities();
    if (!executes) throw new RemoteFailure('unimplemented', 'it executes nothing');
    if (!knowsOutputPaths)
      throw new RemoteFailure('unimplemented', 'it speaks a version of the API before 2.1');
    return engine;
  } catch (error) {
    engine.close();
    throw error;
  }
}

/** Its own, or what the cache has. */
function connectionOf(
  { cache }: Config,
  { url, headers, tls }: Remote,
  env: RunContext['outer'],
): Connection & { url: string } {
  if (url !== undefined) return { url, headers, tls };
  const ofCache = remoteCacheFor(cache.remote, env);
  if (!ofCache.ok) throw new Error(ofCache.diagnostics.map(({ message }) => message).join('; '));
  if (ofCache.value === undefined)
    throw new Error('no server is named: set `url` of `remote`, or PTASK_REMOTE');
  const { value } = ofCache;
  return { url: value.url, headers: mergedHeaders(value.headers, headers), tls: { ...value.tls, ...tls } };
}
