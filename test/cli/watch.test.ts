// `ptask watch` as its users have it: files that change, tasks that run again, and nothing that runs for nothing.

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectCode, expectSignal, gitProject, type Project, project, type Running } from '../support/cli.ts';
import { puppets, type Rig } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { within } from '../support/within.ts';

const test = suite('cli/watch');

interface Watch extends Project {
  rig: Rig;
  watch: Running;
  /** Waits until all runs are over and it has said so for this many times in all. */
  idle(times: number): Promise<void>;
  /** Waits until it has printed this. */
  says(what: RegExp): Promise<void>;
  /** Lets the next run of each of these pass. */
  passes(...names: string[]): Promise<void>;
  /** Ends it, and comes back with what it has printed. */
  ends(): Promise<string>;
}

type Tasks = Record<string, object>;

/** Each task is a puppet of its name unless it has a `run`. */
async function watching(
  tasks: Tasks,
  files: Record<string, string>,
  { flags = [], ...config }: { flags?: string[]; [key: string]: unknown } = {},
): Promise<Watch> {
  const rig = await puppets();
  const all = Object.entries(tasks).map(([id, task]) => [id, { run: rig.command(id), ...task }]);
  const text = JSON.stringify({ ...config, tasks: Object.fromEntries(all) });
  const made = await gitProject({
    files: { '.gitignore': '.ptask\ndist\n', 'parallel.config.json': text, ...files },
  });
  const watch = made.start('watch', ...flags);
  const says = (what: RegExp): Promise<void> =>
    within(
      30_000,
      `waiting for ${what}`,
      async () => {
        while (!what.test(watch.output())) await sleep(10);
      },
      watch.output,
    );
  return {
    ...made,
    rig,
    watch,
    says,
    idle: (times) => says(new RegExp(`(?:^watching [\\s\\S]*){${times}}`, 'm')),
    async passes(...names) {
      await Promise.all(names.map(async (name) => (await rig.nextInvocation(name, 30_000)).exit(0)));
    },
    async ends() {
      watch.kill('SIGINT');
      return expectSignal(await watch.result).all;
    },
  };
}

const READS_SRC = { reads: ['src/**'] };
const READS_DOCS = { reads: ['docs/**'] };
const FILES = { 'src/a': '1', 'docs/a': '1' };

test('runs all, and then what a change hits and what follows that', async () => {
  const tasks = { src: READS_SRC, docs: READS_DOCS, after: { needs: ['src'] } };
  const { write, passes, idle, rig, ends } = await watching(tasks, FILES);
  await passes('src', 'docs', 'after');
  await idle(1);
  write({ 'docs/a': '2' });
  await passes('docs');
  await idle(2);
  write({ 'src/new/b': '2', unread: '' });
  await passes('src', 'after');
  await idle(3);
  assert.equal(rig.started().slice(3), ['docs', 'src', 'after']);
  const all = await ends();
  assert.match(all, /^watching 3 files for 3 tasks$/m);
  assert.match(all, /^affected by 1 file changed\n {2}docs reads docs\/a$/m);
  assert.match(all, /^affected by 1 file changed\n {2}src reads src\/new\/b\n {2}after comes after src$/m);
});

test('what a task needs and has passed does not run again', async () => {
  const { write, passes, idle, rig, ends } = await watching(
    { src: READS_SRC, docs: { ...READS_DOCS, needs: ['src'] } },
    FILES,
  );
  await passes('src', 'docs');
  await idle(1);
  write({ 'docs/a': '2' });
  await passes('docs');
  await idle(2);
  assert.equal(rig.started(), ['src', 'docs', 'docs']);
  await ends();
});

