// The client of the Remote Execution API against a server in this process.

import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf } from '../../src/config/remote-address.ts';
import { ActionResult, Directory, Tree } from '../../src/generated/remote/build_bazel_remote_execution_v2.ts';
import { type Digest, sourceOf, type Target } from '../../src/remote/contents.ts';
import { Engine } from '../../src/remote/engine.ts';
import { RemoteFailure } from '../../src/remote/failure.ts';
import { type Output, outputsOf } from '../../src/remote/output-tree.ts';
import { oidOf } from '../../src/store/content.ts';
import { type FakeRemote, fakeRemote, Refusal, SILENCE } from '../support/fake-remote.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('remote/engine');

const digestOf = (bytes: Buffer): Digest => ({ hash: oidOf(bytes), size: bytes.length });
const MB = 1_000_000;

function engineOf({ url }: { url: string }, timeoutMs = 20_000, headers = {}): Engine {
  const parsed = addressOf(url);
  if (!parsed.ok || parsed.address.kind !== 'grpc') throw new Error(url);
  const endpoint = { url, address: parsed.address, headers, tls: {}, timeoutMs };
  return new Engine({ endpoint, invocation: 'run-1', version: '9.9' });
}

function collecting(): { target: Target; got: Map<string, Buffer>; folder: string } {
  const folder = tempDir('remote-');
  const got = new Map<string, Buffer>();
  const target: Target = {
    bytes: (digest, bytes) => void got.set(digest.hash, bytes),
    draft: ({ hash }) => join(folder, hash),
    file: ({ hash }, draft) => void got.set(hash, readFileSync(draft)),
  };
  return { target, got, folder };
}

/** What is thrown. */
async function failure(work: Promise<unknown>): Promise<RemoteFailure> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RemoteFailure) return error;
    throw error;
  }
  throw new Error('nothing has failed');
}

async function withServer(work: (server: FakeRemote) => Promise<void>): Promise<void> {
  const server = await fakeRemote();
  try {
    await work(server);
  } finally {
    server.stop();
  }
}

test('small contents go in batches below 4 MiB, large ones as streams, and come back as they were', () =>
  withServer(async (server) => {
    const engine = engineOf(server);
    const contents = [0, 1, 500, MB, 2 * MB, 3 * MB, 6 * MB].map((size) => randomBytes(size));
    const sent = await engine.upload(contents.map((bytes) => sourceOf(digestOf(bytes), bytes)));
    assert.is(sent, 12 * MB + 501);
    assert.is(server.calls.filter((name) => name === 'batchUpdateBlobs').length, 2);
    assert.is(server.calls.filter((name) => name === 'write').length, 1);
    assert.is(await engine.upload(contents.map((bytes) => sourceOf(digestOf(bytes), bytes))), 0);
    const { target, got } = collecting();
    await engine.download(contents.map(digestOf), target);
    for (const bytes of contents) assert.ok(got.get(oidOf(bytes))?.equals(bytes), `${bytes.length} bytes`);
    engine.close();
  }));

test('a batch is as small as the server says, and never larger than a message, whatever it says', () =>
  withServer(async (server) => {
    const contents = Array.from({ length: 10 }, () => randomBytes(MB));
    const sources = contents.map((bytes) => sourceOf(digestOf(bytes), bytes));
    const countWith = async (most: number): Promise<number> => {
      const cache = server.capabilities.cacheCapabilities;
      if (cache !== undefined) cache.maxBatchTotalSizeBytes = most;
      server.blobs.clear();
      server.calls.length = 0;
      const engine = engineOf(server);
      await engine.upload(sources);
      engine.close();
      return server.calls.filter((name) => name === 'batchUpdateBlobs').length;
    };
    assert.is(await countWith(0), 4);
    assert.is(await countWith(100 * MB), 4);
    assert.is(await countWith(1.2 * MB), 10);
    assert.is(server.blobs.size, 10);
  }));

test('a server without batches is sent and asked streams', () =>
  withServer(async (server) => {
    for (const name of ['batchUpdateBlobs', 'batchReadBlobs'] as const)
      server.on(name, () => new Refusal(12, 'not here'));
    const contents = Array.from({ length: 40 }, (_, at) => randomBytes(at));
    const engine = engineOf(server);
    await engine.upload(contents.map((bytes) => sourceOf(digestOf(bytes), bytes)));
    const { target, got } = collecting();
    await engine.download(contents.map(digestOf), target);
    assert.is(got.size, 40);
    engine.close();
  }));

test('a server that says nothing of itself is used all the same', () =>
  withServer(async (server) => {
    server.on('getCapabilities', () => new Refusal(12, 'unknown service'));
    const engine = engineOf(server);
    assert.is((await engine.abilities()).storesResults, true);
    engine.close();
  }));

