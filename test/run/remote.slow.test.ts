/** Tasks that run on a real server of the Remote Execution API: the same trees as here, and nothing lost whatever becomes of it. */

import { cpSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { casd, noCasd } from '../support/casd.ts';
import { ptask, startPtask } from '../support/cli.ts';
import { repositoryRoot } from '../support/env.ts';
import { type Repo, repo } from '../support/git.ts';
import { rawTree } from '../support/raw-tree.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir, write } from '../support/tmp.ts';
import { type Asked, type IsolatedRun, runIn } from './isolation-support.ts';

const reason = noCasd();
const quiet = suite('run/remote');
const test = (name: string, body: () => Promise<void>): void =>
  reason === undefined ? quiet(name, { timeout: 120_000 }, body) : quiet.skip(name, reason);

const rig = reason === undefined ? await casd({ jobs: 4 }) : undefined;
const at = { url: rig?.url };

const filesIn = (dir: string): Record<string, string> =>
  Object.fromEntries(Object.entries(rawTree(dir)).filter(([path]) => !/^\.(?:git|ptask)(?:\/|$)/.test(path)));

/** What each of them did remotely. */
const remotely = ({ report }: IsolatedRun): Record<string, boolean> =>
  Object.fromEntries(report.tasks.map(({ id, remote }) => [id, remote !== undefined]));

const outputOf = ({ folder }: IsolatedRun, task: string): string =>
  readFileSync(join(folder, 'tasks', `${task}.out`), 'utf8');

async function ground(files: Parameters<typeof write>[1] = {}): Promise<Repo> {
  const dir = join(tempDir(), 'repo');
  write(dir, { '.gitignore': 'ignored/\n', ...files });
  return repo({ dir });
}

const task = (run: string | string[], more: object = {}): object => ({
  ...{ run, reads: [], writes: [], remote: true },
  ...more,
});

async function runRemotely(
  dir: string,
  tasks: object,
  more: object = {},
  asked: Asked = {},
): Promise<IsolatedRun> {
  return runIn(dir, { remote: at, ...more, tasks }, asked);
}

test('tasks that read, write and remove leave the tree that they leave here', async () => {
  const files = {
    'src/a.txt': 'a\n',
    'src/b.txt': 'b\n',
    'old/x': 'x\n',
    'tool.sh': { content: '#!/bin/sh\ntr a-z A-Z\n', mode: 0o755 },
  };
  const tasks = {
    upper: task(
      [
        'mkdir -p out/deep',
        './tool.sh < src/a.txt > out/deep/a',
        'ln -s deep/a out/link; chmod +x out/deep/a',
      ],
      {
        ...{ reads: ['src/**', 'tool.sh'], writes: ['out/**'] },
      },
    ),
    clean: task('rm -r old; mkdir -p gen/empty; echo new > gen/n', { writes: ['old/**', 'gen/**'] }),
    both: task('cat out/deep/a gen/n > all.txt; cat out/link', {
      reads: ['out/**', 'gen/**'],
      writes: ['*.txt'],
    }),
  };
  const [there, here] = [await ground(files), await ground(files)];
  const ran = await runRemotely(there.dir, tasks);
  assert.equal(remotely(ran), { upper: true, clean: true, both: true });
  assert.ok(ran.report.tasks.every(({ status }) => status === 'passed'));
  await runIn(here.dir, {
    tasks: JSON.parse(JSON.stringify(tasks).replaceAll('"remote":true', '"remote":false')),
  });
  assert.equal(filesIn(there.dir), filesIn(here.dir));
  assert.equal(ran.task('both').strays, []);
  assert.is(outputOf(ran, 'both'), 'A\n');
});

test('outputs that are links, and writes that go through one, are as here', async () => {
  const tasks = {
    made: task('ln -s real made', { writes: ['made'] }),
    folder: task('ln -s real folder', { writes: ['folder/**'], needs: ['through'] }),
    through: task('echo y > lnkdir/y; echo z > real/z', { writes: ['lnkdir/**'] }),
    changed: task('ln -sfn other old', { writes: ['old'] }),
    file: task('rm old2; echo x > old2', { writes: ['old2'] }),
  };
  const trees: Record<string, string>[] = [];
  for (const remote of [true, false]) {
    const { dir } = await ground({ 'real/x': 'x\n' });
    for (const name of ['lnkdir', 'old', 'old2']) symlinkSync('real', join(dir, name));
    const each = Object.entries(tasks).map(([id, one]) => [id, { ...one, remote }]);
    const ran = await runRemotely(dir, Object.fromEntries(each));
    assert.equal(
      ran.report.tasks.map(({ id, status, remoteDenied }) => [id, status, remoteDenied]),
      ran.report.tasks.map(({ id }) => [id, 'passed', undefined]),
    );
    assert.ok(ran.report.tasks.every((one) => (one.remote !== undefined) === remote));
    trees.push(filesIn(dir));
  }
  assert.equal(trees[0], trees[1]);
});

test('commands may be long in sum, and leave nothing running there', async () => {
  const { dir } = await ground();
  const long = Array.from({ length: 3 }, (_, at) => `test ${at} = ${at} || echo ${'x'.repeat(100_000)}`);
  const ran = await runRemotely(dir, { long: task([...long, 'sleep 4715 & echo well']) });
  assert.equal(remotely(ran), { long: true });
  assert.is(outputOf(ran, 'long'), 'well\n');
  assert.not.ok(rig?.processes().some((line) => line.includes('4715')));
});

test('folders that are empty, or lie on the way, are there and stay', async () => {
  const tasks = {
    top: task('echo r > new.md', { writes: ['*.md'] }),
    under: task('echo x > sub/y.md', { writes: ['sub/*.md'] }),
    literal: task('test -d lit && true', { writes: ['lit/x.txt'] }),
    gone: task('rmdir old/deep', { writes: ['old/deep/**'] }),
  };
  const trees: Record<string, string>[] = [];
  for (const remote of [true, false]) {
    const { dir } = await ground({ 'sub/': '', 'dl/': '', 'deep/er/': '', 'lit/': '', 'old/deep/': '' });
    const each = Object.entries(tasks).map(([id, one]) => [id, { ...one, remote }]);
    const ran = await runRemotely(dir, Object.fromEntries(each));
    assert.ok(
      ran.report.tasks.every(({ status }) => status === 'passed'),
      JSON.stringify(ran.report.tasks),
    );
    trees.push(filesIn(dir));
  }
  assert.equal(trees[0], trees[1]);
  assert.ok(Object.keys(trees[0] ?? {}).some((path) => path.startsWith('deep/er')));
});

test('isolated tasks are merged with no worktree, as in the example', async () => {
  const example = join(repositoryRoot, 'examples/strategy-b-worktrees');
  const trees: Record<string, string>[] = [];
  for (const remote of [false, true]) {
    const dir = join(tempDir(), 'repo');
    cpSync(example, dir, { recursive: true, filter: (from) => !/\.ptask|config\.yaml/.test(from) });
    await repo({ dir });
    const one = (run: string): object => ({
      ...{ run, verify: 'node check.mjs', writes: ['src/**'], remote },
      ...{ reads: ['*.mjs', 'src/**', 'package.json'], snapshotReads: true },
    });
    const ran = await runRemotely(dir, {
      orders: one('node add-page.mjs orders'),
      invoices: one('node add-page.mjs invoices'),
      title: one("node set-title.mjs 'Three pages'"),
    });
    assert.ok(ran.report.tasks.every(({ status }) => status === 'passed'));
    assert.is(
      ran.report.tasks.every(({ workspace }) => workspace === 'worktree'),
      true,
    );
    assert.is(
      ran.events.some(({ type }) => type === 'workspace-ready'),
      !remote,
    );
    trees.push(filesIn(dir));
  }
  assert.equal(trees[1], trees[0]);
});

test('a secret in its environment, in its commands or handed to it keeps a task here, whatever the fallback', async () => {
  const { dir } = await ground();
  const word = 'abcdefgh12345678';
  const tasks = {
    a: task('test -n "$API_TOKEN" && echo well', { env: { API_TOKEN: word } }),
    b: task(`echo ${word}`),
    giver: { ...task(`echo "it=${word}" >> $PTASK_OUTPUT`), remote: false },
    taker: task('grep -q it $PTASK_OUTPUTS', { needs: ['giver'] }),
  };
  const ran = await runIn(dir, { remote: { ...at, fallback: 'fail' }, tasks });
  const why = {
    a: 'API_TOKEN in its environment is a secret',
    b: 'a secret stands in its commands',
    taker: 'what it is handed holds a secret',
  };
  for (const [id, reason] of Object.entries(why)) {
    const { status, remote, remoteDenied } = ran.task(id);
    assert.equal([status, remote, remoteDenied], ['passed', undefined, reason]);
  }
});

test('values, notes, verify and the environment work as at home', async () => {
  const { dir } = await ground();
  const ran = await runRemotely(dir, {
    giver: task(['echo "v=$WHO" >> $PTASK_OUTPUT', 'echo "## handoff: look here" >> $PTASK_LOG'], {
      env: { WHO: 'me' },
    }),
    taker: task('cat $PTASK_OUTPUTS', { needs: ['giver'] }),
    checked: task('true', { verify: ['echo seen', 'exit 4'] }),
  });
  assert.match(outputOf(ran, 'taker'), /"v": "me"/);
  const { status, reason: why, exitCode, verify } = ran.task('checked');
  assert.equal([status, why, exitCode, verify], ['failed', 'verify failed: exit code 4', 4, 'failed']);
  assert.ok(ran.events.some((event) => event.type === 'task-noted' && event.id === 'giver'));
});

test('it sees only what it declares, and what it writes beside that is told', async () => {
  const { dir } = await ground({ 'conf/a.json': '{}\n', 'data/b.txt': 'b\n' });
  const ran = await runRemotely(dir, {
    reader: task('cat conf/a.json'),
    stray: task('echo x > data/new.log; echo y > data/b.txt', {
      reads: ['data/b.txt'],
      writes: ['data/*.out'],
    }),
  });
  assert.match(
    ran.task('reader').reason ?? '',
    /exit code 1; it saw only its declared reads; conf\/a\.json exists .*; ptask check --strict reader finds/,
  );
  assert.equal(
    ran
      .task('stray')
      .strays.map(({ path, change }) => `${change} ${path}`)
      .sort(),
    ['created data/new.log', 'modified data/b.txt'],
  );
  assert.is(exists(dir, 'data/new.log'), false, 'what it has not declared stays there');
});

test('a mode and a link beside the writes are told where they change, and not where they stay', async () => {
  const { dir } = await ground({
    ...{ 'd/a': 'a\n', 'd/b': 'b\n', 'd/tool': { content: 'x\n', mode: 0o755 } },
  });
  symlinkSync('a', join(dir, 'd/lnk'));
  symlinkSync('a', join(dir, 'd/same'));
  symlinkSync(join(dir, 'd/a'), join(dir, 'd/whole'));
  const run = 'chmod +x d/a; ln -sf b d/lnk; echo x > d/x.out';
  const ran = await runRemotely(dir, { a: task(run, { reads: ['d/**'], writes: ['d/*.out'] }) });
  assert.equal(remotely(ran), { a: true });
  const told = ran.task('a').strays.map(({ path, change }) => `${change} ${path}`);
  assert.equal(told.sort(), ['modified d/a', 'modified d/lnk']);
});

test('what git ignores is no undeclared write', async () => {
  const { dir } = await ground();
  const run = 'mkdir ignored; echo x > ignored/x; echo y > out.txt';
  const ran = await runRemotely(dir, { a: task(run, { writes: ['*.txt'], strays: 'error' }) });
  assert.equal([ran.task('a').status, ran.task('a').strays], ['passed', []]);
  assert.equal(remotely(ran), { a: true });
});

test('undo brings back what was there before', async () => {
  const { dir } = await ground({ 'a.txt': 'before\n' });
  const before = filesIn(dir);
  await runRemotely(dir, { a: task('echo after > a.txt; echo b > b.txt', { writes: ['*.txt'] }) });
  assert.is(readFileSync(join(dir, 'a.txt'), 'utf8'), 'after\n');
  write(dir, { 'parallel.config.yaml': '{ tasks: { t: { run: "true" } } }' });
  const undone = await ptask(['undo'], { cwd: dir });
  assert.is(undone.code, 0, undone.all);
  rmSync(join(dir, 'parallel.config.yaml'));
  assert.equal(filesIn(dir), before);
});

test('what the server has is not sent again, and what has failed there is tried again', async () => {
  const { dir } = await ground({ 'in.txt': 'x\n' });
  const config = { cache: true };
  const cached = task('cat in.txt > out.txt', { reads: ['in.txt'], writes: ['out.txt'] });
  // It fails as long as nobody has made this folder, which is no part of any key.
  const flag = join(tempDir(), 'flag');
  const flaky = task(`test -d ${flag}`);
  const first = await runRemotely(dir, { cached, flaky }, config);
  assert.ok((first.task('cached').remote?.sentBytes ?? 0) > 0);
  assert.is(first.task('flaky').status, 'failed');
  write(flag, { 'x/': '' });
  const use = { cache: { reads: true, writes: true } };
  const other = await ground({ 'in.txt': 'x\n' });
  const again = await runRemotely(other.dir, { cached, flaky }, config, use);
  assert.equal(again.task('cached').remote?.sentBytes, 0);
  assert.is(again.task('cached').remote?.cached, true);
  assert.is(again.task('flaky').status, 'passed');
  assert.is(readFileSync(join(other.dir, 'out.txt'), 'utf8'), 'x\n');
});

test('who stops the run stops what runs there', async () => {
  const { dir } = await ground();
  const stop = new AbortController();
  const begun = join(tempDir(), 'begun');
  const running = runRemotely(...([dir, { long: task([`touch ${begun}`, 'sleep 4711']) }, {}] as const), {
    signal: stop.signal,
  });
  while (!exists(begun)) await new Promise((next) => setTimeout(next, 20));
  stop.abort('SIGINT');
  const ran = await running;
  assert.is(ran.task('long').status, 'cancelled');
  while (rig?.processes().some((line) => line.includes('4711')))
    await new Promise((next) => setTimeout(next, 20));
});

test('a task that takes too long leaves nothing running there', async () => {
  const { dir } = await ground();
  const ran = await runRemotely(dir, { long: task('sleep 4712', { timeout: '1s' }) });
  assert.equal([ran.task('long').status, ran.task('long').reason], ['failed', 'timed out after 1.0s']);
  while (rig?.processes().some((line) => line.includes('4712')))
    await new Promise((next) => setTimeout(next, 20));
});

test('a server that dies in the middle of it leaves the task to this machine', async () => {
  const own = await casd({ jobs: 2 });
  const { dir } = await ground();
  const begun = join(tempDir(), 'begun');
  const run = [
    `touch ${begun}`,
    'if test -d ../.git || test -d .git; then echo here; else sleep 600; fi > out.txt',
  ];
  const tasks = { one: task(run, { writes: ['out.txt'] }) };
  const running = runIn(dir, { remote: { url: own.url }, tasks });
  while (!exists(begun)) await new Promise((next) => setTimeout(next, 20));
  await own.stop();
  const ran = await running;
  const { status, remote, remoteDenied = '', attempts } = ran.task('one');
  assert.equal([status, remote, attempts], ['passed', undefined, 1]);
  assert.match(remoteDenied, /it cannot be reached/);
  assert.is(readFileSync(join(dir, 'out.txt'), 'utf8'), 'here\n');
  // And where it is to fail it does.
  const failed = await runIn(dir, { remote: { url: own.url, fallback: 'fail' }, tasks });
  assert.is(failed.task('one').status, 'failed');
  assert.match(failed.task('one').reason ?? '', /could not run remotely: it cannot be reached/);
});

test('a ptask that is killed while a task runs there leaves a whole tree, and the next run goes on', async () => {
  const { dir } = await ground({ 'out.txt': 'before\n', 'in.bin': 'x'.repeat(5_000_000) });
  const begun = join(tempDir(), 'begun');
  const run = `echo half > out.txt; test -e ${begun} || { touch ${begun}; sleep 600; }; echo whole > out.txt`;
  const config = { remote: at, tasks: { one: task(run, { reads: ['in.bin'], writes: ['out.txt'] }) } };
  write(dir, { 'parallel.config.yaml': JSON.stringify(config) });
  const before = filesIn(dir);
  const running = startPtask(['run'], { cwd: dir });
  while (!exists(begun)) await new Promise((next) => setTimeout(next, 20));
  running.kill('SIGKILL');
  await running.result;
  assert.equal(filesIn(dir), before);
  const again = await ptask(['run'], { cwd: dir });
  assert.is(again.code, 0, again.all);
  assert.match(again.all, /one \S+ remotely/);
  assert.is(readFileSync(join(dir, 'out.txt'), 'utf8'), 'whole\n');
});

test('remote tasks take no slot of this machine', async () => {
  const { dir } = await ground();
  const gate = join(tempDir(), 'gate');
  // Each waits for all of them: with one slot here they could never end.
  const names = ['a', 'b', 'c'];
  const wait = `while ! { ${names.map((name) => `test -e ${gate}${name}`).join(' && ')}; }; do sleep 0.05; done`;
  const tasks = Object.fromEntries(names.map((name) => [name, task([`touch ${gate}${name}`, wait])]));
  const ran = await runRemotely(dir, tasks, { concurrency: 1 });
  assert.ok(ran.report.tasks.every(({ status }) => status === 'passed'));
});