test('a task that writes what it reads runs once for a change, in the tree, in a worktree and from the cache', async () => {
  const formats = (folder: string): object => ({
    run: `for f in ${folder}/*; do echo "formatted $(tr -dc 0-9 < $f)" > $f.new && mv $f.new $f; done; echo >> runs.log`,
    reads: [`${folder}/*`],
  });
  const tasks = {
    shared: { ...formats('one'), writes: ['one/*'], strays: 'ignore' },
    isolated: { ...formats('two'), writes: ['two/*'], workspace: 'worktree' },
    strict: { ...formats('three'), writes: ['three/*'], strict: true },
    cached: { ...formats('four'), writes: ['four/*'], cache: true },
    mark: { reads: ['mark'] },
  };
  const files = { 'one/a': '1', 'two/a': '1', 'three/a': '1', 'four/a': '1', mark: '' };
  const { write, passes, idle, ends, dir } = await watching(tasks, files);
  await passes('mark');
  await idle(1);
  const folders = ['one', 'two', 'three', 'four'];
  for (const [at, folder] of folders.entries()) {
    write({ [`${folder}/a`]: '2' });
    await idle(2 + at);
    assert.is(readFileSync(join(dir, folder, 'a'), 'utf8'), 'formatted 2\n');
  }
  // As it was: its result is in the cache.
  write({ 'four/a': '1' });
  await idle(6);
  write({ mark: '2' });
  await passes('mark');
  const all = await ends();
  assert.is(all.match(/^affected by 1 file changed/gm)?.length, 6, all);
});

test('a change of what runs now starts over; of what waits, and of what is over, it does not', async () => {
  const tasks = {
    src: READS_SRC,
    docs: { ...READS_DOCS, needs: ['src'] },
    last: { reads: ['last'], needs: ['docs'] },
  };
  const { write, passes, idle, rig, ends } = await watching(tasks, { ...FILES, last: '' });
  const first = await rig.nextInvocation('src', 30_000);
  write({ 'docs/a': '2' });
  write({ 'src/a': '2' });
  await first.ended;
  await passes('src');
  const docs = await rig.nextInvocation('docs', 30_000);
  write({ last: '2' });
  write({ 'docs/b': '2' });
  await docs.ended;
  await passes('docs', 'last');
  await idle(1);
  assert.equal(rig.started(), ['src', 'src', 'docs', 'docs', 'last']);
  const all = await ends();
  assert.match(all, /stopping after a change of src\/a$/m);
  assert.match(all, /stopping after a change of docs\/b$/m);
});

test('with --on-busy queue a run ends before the next one begins', async () => {
  const { write, passes, idle, rig, ends, says } = await watching(
    { src: READS_SRC, other: { reads: ['other'] } },
    { ...FILES, other: '' },
    { flags: ['--on-busy', 'queue', '--verbose'] },
  );
  const first = await rig.nextInvocation('src', 30_000);
  write({ 'src/a': '2', other: '2' });
  await passes('other');
  await first.exit(0);
  await passes('src', 'other');
  await idle(1);
  assert.not.match(await ends(), /stopping after a change/);
  await says(/src reads src\/a/);
});

test('a failure stays until a change, and what needs it comes along with it', async () => {
  const { write, rig, passes, idle, says, ends } = await watching(
    { src: READS_SRC, docs: { ...READS_DOCS, needs: ['src'] } },
    FILES,
  );
  await (await rig.nextInvocation('src', 30_000)).exit(1);
  await says(/· 1 failed: src$/m);
  write({ 'docs/a': '2' });
  await passes('src', 'docs');
  await idle(2);
  assert.match(await ends(), /^ {2}docs reads docs\/a$/m);
});

test('a task that fails and is rolled back is not its own next change', async () => {
  const tasks = {
    bad: { run: 'echo broken > out/a; exit 1', reads: ['out/*'], writes: ['out/*'], onFailure: 'rollback' },
    mark: { reads: ['mark'] },
  };
  const { write, passes, idle, ends } = await watching(tasks, { 'out/a': '1', mark: '' });
  await passes('mark');
  await idle(1);
  write({ mark: '2' });
  await passes('mark');
  await idle(2);
  assert.is((await ends()).match(/^⟲ bad rolled back after/gm)?.length, 1);
});

