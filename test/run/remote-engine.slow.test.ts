/** Tasks that run on a server that says what no real one does on demand: nothing of the user's is lost by it, and the run goes on. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, ptask, startPtask } from '../support/cli.ts';
import { type Asked, resultWith, type Said } from '../support/fake-execution.ts';
import { type FakeRemote, fakeRemote, Refusal, SILENCE } from '../support/fake-remote.ts';
import { repo } from '../support/git.ts';
import { rawTree } from '../support/raw-tree.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir } from '../support/tmp.ts';
import { type Asked as AskedRun, type IsolatedRun, runIn } from './isolation-support.ts';

const test = suite('run/remote-engine');

const filesIn = (dir: string): Record<string, string> =>
  Object.fromEntries(Object.entries(rawTree(dir)).filter(([path]) => !/^\.(?:git|ptask)(?:\/|$)/.test(path)));

const BEFORE = { '.gitignore': 'dist/\n', 'src/a': 'a\n', 'dist/kept': 'kept\n', 'dist/deep/kept': 'kept\n' };

interface Played {
  dir: string;
  asked: Asked[];
  server: FakeRemote;
  ran: IsolatedRun;
}

/** One task that makes `dist/new`; here what it makes says so. @param answers to one call after the other, the last again and again */
async function play(
  answers: ((asked: Asked, server: FakeRemote) => readonly Said[])[],
  more: object = {},
  how: AskedRun = {},
): Promise<Played> {
  const dir = join(tempDir(), 'repo');
  await repo({ dir, files: BEFORE });
  const server = await fakeRemote();
  const asked: Asked[] = [];
  server.executes((one) => {
    asked.push(one);
    return answers[Math.min(asked.length, answers.length) - 1]?.(one, server) ?? [];
  });
  const task = { run: 'echo here > dist/new', reads: ['src/**'], writes: ['dist/**'], remote: true, ...more };
  const ran = await runIn(dir, { remote: { url: server.url }, tasks: { task } }, how);
  server.stop();
  return { dir, asked, server, ran };
}

const made = (text: string, exitCode = 0): ReturnType<typeof resultWith> =>
  resultWith(
    { 'tree/dist/new': text, 'tree/dist/kept': 'kept\n', 'tree/dist/deep/kept': 'kept\n' },
    exitCode,
  );

const callsOf = ({ asked }: Played): string[] =>
  asked.map(({ call, isFresh }) => `${call}${isFresh ? ' fresh' : ''}`);

function assertHere({ dir, ran }: Played, why: RegExp): void {
  const { status, remote, remoteDenied = '' } = ran.task('task');
  assert.equal([status, remote], ['passed', undefined]);
  assert.match(remoteDenied, why);
  assert.equal(filesIn(dir), { ...filesIn(dir), ...asTree({ ...BEFORE, 'dist/new': 'here\n' }) });
}

function assertThere({ dir, ran }: Played): void {
  const { status, remote, remoteDenied } = ran.task('task');
  assert.equal([status, remote !== undefined, remoteDenied], ['passed', true, undefined]);
  assert.equal(filesIn(dir), { ...filesIn(dir), ...asTree({ ...BEFORE, 'dist/new': 'there\n' }) });
}

const asTree = (files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, `644 ${text}`]));

test('what comes back is put in place, and what else lies there stays', async () => {
  assertThere(await play([() => ['queued', 'running', { result: made('there\n') }]]));
});

test('a server that tells no outputs is trouble, and removes nothing', async () => {
  const none = await play([() => [{ result: { exitCode: 0 } }]]);
  assertHere(none, /none of its outputs/);
  // Nor does one that has only those of the task's own.
  const { outputFiles } = made('there\n');
  assertHere(await play([() => [{ result: { outputFiles: outputFiles.slice(1) } }]]), /none of its outputs/);
});

