// Connections of gRPC: what a proxy says in its place, and what keeps a cut from going unnoticed.

import { readFileSync } from 'node:fs';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { addressOf } from '../../src/config/remote-address.ts';
import { Engine } from '../../src/remote/engine.ts';
import { RemoteFailure } from '../../src/remote/failure.ts';
import { atEnd } from '../support/cleanup.ts';
import { fakeRemote } from '../support/fake-remote.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('remote/channel');

const NOTHING = { hash: '0'.repeat(64), size: 1 };

function engineOf(url: string): Engine {
  const parsed = addressOf(url);
  if (!parsed.ok || parsed.address.kind !== 'grpc') throw new Error(url);
  const endpoint = { url, address: parsed.address, headers: {}, tls: {}, timeoutMs: 20_000 };
  return new Engine({ endpoint, invocation: 'run-1', version: '9.9' });
}

/** @returns its URL */
async function answering(answer: (stream: ServerHttp2Stream, path: string) => void): Promise<string> {
  const server = createServer();
  server.on('stream', (stream, headers) => answer(stream, headers[':path'] as string));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  atEnd('stop the proxy', async () => void server.close());
  return `grpc://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

for (const [how, body] of [
  ['with a page', '<html></html>'],
  ['with nothing else', undefined],
] as const)
  test(`where a server has moved to is said, ${how}`, async () => {
    const url = await answering((stream, path) => {
      const location = `https://cache.example.com${path}`;
      stream.respond({ ':status': 308, location }, { endStream: body === undefined });
      if (body !== undefined) stream.end(body);
    });
    const engine = engineOf(url);
    const failure = await engine.getActionResult(NOTHING).catch((error: unknown) => error);
    engine.close();
    assert.instance(failure, RemoteFailure);
    assert.is(
      (failure as RemoteFailure).message,
      'it has moved to grpcs://cache.example.com (HTTP 308): write that URL',
    );
  });

test('the system asks whether the other end of a connection is still there', async () => {
  const server = await fakeRemote();
  const engine = engineOf(server.url);
  assert.is(await engine.getActionResult(NOTHING), undefined);
  const port = Number(new URL(server.url).port).toString(16).toUpperCase().padStart(4, '0');
  const connections = process.platform === 'linux' ? readFileSync('/proc/net/tcp', 'utf8').split('\n') : [];
  // Local and remote address, state, queues, and the timer: 2 is that of keepalive, and 1 one of what is on its way.
  const ours = connections
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[2]?.endsWith(`:${port}`));
  assert.ok(ours.length > 0 || process.platform !== 'linux');
  for (const [, , , state, , timer] of ours) assert.match(`${state} ${timer}`, /^01 0[12]:/);
  engine.close();
});