test('with a cache what comes to the same result does not run what reads it', async () => {
  const tasks = {
    build: {
      run: 'mkdir -p dist && tr -d "#" < src/a > dist/a',
      ...READS_SRC,
      writes: ['dist/*'],
      cache: true,
    },
    test: { run: 'cat dist/a', reads: ['dist/*'], writes: [], cache: true },
  };
  const { write, idle, ends, says } = await watching(tasks, FILES);
  await idle(1);
  write({ 'src/a': '#1' });
  await idle(2);
  await says(/test .*(?:cached|up to date)/);
  await ends();
});

test('an error in the config is told with its place, and the config as it was stays in use', async () => {
  const { write, passes, idle, says, ends, dir } = await watching({ src: READS_SRC }, FILES);
  await passes('src');
  await idle(1);
  const good = readFileSync(join(dir, 'parallel.config.json'), 'utf8');
  write({ 'parallel.config.json': good.replace('"reads"', '"raeds"') });
  await says(/did you mean `reads`\?[\s\S]*stays in use until this is fixed/);
  write({ 'src/a': '2' });
  await passes('src');
  await idle(2);
  // What comes after one that reads is rerun with it.
  const more = '"tasks":{"new":{"run":"exit 0"},"after":{"run":"exit 0","needs":["src"]},';
  write({ 'parallel.config.json': good.replace('"tasks":{', more) });
  await passes('src');
  await idle(3);
  const all = await ends();
  assert.match(all, /parallel\.config\.json has changed, on which all tasks depend/);
  assert.match(all, /^✔ new /m);
  assert.match(all, /^new declares no reads: no change reruns it$/m);
});

test('between its runs the work tree is free, and an undo is a change as any other', async () => {
  const tasks = {
    write: { run: 'cp src/a out/a', ...READS_SRC, writes: ['out/*'] },
    reader: { reads: ['out/*'] },
  };
  const { write, passes, idle, ptask, rig, ends, dir } = await watching(tasks, {
    ...FILES,
    'out/a': 'before',
  });
  await passes('reader');
  await idle(1);
  const runs = expectCode(await ptask('runs'), 0).stdout;
  assert.match(runs, /2 passed/);
  expectCode(await ptask('undo'), 0);
  assert.is(readFileSync(join(dir, 'out/a'), 'utf8'), 'before');
  await passes('reader');
  await idle(2);
  write({ 'src/a': '2' });
  await passes('reader');
  await idle(3);
  assert.is(rig.started().length, 3);
  expectCode(await ptask('log', 'write'), 0);
  await ends();
});

test('a checkout of many files is one run, and while git is at work nothing begins', async () => {
  const many = (content: string): Record<string, string> =>
    Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`src/f${n}`, content]));
  const { dir, write, passes, idle, rig, ends } = await watching(
    { src: READS_SRC },
    { ...FILES, ...many('1') },
  );
  await passes('src');
  await idle(1);
  const git = (...args: string[]): void => void execFileSync('git', args, { cwd: dir, stdio: 'ignore' });
  write({ '.git/index.lock': '', ...many('2') });
  write({ 'src/f1': '3' });
  rmSync(join(dir, '.git/index.lock'));
  await passes('src');
  await idle(2);
  git('checkout', '--', 'src');
  await passes('src');
  await idle(3);
  assert.is(rig.started().length, 3);
  assert.match(await ends(), /affected by 200 files changed/);
});

test('with --postpone nothing runs before the first change', async () => {
  const { write, passes, idle, rig, ends } = await watching(
    { src: { ...READS_SRC, needs: ['docs'] }, docs: READS_DOCS },
    FILES,
    { flags: ['--postpone'] },
  );
  await idle(1);
  write({ 'src/a': '2' });
  await passes('src');
  await idle(2);
  assert.equal(rig.started(), ['src']);
  await ends();
});

test('the named tasks alone, with who writes what they read', async () => {
  const tasks = {
    build: { run: 'mkdir -p dist && cp src/a dist/a', ...READS_SRC, writes: ['dist/*'] },
    size: { reads: ['dist/*'] },
    docs: READS_DOCS,
  };
  const { write, passes, idle, rig, ends } = await watching(tasks, FILES, { flags: ['size'] });
  await passes('size');
  await idle(1);
  write({ 'docs/a': '2', 'src/a': '2' });
  await passes('size');
  await idle(2);
  assert.equal(rig.started(), ['size', 'size']);
  assert.match(await ends(), /^watching \d files for 2 tasks$/m);
});