test('a failure that the server has kept is none: it is executed once more, past what it keeps', async () => {
  const played = await play(
    [() => [{ result: made('', 1), cachedResult: true }], () => ['running', { result: made('there\n') }]],
    { cache: true },
    { cache: { reads: true, writes: true } },
  );
  assertThere(played);
  assert.equal(callsOf(played), ['execute', 'execute fresh']);
});

test('a failure that is new is one', async () => {
  const played = await play([() => [{ result: made('half\n', 7) }]]);
  const { status, exitCode } = played.ran.task('task');
  assert.equal([status, exitCode, callsOf(played).length], ['failed', 7, 1]);
});

const LACKING: [string, Said][] = [
  ['FAILED_PRECONDITION of the operation', { status: { code: 9, message: 'missing blob' } }],
  ['NOT_FOUND of the call', new Refusal(5, 'no such blob')],
  ['INVALID_ARGUMENT of the call', new Refusal(3, 'input root is not there')],
  ['INTERNAL of the operation', { status: { code: 13, message: 'cannot stage' } }],
];

for (const [name, said] of LACKING)
  test(`inputs that the server has lost are sent once more, whatever it says: ${name}`, async () => {
    const lose = (_: Asked, server: FakeRemote): Said[] => {
      server.blobs.clear();
      return [said];
    };
    assertThere(await play([lose, () => [{ result: made('there\n') }]]));
    // Once: one that loses them each time is left.
    const played = await play([lose]);
    assertHere(played, /it (?:failed|does not have this)/);
    assert.is(callsOf(played).length, 2);
  });

test('a server that lacks nothing and fails is left at once', async () => {
  const played = await play([() => [{ status: { code: 13, message: 'broken' } }]]);
  assertHere(played, /it failed \(broken\)/);
  assert.is(callsOf(played).length, 1);
});

test('a stream that is lost is taken up again', async () => {
  const played = await play([
    () => ['running', new Refusal(14, 'connection reset')],
    () => ['running', { result: made('there\n') }],
  ]);
  assertThere(played);
  assert.equal(callsOf(played), ['execute fresh', 'waitExecution']);
});

test('who stops the run cancels what is executed, and nothing has changed', async () => {
  const stop = new AbortController();
  const played = await play(
    [
      () => {
        setImmediate(() => stop.abort('SIGINT'));
        return ['running', SILENCE];
      },
    ],
    {},
    { signal: stop.signal },
  );
  assert.is(played.ran.task('task').status, 'cancelled');
  assert.ok(played.server.calls.includes('cancelOperation'));
  assert.is(exists(played.dir, 'dist/new'), false);
  assert.is(readFileSync(join(played.dir, 'dist/kept'), 'utf8'), 'kept\n');
});

for (const at of ['batchUpdateBlobs', 'execute'] as const)
  test(`a ptask that is killed at ${at} leaves a whole tree, and the next run goes on`, async () => {
    const dir = join(tempDir(), 'repo');
    const server = await fakeRemote();
    const task = { run: 'false', reads: ['src/**'], writes: ['dist/**'], remote: true };
    const config = JSON.stringify({ remote: { url: server.url, fallback: 'fail' }, tasks: { task } });
    await repo({ dir, files: BEFORE });
    writeFileSync(join(dir, 'parallel.config.yaml'), config);
    const before = filesIn(dir);
    const reached = new Promise<void>((done) => {
      server.on('batchUpdateBlobs', () => {
        if (at !== 'batchUpdateBlobs') return undefined;
        done();
        return SILENCE;
      });
      server.executes(() => {
        done();
        return ['running', SILENCE];
      });
    });
    const running = startPtask(['run'], { cwd: dir });
    await reached;
    running.kill('SIGKILL');
    await running.result;
    assert.equal(filesIn(dir), before);
    server.on('batchUpdateBlobs', () => undefined);
    server.executes(() => [{ result: made('there\n') }]);
    expectCode(await ptask(['run'], { cwd: dir }), 0);
    assert.equal(filesIn(dir), { ...before, ...asTree({ 'dist/new': 'there\n' }) });
    server.stop();
  });
