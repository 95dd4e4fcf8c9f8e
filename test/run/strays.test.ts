import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';
import { type Ran, runConfig } from './support.ts';

const test = suite('run/strays');

const strays = ({ report }: Ran, id: string): string[] =>
  report.tasks
    .find((task) => task.id === id)
    ?.strays.map(({ path, change, writes, others = [] }) =>
      [change, path, `declare ${writes}`, ...(others.length > 0 ? [`or ${others.join(' ')}`] : [])].join(
        ', ',
      ),
    ) ?? [];

test('changes outside of the declared writes are told, with the line that would cover them', async () => {
  const { dir } = await repo({
    files: { 'src/a': '1', 'src/gone': '1', 'other/b': '1', '.gitignore': 'cache/\n' },
  });
  const ran = await runConfig(
    `tasks:
      fmt:
        run: echo 2 > src/a; echo 2 > other/b; rm src/gone; echo new > 'odd [name]'; mkdir cache; echo > cache/x
        writes: [src/a]
      idle: { run: 'true', needs: [fmt] }`,
    { root: dir },
  );
  assert.is(ran.report.status, 'complete');
  assert.equal(strays(ran, 'fmt'), [
    'created, odd [name], declare odd \\[name\\]',
    'modified, other/b, declare other/b',
    'deleted, src/gone, declare src/gone',
  ]);
  assert.equal(strays(ran, 'idle'), []);
});

test('the line to add covers them', async () => {
  const { dir } = await repo();
  const yaml = (writes: string): string =>
    `tasks: { gen: { run: "mkdir -p 'o (1)/p'; for n in 1 2 3 4; do echo > \\"o (1)/p/$n {x}\\"; done; echo > '+(a)'", writes: [${writes}] } }`;
  const first = await runConfig(yaml('x'), { root: dir });
  const lines = new Set(first.task('gen').strays.map(({ writes }) => JSON.stringify(writes)));
  assert.is(lines.size, 2, 'one line for the folder');
  rmSync(join(dir, 'o (1)'), { recursive: true });
  rmSync(join(dir, '+(a)'));
  const second = await runConfig(yaml([...lines].join(', ')), { root: dir });
  assert.equal(strays(second, 'gen'), []);
});

test('a task that declares nothing is taken at its word', async () => {
  const { dir } = await repo({ files: { a: '1' } });
  const ran = await runConfig(
    `tasks: { quiet: { run: 'true' }, loud: { run: 'echo 2 > a', needs: [quiet] } }`,
    {
      root: dir,
    },
  );
  assert.equal(strays(ran, 'loud'), ['modified, a, declare a']);
  assert.equal(strays(ran, 'quiet'), []);
});

test('what was dirty before is none, unless it is changed again', async () => {
  const { dir, git } = await repo({ files: { a: '1', b: '1', c: '1' } });
  write(dir, { a: 'mine', untracked: 'mine', staged: 'mine', again: 'mine' });
  await git('add', 'staged');
  rmSync(join(dir, 'c'));
  const ran = await runConfig(`tasks: { t: { run: 'sleep 0.1; echo 2 >> again; rm untracked' } }`, {
    root: dir,
  });
  assert.equal(strays(ran, 't'), ['modified, again, declare again', 'deleted, untracked, declare untracked']);
});

test('of several that ran at the time all are named', async () => {
  const { dir } = await repo();
  const ran = await runConfig(
    `tasks:
      a: { run: 'until test -e .ptask/b -a -e .ptask/c; do sleep 0.01; done; echo > x; echo > .ptask/done' }
      b: { run: 'echo > .ptask/b; until test -e .ptask/done; do sleep 0.01; done' }
      covers: { run: 'echo > .ptask/c; until test -e .ptask/done; do sleep 0.01; done', writes: [y] }
      late: { run: 'sleep 0.2; echo > y', needs: [a, covers] }`,
    { root: dir, concurrency: { kind: 'count', count: 4 } },
  );
  assert.equal(strays(ran, 'a'), ['created, x, declare x, or b covers']);
  assert.equal(strays(ran, 'late'), ['created, y, declare y'], 'covers was over by then');
});

test('strays: error fails the task before others build on it, ignore says nothing', async () => {
  const { dir } = await repo({ files: { a: '1' } });
  const ran = await runConfig(
    `tasks:
      strict: { run: 'echo 2 > a', strays: error }
      after: { run: 'true', needs: [strict] }`,
    { root: dir },
  );
  assert.is(ran.task('strict').status, 'failed');
  assert.is(ran.task('strict').reason, 'it changed a outside of its writes');
  assert.equal(strays(ran, 'strict'), ['modified, a, declare a']);
  assert.is(ran.task('after').status, 'skipped');
  const quiet = await runConfig(`{strays: ignore, tasks: { t: { run: 'echo 3 > a' } }}`, { root: dir });
  assert.equal(strays(quiet, 't'), []);
});

test('paths are relative to the config, also above it', async () => {
  const { dir } = await repo({ files: { 'pkg/in': '1', top: '1' } });
  const ran = await runConfig(`tasks: { t: { run: 'echo 2 > in; echo 2 > ../top' } }`, {
    root: join(dir, 'pkg'),
  });
  assert.equal(
    ran.task('t').strays.map(({ path }) => path),
    ['../top', 'in'],
  );
});