test('what is not what it is named is no content, whether it comes in a batch or as a stream', () =>
  withServer(async (server) => {
    const engine = engineOf(server);
    for (const size of [100, 6 * MB]) {
      const bytes = randomBytes(size);
      server.blobs.set(oidOf(bytes), randomBytes(size));
      const { target, got, folder } = collecting();
      assert.is((await failure(engine.download([digestOf(bytes)], target))).kind, 'damaged');
      assert.is(got.size, 0);
      assert.equal(readdirSync(folder), []);
      // Longer than it says, and shorter.
      for (const other of [size - 1, size + 1]) {
        server.blobs.set(oidOf(bytes), randomBytes(other));
        assert.is((await failure(engine.download([digestOf(bytes)], target))).kind, 'damaged');
      }
    }
    engine.close();
  }));

test('half a stream leaves nothing behind', () =>
  withServer(async (server) => {
    const bytes = randomBytes(6 * MB);
    server.blobs.set(oidOf(bytes), bytes);
    server.on('read', () => new Refusal(14, 'gone'));
    const engine = engineOf(server);
    const { target, got, folder } = collecting();
    assert.is((await failure(engine.download([digestOf(bytes)], target))).kind, 'unreachable');
    assert.is(got.size, 0);
    assert.equal(readdirSync(folder), []);
    engine.close();
  }));

test('what does not come in time is slow: a call, and a stream that stops', () =>
  withServer(async (server) => {
    const bytes = randomBytes(6 * MB);
    server.blobs.set(oidOf(bytes), bytes);
    const engine = engineOf(server, 300);
    await engine.abilities();
    server.on('getActionResult', () => SILENCE);
    server.on('read', () => SILENCE);
    assert.is((await failure(engine.getActionResult(digestOf(bytes)))).kind, 'slow');
    const { target } = collecting();
    assert.is((await failure(engine.download([digestOf(bytes)], target))).kind, 'slow');
    engine.close();
  }));

test('every call says who asks, for what, and what the headers are', () =>
  withServer(async (server) => {
    const engine = engineOf(server, 20_000, { Authorization: 'Bearer abc' });
    const action = digestOf(Buffer.from('an action'));
    assert.is(
      await engine.getActionResult(action, { about: { action: action.hash, task: 'build' } }),
      undefined,
    );
    assert.is(server.metadata.get('authorization'), 'Bearer abc');
    const key = 'build.bazel.remote.execution.v2.requestmetadata-bin';
    const { toolDetails, actionId, targetId, toolInvocationId } = JSON.parse(server.metadata.get(key) ?? '');
    assert.equal(
      [toolDetails, actionId, targetId, toolInvocationId],
      [{ toolName: 'ptask', toolVersion: '9.9' }, ...[action.hash, 'build', 'run-1']],
    );
    engine.close();
  }));

test('why a server does not do it is told by kind', () =>
  withServer(async (server) => {
    const engine = engineOf(server);
    const cases = [
      [8, 'disk quota exceeded', 'full'],
      [16, 'token expired', 'unauthenticated'],
      [7, 'not for you', 'forbidden'],
      [3, 'Invalid instance name "x"', 'no-instance'],
      [13, 'oops', 'other'],
      [14, 'Received HTTP status code 403', 'forbidden'],
    ] as const;
    for (const [code, details, kind] of cases) {
      server.on('getActionResult', () => new Refusal(code, details));
      assert.is((await failure(engine.getActionResult(digestOf(Buffer.from('x'))))).kind, kind, details);
    }
    engine.close();
  }));

test('a call whose connection is lost is made again', () =>
  withServer(async (server) => {
    const engine = engineOf(server);
    await engine.abilities();
    let times = 0;
    server.on('findMissingBlobs', () => (times++ === 0 ? new Refusal(14, 'going away') : undefined));
    assert.is((await engine.findMissing([digestOf(Buffer.from('x'))])).length, 1);
    assert.is(times, 2);
    engine.close();
  }));

