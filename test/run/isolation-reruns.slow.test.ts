/** Reruns that cannot help end: the same conflict twice, or more than a few. The work is kept, and the others go on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resolution } from '../../src/config/config.ts';
import type { IntegrationConflict } from '../../src/model/report.ts';
import { exitCode } from '../../src/report/exit-code.ts';
import { type Dropped, Reruns } from '../../src/run/integrate/reruns.ts';
import type { Repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { type Written, write } from '../support/tmp.ts';
import { assertNothingLeft, ground, type IsolatedRun, runIn, told } from './isolation-support.ts';

const test = suite('run/isolation: reruns');

/** Milliseconds: each rerun is a worktree of its own, and the machine may be busy. */
const PATIENT = { timeout: 120_000 };

const other = { run: 'echo o >> src/other.txt', writes: ['src/**'] };
const textOf = (made: Repo, path: string): string => readFileSync(join(made.dir, path), 'utf8');
const reruns = ({ report }: IsolatedRun): number =>
  report.integration.conflicts.filter(({ resolution }) => resolution === 'rerun').length;

/** A task of which the user has what it makes, out of its sight. */
const hopeless: Record<string, { files: Record<string, Written>; run: string; path: string }> = {
  'an ignored file that the task adds by force': {
    files: { 'ignored/app.js': 'user\n' },
    run: 'mkdir -p ignored; echo x > ignored/app.js; git add -f ignored/app.js',
    path: 'ignored/app.js',
  },
  'an ignored file that the task commits': {
    files: { '.env': 'KEY=user\n' },
    run: 'echo KEY=task > .env; git add -f .env; git commit -qm env',
    path: '.env',
  },
  'an ignored link': {
    files: { 'ignored/to': { symlink: '../src' } },
    run: 'mkdir -p ignored; ln -s nowhere ignored/to; git add -f ignored/to',
    path: 'ignored/to',
  },
};

for (const [what, { files, run: command, path }] of Object.entries(hopeless))
  test(`the same conflict twice: ${what}`, PATIENT, async () => {
    const made = await ground({ '.gitignore': 'ignored/\n.env\n', 'src/other.txt': 'other\n' });
    write(made.dir, files);
    const run = await runIn(made.dir, {
      tasks: { a: { run: command, writes: ['src/**'] }, other, after: { run: 'true', needs: ['a'] } },
    });
    assert.equal(
      run.report.tasks.map(({ id, status }) => [id, status]),
      [
        ['a', 'failed'],
        ['other', 'passed'],
        ['after', 'skipped'],
      ],
      told(run),
    );
    assert.match(run.task('a').reason ?? '', /the same conflict again, with nothing integrated in between/);
    assert.is(run.task('a').attempts, 2);
    assert.is(reruns(run), 1);
    assert.is(exitCode(run.report), 3);
    assert.is(textOf(made, 'src/other.txt'), 'other\no\n');
    const [entry] = Object.entries(files);
    assert.is(await made.git('status', '--porcelain', '--', path), '');
    if (typeof entry?.[1] === 'string') assert.is(textOf(made, path), entry[1]);
    assert.equal(
      run.report.cleanup.kept.map(({ task, branch }) => [task, branch]),
      [['a', 'task/a']],
    );
    assert.ok((await made.git('ls-tree', '-r', '--name-only', 'task/a')).split('\n').includes(path));
    await assertNothingLeft(made, ['main', 'task/a']);
  });

/** Changes the user's file anew each time that it runs, as a watcher would. */
const everNew = 'echo task > f; n=$(wc -l < "$PTASK_ROOT/f"); seq $((n + 1)) > "$PTASK_ROOT/f"';

for (const [onCollision, expected] of [
  [undefined, 3],
  [{ rerun: 1 }, 1],
  [[{ path: ['f'], use: { rerun: 2 } }], 2],
] as const)
  test(`as often as the config says: ${JSON.stringify(onCollision)}`, PATIENT, async () => {
    const made = await ground({ f: '1\n', 'src/other.txt': '' });
    const run = await runIn(made.dir, {
      ...(onCollision && { onCollision }),
      tasks: { a: { run: everNew, writes: ['f', 'src/**'] }, other },
    });
    assert.is(run.task('a').status, 'failed', told(run));
    assert.is(reruns(run), expected);
    assert.is(run.task('a').attempts, expected + 1);
    assert.match(run.task('a').reason ?? '', new RegExp(`still so after ${expected} rerun`));
    assert.is(run.task('other').status, 'passed');
    assert.is(await made.git('show', 'task/a:f'), 'task');
  });