test('a task that changes what it does not declare comes to an end, and is told of', async () => {
  const tasks = { noisy: { run: 'date +%s%N > src/log', ...READS_SRC } };
  const { says, watch, ends } = await watching(tasks, FILES);
  await says(
    /warning src\/log changes in every run, so it reruns nothing while tasks run\n {2}→ declare it in `writes`/,
  );
  const count = (): number => watch.output().match(/^✔ noisy/gm)?.length ?? 0;
  assert.is(count(), 2);
  await ends();
});

test('SIGTERM during a run puts back what it had begun; the folder that goes away is an error', async () => {
  const tasks = {
    half: { run: 'echo half > out; echo > begun; sleep 60', reads: ['src/**'], writes: ['out'] },
  };
  const { watch, dir, ptask } = await watching(tasks, { ...FILES, out: 'whole' });
  while (!(await ptask('list')).stdout || !exists(dir, 'begun')) await sleep(10);
  watch.kill('SIGTERM');
  expectSignal(await watch.result, 'SIGTERM');
  assert.is(readFileSync(join(dir, 'out'), 'utf8'), 'whole');
  const gone = await watching({ src: { run: 'true', ...READS_SRC } }, FILES);
  await gone.idle(1);
  rmSync(gone.dir, { recursive: true });
  const ended = expectCode(await gone.watch.result, 2);
  assert.match(ended.stderr, /^error the folder that was watched is gone$/m);
});

test('a watch that was killed leaves nothing that the next command does not put right', async () => {
  const tasks = {
    half: { run: 'echo half > out; echo > begun; sleep 60', reads: ['src/**'], writes: ['out'] },
  };
  const { watch, dir, ptask } = await watching(tasks, { ...FILES, out: 'whole' });
  while (!exists(dir, 'begun')) await sleep(10);
  watch.kill('SIGKILL');
  await watch.result;
  expectCode(await ptask('clean'), 0);
  assert.is(readFileSync(join(dir, 'out'), 'utf8'), 'whole');
});

const exists = (dir: string, name: string): boolean => {
  try {
    return readFileSync(join(dir, name)).length >= 0;
  } catch {
    return false;
  }
};

test('a service stays up from run to run, starts anew when its files change, and ends with the watch', async () => {
  const tasks = { db: { service: true, reads: ['db'] }, test: { ...READS_SRC, needs: ['db'] } };
  const { write, passes, idle, rig, ends } = await watching(tasks, { ...FILES, db: '' });
  const first = await rig.nextInvocation('db', 30_000);
  await passes('test');
  await idle(1);
  write({ 'src/a': '2' });
  await passes('test');
  await idle(2);
  assert.equal(rig.running(), ['db']);
  write({ db: '2' });
  await first.ended;
  const second = await rig.nextInvocation('db', 30_000);
  await passes('test');
  await idle(3);
  // Which of two is heard of first is by chance: the service is ready as soon as it has started.
  assert.equal(rig.started().sort(), ['db', 'db', 'test', 'test', 'test']);
  assert.match(await ends(), /^✔ db stays up \(/m);
  await second.ended;
});

test('what people do wrong is told, and nothing begins', async () => {
  const { ptask } = project('tasks:\n  build: { run: x, reads: [src] }\n');
  for (const [args, told] of [
    [['watch', 'biuld'], /error there is no task `biuld`\n {2}→ did you mean `build`\?/],
    [['watch', '--poll', '5'], /expected a duration of at least 100ms/],
    [['watch', '--on-busy', 'wait'], /restart, queue/],
    [['watch', '--json'], /--json/],
    [['watch', '--cwd', 'nowhere'], /there is no folder nowhere/],
    [['wacth'], /did you mean `ptask watch`\?/],
  ] as const) {
    const result = expectCode(await ptask(...args), 2);
    assert.match(result.stderr, told);
    assert.is(result.stdout, '');
  }
});
