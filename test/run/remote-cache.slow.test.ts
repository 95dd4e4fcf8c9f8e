// The remote cache of a run: what one clone has done another has, whatever goes wrong there nothing goes wrong here.

import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Forecast } from '../../src/model/forecast.ts';
import type { Report } from '../../src/model/report.ts';
import { decodeRecord, encodeRecord, recordDigestIn } from '../../src/remote/kept-result.ts';
import { oidOf } from '../../src/store/content.ts';
import {
  describeResult,
  type Project,
  type PtaskOptions,
  type PtaskResult,
  project,
} from '../support/cli.ts';
import { type FakeRemote, fakeRemote, Refusal, SILENCE } from '../support/fake-remote.ts';
import { type HttpFiles, httpFiles } from '../support/http-files.ts';
import { ptaskTerminal } from '../support/pty.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tree, write } from '../support/tmp.ts';

const test = suite('run/remote-cache.slow');

const BUILD = [
  'mkdir -p out/empty && cp src/* out && chmod +x out/a && ln -s a out/link',
  'rm -f old && cat big > out/big',
  'echo it says something && echo made=1 > "$PTASK_OUTPUT"',
].join(' && ');

const config = (url: string, more = 'write: true'): string =>
  `
cache:
  enabled: true
  remote: { url: '${url}', ${more} }
tasks:
  build:
    run: ${JSON.stringify(BUILD)}
    reads: [src/**, big]
    writes: [out/**, old]
  after: { run: 'echo after {{ build }} && wc -c < out/big > size', reads: [out/**], writes: [size] }
`.replace(' {{ build }}', '');

const BIG = randomBytes(5_000_000).toString('latin1');

/** A clone of its own, with a cache of its own. */
function clone(url: string, more?: string): Project {
  const made = project(config(url, more));
  write(made.dir, { 'src/a': 'of a', 'src/b': 'of b', old: 'old', big: BIG });
  return made;
}

const run = (of: Project, args: string[] = [], env = {}, more: PtaskOptions = {}): Promise<PtaskResult> =>
  of.ptask('run', '--report', 'json=report.json', ...args, { timeout: 60_000, env, ...more });

const reportOf = ({ dir }: Project): Report => JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8'));

/** Of each task what the cache had: remote, local or none of it. */
const hitsOf = (of: Project): string[] =>
  reportOf(of).tasks.map(({ cached }) => (cached?.hit ? (cached.isRemote ? 'remote' : 'local') : 'none'));

const filesOf = ({ dir }: Project): unknown => {
  const { 'report.json': _, 'parallel.config.yaml': _c, ...files } = tree(dir, { skip: ['.ptask'] });
  return files;
};