test('a server that is not there is said to be so', async () => {
  const server = await fakeRemote();
  server.stop();
  const engine = engineOf(server);
  const failed = await failure(engine.abilities());
  assert.is(failed.kind, 'unreachable');
  assert.match(failed.message, /it cannot be reached \(connect ECONNREFUSED/);
  engine.close();
});

test('large batches that a proxy refuses are sent one by one', () =>
  withServer(async (server) => {
    server.on('batchUpdateBlobs', () => new Refusal(8, 'Received message larger than max (5 vs 4)'));
    const engine = engineOf(server);
    const bytes = randomBytes(10);
    await engine.upload([sourceOf(digestOf(bytes), bytes)]);
    assert.ok(server.blobs.has(oidOf(bytes)));
    engine.close();
  }));

test('a miss that names its instance is a miss; that there is none is said by what it is asked of itself', () =>
  withServer(async (server) => {
    const action = digestOf(Buffer.from('x'));
    server.on('getActionResult', () => new Refusal(5, 'no result abc in instance main'));
    const engine = engineOf(server);
    assert.is(await engine.getActionResult(action), undefined);
    engine.close();
    server.on('getCapabilities', () => new Refusal(5, 'unknown instance'));
    const other = engineOf(server);
    assert.is((await failure(other.getActionResult(action))).kind, 'no-instance');
    other.close();
  }));

test('what proved damaged is sent again, in a batch or as a stream', () =>
  withServer(async (server) => {
    const engine = engineOf(server);
    for (const size of [100, 6 * MB]) {
      const bytes = randomBytes(size);
      server.blobs.set(oidOf(bytes), randomBytes(size));
      const { target } = collecting();
      assert.is((await failure(engine.download([digestOf(bytes)], target))).kind, 'damaged');
      assert.is(await engine.upload([sourceOf(digestOf(bytes), bytes)]), size);
      assert.ok(server.blobs.get(oidOf(bytes))?.equals(bytes));
      assert.is(await engine.upload([sourceOf(digestOf(bytes), bytes)]), 0);
    }
    engine.close();
  }));

test('one that is too large, and one that is not taken, are told from a server that is away', () =>
  withServer(async (server) => {
    const engine = engineOf(server, 300);
    const bytes = randomBytes(100);
    await engine.abilities();
    for (const [code, words] of [
      [8, 'Received message larger than max (5000000 vs 4194304)'],
      [8, 'grpc: received message larger than max (5000000 vs. 4194304)'],
      [11, 'Error, message length too large: found 5000000 bytes, the limit is: 4194304 bytes'],
      [8, 'gRPC message exceeds maximum size 4194304: 5000000'],
    ] as const) {
      server.on('updateActionResult', () => new Refusal(code, words));
      const failed = await failure(engine.updateActionResult(digestOf(bytes), ActionResult.fromPartial({})));
      assert.is(failed.kind, 'too-large', words);
    }
    server.on('batchUpdateBlobs', () => SILENCE);
    assert.is((await failure(engine.upload([sourceOf(digestOf(bytes), bytes)]))).kind, 'not-taken');
    engine.close();
  }));

test('who leaves while the server is asked what it can do waits for nothing', () =>
  withServer(async (server) => {
    const engine = engineOf(server);
    const leaving = new AbortController();
    server.on('getCapabilities', () => {
      leaving.abort();
      return SILENCE;
    });
    const asked = failure(engine.abilities({ signal: leaving.signal }));
    const other = failure(engine.upload([]));
    assert.is((await asked).kind, 'cancelled');
    engine.close();
    assert.is((await other).kind, 'cancelled');
  }));

test('inline contents that are not what they are named are not taken', async () => {
  const bytes = Buffer.from('good');
  const inline = (contents: Buffer): ActionResult =>
    ActionResult.fromPartial({
      outputFiles: [{ path: 'tree/a', digest: { hash: oidOf(bytes), sizeBytes: bytes.length }, contents }],
    });
  await withServer(async (server) => {
    const engine = engineOf(server);
    const read = (contents: Buffer): Promise<Map<string, Output>> =>
      outputsOf(engine, inline(contents), tempDir(), new AbortController().signal);
    assert.ok((await read(bytes)).has('tree/a'));
    for (const wrong of ['evil', 'longer'])
      assert.is((await failure(read(Buffer.from(wrong)))).kind, 'damaged');
    engine.close();
  });
});

test('a tree that says more than there can be is refused, however small it is', () =>
  withServer(async (server) => {
    const engine = engineOf(server);
    // Each folder has the next one twice.
    const empty = Buffer.alloc(0);
    const folders: Buffer[] = [empty];
    for (let depth = 0; depth < 64; depth++) {
      const below = folders.at(-1) as Buffer;
      const digest = { hash: oidOf(below), sizeBytes: below.length };
      const directories = ['a', 'b'].map((name) => ({ name, digest }));
      folders.push(Buffer.from(Directory.encode(Directory.fromPartial({ directories })).finish()));
    }
    const [root, ...children] = folders.reverse().map((bytes) => Directory.decode(bytes));
    const tree = Buffer.from(Tree.encode(Tree.fromPartial({ root, children })).finish());
    server.blobs.set(oidOf(tree), tree);
    const treeDigest = { hash: oidOf(tree), sizeBytes: tree.length };
    const result = ActionResult.fromPartial({ outputDirectories: [{ path: 'tree', treeDigest }] });
    const failed = await failure(outputsOf(engine, result, tempDir(), new AbortController().signal));
    assert.is(failed.kind, 'damaged');
    assert.match(failed.message, /more outputs than a task can have/);
    engine.close();
  }));

test('whether a server speaks 2.1 is told by its highest version', async () => {
  for (const [minor, knows] of [
    [0, false],
    [1, true],
    [3, true],
  ] as const)
    await withServer(async (server) => {
      server.capabilities = {
        ...server.capabilities,
        highApiVersion: { major: 2, minor, patch: 0, prerelease: '' },
      };
      const engine = engineOf(server);
      assert.is((await engine.abilities()).knowsOutputPaths, knows);
      engine.close();
    });
});
