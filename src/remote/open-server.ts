// Opens a server by what its URL says that it speaks. Nothing is connected before the first call.

import manifest from '../../package.json' with { type: 'json' };
import type { Endpoint } from './endpoint.ts';
import { Engine } from './engine.ts';
import { HttpCache } from './http-cache.ts';
import type { ResultServer } from './result-server.ts';

/** @param invocation names this run for whoever reads the server's log */
export function openServer(endpoint: Endpoint, invocation: string): ResultServer {
  const { address } = endpoint;
  return address.kind === 'http'
    ? new HttpCache({ ...endpoint, address })
    : new Engine({ endpoint: { ...endpoint, address }, invocation, version: manifest.version });
}
