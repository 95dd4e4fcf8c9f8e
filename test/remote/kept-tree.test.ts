// A result with more outputs than a message can name.

import type { RawPath } from '../../src/base/raw-path.ts';
import type { RecordedPath, TaskRecord } from '../../src/cache/record.ts';
import { addressOf } from '../../src/config/remote-address.ts';
import { ActionResult } from '../../src/generated/remote/build_bazel_remote_execution_v2.ts';
import { Engine } from '../../src/remote/engine.ts';
import { keptResultOf, recordDigestIn } from '../../src/remote/kept-result.ts';
import { keptTree } from '../../src/remote/kept-tree.ts';
import { outputsOf } from '../../src/remote/output-tree.ts';
import { oidOf } from '../../src/store/content.ts';
import { fakeRemote } from '../support/fake-remote.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('remote/kept-tree');

const NAMED = { hash: 'b'.repeat(64), size: 10 };
const file = (path: string, mode = 0o644): RecordedPath => ({
  ...{ path: path as RawPath, isMade: true, kind: 'file', mode },
  ...{ oid: oidOf(Buffer.from(path)), size: path.length },
});
const recordOf = (changes: RecordedPath[]): TaskRecord => ({
  ...{ task: 'build', durationMs: 5, storedAt: 7, exitCode: 0, packs: [], changes },
  output: { oid: 'c'.repeat(64), size: 3 },
});

const FOLDERS = 100;
const FILES = 400;

test('it names them by a tree that says the same, and fits', async () => {
  const changes = [
    ...Array.from({ length: FOLDERS * FILES }, (_, at) => file(`app/dist/d${at % FOLDERS}/file-${at}.js`)),
    file('app/dist/tool', 0o755),
    { path: 'app/dist/link' as RawPath, isMade: true, kind: 'link', target: 'tool' as RawPath } as const,
    { path: 'app/dist/old' as RawPath, isMade: false, kind: 'absent' } as RecordedPath,
  ];
  const { result, tree } = keptResultOf('app', recordOf(changes), NAMED);
  assert.ok(tree !== undefined);
  assert.ok(ActionResult.encode(result).finish().length < 1_000);
  assert.equal(recordDigestIn(result), NAMED);
  assert.equal(
    result.outputFiles.map(({ path }) => path),
    ['.ptask/record'],
  );
  assert.is(result.stdoutDigest?.hash, 'c'.repeat(64));

  const server = await fakeRemote();
  const [bytes] = tree.read() as Iterable<Buffer>;
  server.blobs.set(tree.digest.hash, bytes as Buffer);
  const parsed = addressOf(server.url);
  if (!parsed.ok || parsed.address.kind !== 'grpc') throw new Error(server.url);
  const endpoint = { url: server.url, address: parsed.address, headers: {}, tls: {}, timeoutMs: 20_000 };
  const engine = new Engine({ endpoint, invocation: 'run-1', version: '9.9' });
  const outputs = await outputsOf(engine, result, tempDir(), new AbortController().signal);
  engine.close();
  assert.is(outputs.size, FOLDERS * FILES + 3);
  const wrong = changes.filter((change) => {
    const output = outputs.get(change.path.replace(/^app\//, ''));
    if (change.kind === 'link') return output?.kind !== 'link' || output.target !== 'tool';
    if (change.kind !== 'file') return output !== undefined;
    if (output?.kind !== 'file' || output.isExecutable !== (change.mode === 0o755)) return true;
    return output.digest.hash !== change.oid || output.digest.size !== change.size;
  });
  assert.equal(wrong, []);
});

test('what fits is named as other clients name it', () => {
  const { result, tree } = keptResultOf('.', recordOf([file('dist/a')]), NAMED);
  assert.is(tree, undefined);
  assert.equal(
    result.outputFiles.map(({ path }) => path),
    ['.ptask/record', 'dist/a'],
  );
});

test('its folder is the innermost one that holds all of it', () => {
  const pathOf = (cwd: string, ...paths: string[]): string =>
    keptTree(
      cwd,
      paths.map((path) => file(path)),
    ).path;
  assert.is(pathOf('.', 'dist/a/b', 'dist/a/c/d'), 'dist/a');
  assert.is(pathOf('.', 'dist/a/b', 'dist/ab'), 'dist');
  assert.is(pathOf('.', 'dist/a', 'types/a'), '');
  assert.is(pathOf('app', 'app/dist/a', 'app/types/a'), '');
  assert.is(pathOf('app', 'app/dist/a', 'other/a'), '..');
});