test(
  'what fails so is treated as any failure: the run is stopped where that is asked for',
  PATIENT,
  async () => {
    const made = await ground({ f: '1\n', 'src/other.txt': 'other\n' });
    const run = await runIn(made.dir, {
      onCollision: { rerun: 0 },
      onFailure: 'abort',
      tasks: { other, a: { run: everNew, writes: ['f', 'src/**'] } },
    });
    assert.is(run.task('a').status, 'failed', told(run));
    assert.is(textOf(made, 'src/other.txt'), 'other\n');
    assert.is(await made.git('show', 'task/a:f'), 'task');
  },
);

test('a rerun that helps is not counted against others', PATIENT, async () => {
  const made = await ground({ f: '' });
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  const run = await runIn(made.dir, {
    concurrency: 6,
    tasks: Object.fromEntries(ids.map((id) => [id, { run: `echo ${id} >> f`, writes: ['f'] }])),
  });
  assert.is(run.report.status, 'complete', told(run));
  assert.is(textOf(made, 'f'), ids.map((id) => `${id}\n`).join(''));
});

const conflict = (path: string): IntegrationConflict => ({
  ...{ path, tasks: ['a'], kind: 'merge', resolution: 'rerun', changes: [], discarded: [] },
});
const dropped = (over: Partial<Dropped> = {}): Dropped => ({
  task: { id: 'a', timeoutMs: 0, retry: { times: 0, delayMs: 0 } },
  conflicts: [conflict('f')],
  over: 0,
  found: '',
  durationMs: 1_000,
  ...over,
});
const rerun = (limit: number) => (): Resolution => ({ kind: 'rerun', limit });

test('something was integrated, or somebody has edited the file: it is another conflict', () => {
  const reruns = new Reruns(rerun(9));
  const reasons = [{}, { over: 1 }, { over: 1, found: 'x' }, { over: 1, found: 'x' }].map((over) =>
    reruns.refuse(dropped(over)),
  );
  assert.equal(reasons, [
    undefined,
    undefined,
    undefined,
    'the same conflict again, with nothing integrated in between',
  ]);
});

test('other paths are another conflict, another task has its own count', () => {
  const reruns = new Reruns(rerun(2));
  assert.is(reruns.refuse(dropped()), undefined);
  assert.is(reruns.refuse(dropped({ conflicts: [conflict('g')] })), undefined);
  assert.is(reruns.refuse(dropped({ conflicts: [conflict('h')] })), 'still so after 2 reruns');
  assert.is(reruns.refuse(dropped({ task: { ...dropped().task, id: 'b' } })), undefined);
});

test('a timeout never takes the first rerun away, and ends those that are longer in all', () => {
  const reruns = new Reruns(rerun(99));
  const task = { id: 'a', timeoutMs: 10_000, retry: { times: 0, delayMs: 0 } };
  const refuse = (over: number, durationMs: number) => reruns.refuse(dropped({ task, over, durationMs }));
  assert.is(refuse(1, 10_500), undefined);
  assert.is(refuse(2, 1_000), 'its attempts have taken 11.5s, more than its timeout');
});

test('retries have their time, too', () => {
  const reruns = new Reruns(rerun(99));
  const task = { id: 'a', timeoutMs: 10_000, retry: { times: 1, delayMs: 0 } };
  const refuse = (over: number, durationMs: number) => reruns.refuse(dropped({ task, over, durationMs }));
  assert.is(refuse(1, 9_000), undefined);
  assert.is(refuse(2, 9_000), undefined);
  assert.is(refuse(3, 9_000), 'its attempts have taken 27.0s, more than its timeout');
});

test('of several paths the smallest limit counts', () => {
  const reruns = new Reruns((path) => ({ kind: 'rerun', limit: path === 'f' ? 0 : 5 }));
  const both = [conflict('g'), conflict('f')];
  assert.is(reruns.refuse(dropped({ conflicts: both })), 'the config allows no rerun');
  assert.is(reruns.refuse(dropped({ conflicts: [conflict('g')] })), undefined);
});
