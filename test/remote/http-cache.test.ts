// The plain HTTP cache against servers that do what real ones do at their worst.

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { addressOf } from '../../src/config/remote-address.ts';
import { ActionResult } from '../../src/generated/remote/build_bazel_remote_execution_v2.ts';
import { type Digest, type Source, sourceOf, type Target } from '../../src/remote/contents.ts';
import { RemoteFailure } from '../../src/remote/failure.ts';
import { HttpCache } from '../../src/remote/http-cache.ts';
import { probe } from '../../src/remote/probe.ts';
import { oidOf } from '../../src/store/content.ts';
import { atEnd } from '../support/cleanup.ts';
import { httpFiles } from '../support/http-files.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('remote/http-cache');

const MB = 1_000_000;
const digestOf = (bytes: Buffer): Digest => ({ hash: oidOf(bytes), size: bytes.length });
const source = (bytes: Buffer): Source => sourceOf(digestOf(bytes), bytes);

function cacheOf(url: string, timeoutMs = 20_000): HttpCache {
  const parsed = addressOf(url);
  if (!parsed.ok || parsed.address.kind !== 'http') throw new Error(url);
  return new HttpCache({ url, address: parsed.address, headers: {}, tls: {}, timeoutMs });
}

async function serving(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  atEnd('stop the web server', async () => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

const collecting = (): { target: Target; got: Map<string, Buffer> } => {
  const got = new Map<string, Buffer>();
  const folder = tempDir('http-');
  const target: Target = {
    bytes: ({ hash }, bytes) => void got.set(hash, bytes),
    draft: ({ hash }) => join(folder, hash),
    file: ({ hash }) => void got.set(hash, Buffer.alloc(0)),
  };
  return { target, got };
};

async function failure(work: Promise<unknown>): Promise<RemoteFailure> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RemoteFailure) return error;
    throw error;
  }
  throw new Error('nothing has failed');
}

const ACTION = { hash: 'a'.repeat(64), size: 1 };

test('what waits for a connection is not kept waiting by the server', async () => {
  const { url } = await serving((request, response) => {
    request.resume().on('end', () =>
      setTimeout(() => {
        response.statusCode = request.method === 'PUT' ? 201 : 404;
        response.end();
      }, 30),
    );
  });
  const cache = cacheOf(url, 400);
  const contents = Array.from({ length: 250 }, (_, at) => source(Buffer.from(`content ${at}`)));
  await cache.upload(contents);
  cache.close();
});

test('a server that reads slowly is waited for as long as a slow line takes', async () => {
  const { url } = await serving((request, response) => {
    if (request.method === 'HEAD') return void response.writeHead(404).end();
    request.once('data', () => {
      request.pause();
      setTimeout(() => request.resume(), 600);
    });
    request.on('end', () => response.writeHead(201).end());
  });
  const cache = cacheOf(url, 100);
  assert.is(await cache.upload([source(randomBytes(6 * MB))]), 6 * MB);
  cache.close();
});

test('one that takes nothing is not to be sent to, which is told from one that is not there', async () => {
  const { url } = await serving((request, response) => {
    if (request.method !== 'PUT') request.resume().on('end', () => response.writeHead(404).end());
  });
  const cache = cacheOf(url, 100);
  const failed = await failure(cache.upload([source(Buffer.from('x'))]));
  assert.is(failed.kind, 'not-taken');
  assert.is(failed.message, 'it did not take what was sent in time');
  assert.is(await cache.getActionResult(ACTION), undefined);
  cache.close();
});

test('a byte from time to time ends as silence does', async () => {
  const { url } = await serving((_, response) => {
    const timer = setInterval(() => response.write('x'), 10);
    response.on('close', () => clearInterval(timer));
  });
  const cache = cacheOf(url, 100);
  const { target } = collecting();
  assert.is((await failure(cache.download([{ hash: 'b'.repeat(64), size: 3_000 }], target))).kind, 'slow');
  cache.close();
});

for (const status of [413, 403])
  test(`${status} is heard though the server hangs up before the content is sent`, async () => {
    let taken = 0;
    const { url } = await serving((request, response) => {
      request.socket.on('data', (bytes) => {
        taken += bytes.length;
      });
      if (request.method !== 'PUT') return void response.writeHead(404).end();
      response.writeHead(status, { connection: 'close' }).end('no', () => request.socket.destroy());
    });
    const cache = cacheOf(url);
    const failed = await failure(cache.upload([source(randomBytes(3 * MB))]));
    assert.is(failed.kind, status === 413 ? 'too-large' : 'forbidden');
    assert.ok(taken < MB);
    cache.close();
  });