const passed = (result: PtaskResult): PtaskResult => {
  assert.is(result.code, 0, describeResult(result));
  assert.not.match(result.all, /node:internal|\(node:|^ +at /m);
  return result;
};

const never = async (
  server: { calls: string[] },
  work: () => Promise<unknown>,
  what: RegExp,
): Promise<void> => {
  server.calls.length = 0;
  await work();
  assert.equal(
    server.calls.filter((call) => what.test(call)),
    [],
  );
};

test('what one clone has done another has, byte by byte; and nothing is sent where nothing has changed', async () => {
  const server = await fakeRemote();
  const first = clone(server.url);
  passed(await run(first));
  assert.equal(hitsOf(first), ['none', 'none']);
  assert.is(server.results.size, 2);
  // First what is named, then what names it.
  assert.ok(server.calls.indexOf('updateActionResult') > server.calls.indexOf('batchUpdateBlobs'));

  // A server may send the record along with a result.
  server.sendsAlong = true;
  const quick = clone(server.url);
  await never(server, () => run(quick), /Update|write/);
  assert.equal(filesOf(quick), filesOf(first));
  assert.is(server.calls.filter((call) => call === 'batchReadBlobs').length, 2);
  server.sendsAlong = false;

  const second = clone(server.url);
  await never(server, () => run(second), /Update|write/);
  assert.equal(hitsOf(second), ['remote', 'remote']);
  assert.equal(filesOf(second), filesOf(first));
  assert.ok(exists(second.dir, 'out/empty'));
  assert.not.ok(exists(second.dir, 'old'));
  const { folder } = reportOf(second) as unknown as { folder?: string };
  assert.ok(folder === undefined || folder !== '');

  // From here on it is in the clone's own cache.
  rmSync(join(second.dir, 'out'), { recursive: true });
  write(second.dir, { old: 'old' });
  await never(server, () => run(second), /./);
  assert.equal(hitsOf(second), ['local', 'local']);
});

test('an action, its command and all outputs are there for other clients, and the log', async () => {
  const server = await fakeRemote();
  passed(await run(clone(server.url)));
  for (const [action, result] of server.results) {
    assert.is(oidOf(server.blobs.get(action) as Buffer), action);
    const paths = result.outputFiles.map(({ path }) => path);
    assert.ok(paths.includes('.ptask/record'));
    for (const { digest } of result.outputFiles)
      assert.is(server.blobs.get(digest?.hash ?? '')?.length, digest?.sizeBytes);
    assert.ok(server.blobs.has(result.stdoutDigest?.hash ?? ''));
    assert.is(result.exitCode, 0);
  }
});

test('it is read-only unless it is told otherwise, and not asked with --no-cache', async () => {
  const server = await fakeRemote();
  await never(server, async () => passed(await run(clone(server.url, 'timeout: 20s'))), /Update|write/);
  await never(server, async () => passed(await run(clone(server.url), ['--no-cache'])), /./);
  await never(server, async () => passed(await run(clone(server.url), ['--cache', 'remote:off'])), /./);
  await never(server, async () => passed(await run(clone(server.url), ['--force'])), /getActionResult/);
  assert.is(server.results.size, 2);
});

test('without a cache of its own a run takes results from there, and keeps none here', async () => {
  const server = await fakeRemote();
  passed(await run(clone(server.url), ['--cache', 'local:off']));
  assert.is(server.results.size, 2);
  const second = clone(server.url);
  passed(await run(second, ['--cache', 'local:off,remote:r']));
  assert.equal(hitsOf(second), ['remote', 'remote']);
  rmSync(join(second.dir, 'out'), { recursive: true });
  write(second.dir, { old: 'old' });
  passed(await run(second, ['--cache', 'remote:off']));
  assert.equal(hitsOf(second), ['none', 'none']);
});

test('the same by plain HTTP, from any server that keeps files', async () => {
  const server = await httpFiles();
  const first = clone(server.url);
  passed(await run(first));
  assert.equal(hitsOf(first), ['none', 'none']);
  const second = clone(server.url);
  await never(server, () => run(second), /^PUT/);
  assert.equal(hitsOf(second), ['remote', 'remote']);
  assert.equal(filesOf(second), filesOf(first));
});

/** What the run says of it, in one line. */
function warningOf(result: PtaskResult): string {
  // It is said at once, and again in the end, with what came of it.
  assert.match(result.stdout, /the remote cache \S+ (?:takes no results|is left out from now on): /);
  const warnings = passed(result)
    .stderr.split('\n')
    .filter((line) => line.includes('remote cache'));
  assert.is(warnings.length, 1, describeResult(result));
  return warnings[0]?.replace(/\S+:\/\/\S+?:\d+\S*/, 'URL').replace(/^.*?the remote/, 'the remote') ?? '';
}

const REFUSALS: [string, (server: FakeRemote) => void, RegExp][] = [
  [
    'an expired token',
    (of) => of.on('getActionResult', () => new Refusal(16, 'token has expired')),
    /URL was left out: it wants a valid token \(token has expired\); 2 results are not stored there/,
  ],
  [
    'a server that forbids',
    (of) => of.on('getCapabilities', () => new Refusal(7, 'no')),
    /URL takes no results: it forbids this \(no\); 2 results/,
  ],
  [
    'a full server',
    (of) => of.on('batchUpdateBlobs', () => new Refusal(8, 'no space')),
    /URL takes no results: it takes no more \(no space\); 2 results are not stored there/,
  ],
  [
    'one that refuses only the result',
    (of) => of.on('updateActionResult', () => new Refusal(7, 'read-only token')),
    /URL takes no results: it forbids this \(read-only token\)/,
  ],
  [
    'an unknown instance',
    (of) => of.on('getActionResult', () => new Refusal(3, 'no instance x')),
    /URL was left out: it has no such instance/,
  ],
  [
    'silence',
    (of) => of.on('getActionResult', () => SILENCE),
    /URL was left out: it did not answer in time; 2 results .*; `ptask doctor` checks it, PTASK_REMOTE=off runs without/,
  ],
];

for (const [name, prepare, expected] of REFUSALS)
  test(`${name} is one warning, and the run goes on without`, async () => {
    const server = await fakeRemote();
    prepare(server);
    const of = clone(server.url, 'write: true, timeout: 1s');
    assert.match(warningOf(await run(of)), expected);
    assert.is(server.results.size, 0);
  });

test('nobody there, and a refusal by HTTP', async () => {
  const server = await httpFiles();
  server.refuse(({ method }) => (method === 'PUT' ? 403 : undefined));
  assert.match(
    warningOf(await run(clone(server.url))),
    /URL takes no results: it forbids this \(HTTP 403 Forbidden\)/,
  );
  server.refuse(() => 401);
  assert.match(
    warningOf(await run(clone(server.url))),
    /URL was left out: it wants a valid token \(HTTP 401/,
  );
  server.stop();
  assert.match(
    warningOf(await run(clone(server.url))),
    /URL was left out: it cannot be reached \(connect ECONNREFUSED/,
  );
});

test('a server that says it stores nothing is heeded', async () => {
  const server = await fakeRemote();
  const { cacheCapabilities: cache } = server.capabilities;
  if (cache) cache.actionCacheUpdateCapabilities = { updateEnabled: false };
  const told =
    /URL takes no results: it stores no results of clients; 2 results .*; with `write: false` results are only/;
  const heeded = async (): Promise<void> => assert.match(warningOf(await run(clone(server.url))), told);
  await never(server, heeded, /Update|write/);
});

test('a result that is too much for the server is not there, and the others are', async () => {
  const server = await fakeRemote();
  let count = 0;
  server.on('updateActionResult', () => {
    count += 1;
    return count === 1 ? new Refusal(8, 'received message larger than max (5 vs. 4)') : undefined;
  });
  const { stderr } = passed(await run(clone(server.url, 'write: true, timeout: 20s')));
  assert.match(stderr, /1 result is not stored in the remote cache grpc:\S+: /);
  assert.is(server.results.size, 1);
});

test('what is not what it is named, is gone, failed or was made up is a miss', {
  timeout: 300_000,
}, async () => {
  const server = await fakeRemote();
  passed(await run(clone(server.url)));
  const blobs = new Map(server.blobs);
  const results = new Map(server.results);
  const miss = async (spoil: () => void): Promise<void> => {
    for (const [hash, bytes] of blobs) server.blobs.set(hash, bytes);
    for (const [hash, result] of results) server.results.set(hash, structuredClone(result));
    spoil();
    const second = clone(server.url, 'timeout: 20s');
    const result = passed(await run(second));
    assert.is(hitsOf(second)[0], 'none', describeResult(result));
    assert.ok(exists(second.dir, 'out/link'));
  };
  const recordOf = (action: string): string => recordDigestIn(results.get(action) as never)?.hash ?? '';
  await miss(() => {
    for (const [hash, bytes] of blobs)
      if (bytes.toString() === 'of b') server.blobs.set(hash, Buffer.from('of x'));
  });
  await miss(() => {
    for (const [hash, bytes] of blobs) if (bytes.toString() === 'of b') server.blobs.delete(hash);
  });
  await miss(() => {
    for (const result of server.results.values()) result.exitCode = 1;
  });
  // Of another client, who knows no record.
  await miss(() => {
    for (const result of server.results.values()) result.outputFiles.shift();
  });
  // A result that would reach beyond the task's writes, or the root.
  for (const path of ['src/a', '../outside', '.git/hooks/post-checkout'])
    await miss(() => {
      for (const [action, result] of server.results) {
        const bytes = blobs.get(recordOf(action)) as Buffer;
        const record = decodeRecord(bytes, action);
        if (record?.task !== 'build') continue;
        const [change] = record.changes.filter(({ kind }) => kind === 'file');
        if (change) change.path = path as never;
        const forged = encodeRecord(action, record);
        const file = result.outputFiles.find((each) => each.path === '.ptask/record');
        if (file) file.digest = { hash: oidOf(forged), sizeBytes: forged.length };
        server.blobs.set(oidOf(forged), forged);
      }
    });
});

test('what proved damaged or gone is said once, and stored anew by the run that finds it out', {
  timeout: 300_000,
}, async () => {
  const server = await fakeRemote();
  passed(await run(clone(server.url)));
  const sound = new Map(server.blobs);
  const ofB = [...sound].find(([, bytes]) => bytes.toString() === 'of b')?.[0] as string;
  const big = [...sound].find(([, bytes]) => bytes.length > 4_000_000)?.[0] as string;
  const spoil: [hash: string, deed: () => void][] = [
    [ofB, () => void server.blobs.set(ofB, Buffer.from('of x'))],
    [big, () => void server.blobs.set(big, Buffer.from('something else'))],
    // Of what it has lost it may still say that it is there.
    [ofB, () => server.on('batchReadBlobs', () => new Refusal(5, 'no such blob'))],
  ];
  for (const [hash, deed] of spoil) {
    deed();
    const { stderr } = passed(await run(clone(server.url, 'write: true, timeout: 20s')));
    assert.match(
      stderr,
      /[12] results? (?:is|are) damaged or incomplete in the remote cache grpc:\S+ and not used: /,
    );
    assert.is(stderr.match(/remote cache/g)?.length, 1, stderr);
    assert.equal(server.blobs.get(hash), sound.get(hash));
    server.on('batchReadBlobs', () => undefined);
    const next = clone(server.url, 'timeout: 20s');
    assert.not.match(passed(await run(next)).stderr, /remote cache/);
    assert.equal(hitsOf(next), ['remote', 'remote']);
  }
});

test('a plan says what is cached remotely, fetches none of it, and says why where it cannot ask', {
  timeout: 300_000,
}, async () => {
  const server = await fakeRemote();
  const simple = (more: string): Project => {
    const made = project(`
cache: { enabled: true, remote: { url: '${server.url}', ${more} } }
tasks:
  build: { run: 'mkdir -p out && cat src/* > out/all', reads: [src/**], writes: [out/**] }
  after: { run: 'wc -c < out/all > size', reads: [out/**], writes: [size] }
`);
    write(made.dir, { 'src/a': 'of a' });
    return made;
  };
  passed(await run(simple('write: true')));
  const of = simple('timeout: 20s');
  const planned = async (env = {}): Promise<Forecast[]> => {
    const { stdout } = passed(await of.ptask('plan', '--cache', '--json', { env }));
    return JSON.parse(stdout).cache;
  };
  await never(
    server,
    async () =>
      assert.equal(
        (await planned()).map(({ state, isRemote }) => [state, isRemote]),
        [
          ['hit', true],
          ['hit', true],
        ],
      ),
    /Update|write|^read$/,
  );
  assert.match((await of.ptask('plan', '--cache')).stdout, /build +cached remotely, saves/);
  assert.match((await of.ptask('explain', 'build')).stdout, /^build comes from the remote cache, /);
  assert.not.ok(exists(of.dir, 'out'));
  const [local] = await planned({ PTASK_REMOTE: 'off' });
  assert.is(local?.state, 'miss');
  assert.not.match(local?.because.join() ?? '', /remote/);
  server.results.clear();
  assert.is((await planned())[0]?.because.at(-1), 'the remote cache does not have its result');
  server.on('getActionResult', () => new Refusal(16, 'token has expired'));
  const refused = 'the remote cache could not be asked: it wants a valid token (token has expired)';
  assert.is((await planned())[0]?.because.at(-1), refused);
  const explained = await of.ptask('explain', 'build');
  assert.match(explained.stdout, 'the remote cache could not be asked: it wants a valid token');
});

test('the environment names a server, and its headers; what is wrong with that is said before anything runs', async () => {
  const server = await fakeRemote();
  const env = {
    PTASK_REMOTE: server.url,
    PTASK_REMOTE_WRITE: 'true',
    PTASK_REMOTE_HEADER: 'X-Token: a${b}c\nx-other: 2',
  };
  const of = project(`
cache: true
tasks: { one: { run: 'echo one > one', reads: [], writes: [one] } }
`);
  passed(await run(of, [], env));
  assert.is(server.results.size, 1);
  assert.is(server.metadata.get('x-token'), 'a${b}c');
  assert.is(server.metadata.get('x-other'), '2');
  const wrong = [
    [{ PTASK_REMOTE: 'ftp://x' }, /PTASK_REMOTE: `ftp:\/\/x` has the unknown scheme ftp:\/\//],
    [{ PTASK_REMOTE: 'cache.example.com' }, /PTASK_REMOTE: `cache.example.com` is no URL/],
    [{ ...env, PTASK_REMOTE_WRITE: 'yes' }, /PTASK_REMOTE_WRITE is `yes`/],
    [{ ...env, PTASK_REMOTE_HEADER: 'secret' }, /PTASK_REMOTE_HEADER has a line without a colon/],
    [{ ...env, PTASK_REMOTE_TIMEOUT: 'soon' }, /PTASK_REMOTE_TIMEOUT is `soon`/],
  ] as const;
  for (const [given, message] of wrong) {
    const result = await of.ptask('run', { env: given });
    assert.is(result.code, 2, describeResult(result));
    assert.match(result.stderr, message);
    assert.not.match(result.all, /secret/);
  }
});

test('a variable that is not set is a warning: who has no token works without', async () => {
  const server = await fakeRemote();
  const of = clone(server.url, "headers: { authorization: 'Bearer ${CACHE_TOKEN}' }");
  assert.match(
    warningOf(await run(of)),
    /URL is not used: CACHE_TOKEN is not set; PTASK_REMOTE=off runs without it/,
  );
  appendFileSync(join(of.dir, 'src/a'), 'x');
  passed(await run(of, [], { CACHE_TOKEN: 'abc' }));
  assert.is(server.metadata.get('authorization'), 'Bearer abc');
});

test('with ci, a trusted build writes and that of a pull request reads', async () => {
  const server: HttpFiles = await httpFiles();
  const push = {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF_NAME: 'main',
    GITHUB_REF_TYPE: 'branch',
  };
  await never(server, async () => passed(await run(clone(server.url, 'write: ci'))), /PUT/);
  const pull = {
    ...push,
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_REF_NAME: '7/merge',
    GITHUB_HEAD_REF: 'x',
  };
  await never(server, async () => passed(await run(clone(server.url, 'write: ci'), [], pull)), /PUT/);
  passed(await run(clone(server.url, 'write: ci'), [], push));
  const reader = clone(server.url, 'write: ci');
  await never(server, async () => passed(await run(reader, [], pull)), /PUT/);
  assert.equal(hitsOf(reader), ['remote', 'remote']);
});

test('a client that is killed in the middle of sending leaves nothing that anybody finds', async () => {
  const server = await fakeRemote();
  let arrived = (): void => {};
  const isSending = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  server.on('write', () => {
    arrived();
    return SILENCE;
  });
  const of = clone(server.url, 'write: true, timeout: 60s');
  await of.ptask('run', { signalAfter: { when: isSending, signal: 'SIGKILL' }, timeout: 60_000 });
  assert.is(server.results.size, 0);
  server.on('write', () => undefined);
  passed(await run(of));
  const second = clone(server.url);
  passed(await run(second));
  assert.equal(filesOf(second), filesOf(of));
});

test('Ctrl-C while it sends ends the run, without a word of what is not there', async () => {
  const server = await fakeRemote();
  let arrived = (): void => {};
  const isSending = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  server.on('write', () => {
    arrived();
    return SILENCE;
  });
  const of = clone(server.url, 'write: true, timeout: 60s');
  const file = join(of.dir, 'parallel.config.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace("'echo after", "'sleep 100; echo after"));
  const result = await of.ptask('run', { signalAfter: { when: isSending }, timeout: 60_000 });
  assert.not.ok(result.timedOut, describeResult(result));
  assert.match(result.all, /interrupted/);
  assert.not.match(result.all, /remote cache|\(node:/);
  assert.is(server.results.size, 0);
});

const NOT_STORED = /1 result is not stored in the remote cache grpc:\S+: the upload was\s+interrupted/;

test('Ctrl-C while nothing but what it sends is left ends that, and the run has passed', async () => {
  const server = await fakeRemote();
  server.on('write', () => SILENCE);
  const of = clone(server.url, 'write: true, timeout: 60s');
  const when = /storing 1 result in the remote cache \(Ctrl-C skips this\)/;
  const { all, stderr } = passed(await run(of, [], {}, { signalAfter: { when } }));
  assert.match(stderr, NOT_STORED);
  assert.match(all, /2 tasks passed|2 passed/);
  assert.not.match(all, /stopping|run interrupted/);
  assert.is(server.results.size, 1);
});

test('the same in a terminal, where the last line of the tree says it, however narrow that is', async () => {
  const server = await fakeRemote();
  server.on('write', () => SILENCE);
  const of = clone(server.url, 'write: true, timeout: 60s');
  const screen = ptaskTerminal(['run'], { cwd: of.dir, cols: 90, rows: 12 });
  await screen.waitFor(/storing 1 result in the remote cache \(Ctrl-C skips this\)/);
  screen.resize(42, 12);
  await screen.waitFor(/^storing 1 result in the remote cache$/m);
  screen.press('ctrl-c');
  const { code } = await screen.exited;
  assert.is(code, 0, screen.raw());
  assert.match(screen.raw(), NOT_STORED);
});