test('a server that does not know what it is to be offered something is sent it', async () => {
  const { url, server } = await serving((request, response) => {
    request.resume().on('end', () => response.writeHead(request.method === 'PUT' ? 201 : 404).end());
  });
  let offers = 0;
  server.on('checkExpectation', () => {});
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    offers += 1;
    if (request.headers.expect !== undefined) response.writeHead(417).end();
  });
  const cache = cacheOf(url);
  assert.is(await cache.upload([source(randomBytes(MB))]), MB);
  assert.is(await cache.upload([source(randomBytes(MB))]), MB);
  assert.is(offers, 1);
  cache.close();
});

test('a connection that the server has left meanwhile is no failure', async () => {
  const used = new Set<Socket>();
  const { url } = await serving((request, response) => {
    if (used.has(request.socket)) return void request.socket.destroy();
    used.add(request.socket);
    request.resume().on('end', () => response.writeHead(request.method === 'PUT' ? 201 : 404).end());
  });
  const cache = cacheOf(url);
  assert.is(await cache.getActionResult(ACTION), undefined);
  assert.is(await cache.upload([source(Buffer.from('x')), source(Buffer.from('yy'))]), 3);
  assert.is(await cache.getActionResult(ACTION), undefined);
  cache.close();
});

test('what is there and is something else is sent again', async () => {
  const { url, files, stop } = await httpFiles();
  const [short, same] = [Buffer.from('a content'), Buffer.from('another')];
  const at = (bytes: Buffer): string => `/cache/cas/${oidOf(bytes)}`;
  files.set(at(short), Buffer.from('a'));
  files.set(at(same), Buffer.from('ANOTHER'));
  const cache = cacheOf(url);
  const { target } = collecting();
  assert.is((await failure(cache.download([digestOf(same)], target))).kind, 'damaged');
  await cache.upload([source(short), source(same)]);
  assert.equal([files.get(at(short)), files.get(at(same))], [short, same]);
  assert.is(await cache.upload([source(short), source(same)]), 0);
  cache.close();
  stop();
});

test('a page is no result, whatever its status', async () => {
  const pages = {
    '<!doctype html><title>Log in</title>': 'foreign',
    OK: 'damaged',
    '': 'damaged',
    '{}': 'damaged',
  };
  for (const [page, kind] of Object.entries(pages)) {
    const { url } = await serving((_, response) => void response.writeHead(200).end(page));
    const cache = cacheOf(url);
    assert.is((await failure(cache.getActionResult(ACTION))).kind, kind, page);
    cache.close();
  }
  const result = ActionResult.encode(ActionResult.fromPartial({ exitCode: 3 })).finish();
  const { url } = await serving((_, response) => void response.writeHead(200).end(result));
  const cache = cacheOf(url);
  assert.is((await cache.getActionResult(ACTION))?.exitCode, 3);
  cache.close();
});

test('one that keeps nothing takes no results', async () => {
  const { url } = await serving((request, response) => {
    request.resume().on('end', () => response.writeHead(404).end());
  });
  const cache = cacheOf(url);
  assert.is((await failure(cache.upload([source(Buffer.from('x'))]))).kind, 'unimplemented');
  cache.close();
});

test('a probe says that a server of pages is none', async () => {
  const { url } = await serving((_, response) => void response.writeHead(200).end('<html></html>'));
  const written = { url, headers: {}, tls: {}, write: false, timeoutMs: 5_000 } as const;
  const { problem } = await probe(written, { outer: {}, dotenv: {} }, '/');
  assert.is(problem, 'it speaks something else there: look at the scheme and the port of its URL');
});

test('where a server has moved to is said', async () => {
  const { url } = await serving((request, response) => {
    response.writeHead(301, { location: `https://cache.example.com/new${request.url}?token=abc` }).end();
  });
  const cache = cacheOf(`${url}/old`);
  const { kind, message } = await failure(cache.getActionResult(ACTION));
  assert.is(kind, 'moved');
  assert.is(message, 'it has moved to https://cache.example.com/new/old (HTTP 301): write that URL');
  cache.close();
});
