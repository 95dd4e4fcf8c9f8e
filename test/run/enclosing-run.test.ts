import { ancestors } from '../../src/run/process/process-table.ts';
import { ptaskBin } from '../support/cli.ts';
import { type Repo, repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { type Ran, runConfig } from './support.ts';

const test = suite('run/enclosing-run');

const PTASK = `node ${ptaskBin}`;
const CLEARED = 'env -i PATH="$PATH" HOME="$HOME"';

/** Runs the tasks of a config that lies in the repository as well. */
async function inner(tasks: object, more: Record<string, string> = {}): Promise<{ ran: Ran; made: Repo }> {
  const text = JSON.stringify({ tasks });
  const made = await repo({ files: { 'parallel.config.yaml': text, 'src/x': '', ...more } });
  const ran = await runConfig(text, { root: made.dir });
  return { ran, made };
}

const REFUSED = /ptask was started from within .* of this same config/;

test('a task that starts its own config is refused at once', { timeout: 60_000 }, async () => {
  const { ran } = await inner({
    own: { run: `${PTASK} run` },
    other: { run: `${PTASK} run idle` },
    cleared: { run: `${CLEARED} ${PTASK} run` },
    idle: { run: 'true' },
  });
  for (const id of ['own', 'other', 'cleared']) {
    assert.is(ran.task(id).exitCode, 2, id);
    assert.match(ran.output(id), REFUSED, id);
  }
  assert.match(ran.output('own'), /within the task `own`/);
  assert.is(ran.task('idle').status, 'passed');
});

test('in a worktree too, and by way of a hook', { timeout: 60_000 }, async () => {
  const commit = 'echo $PTASK_TASK >> src/x; git -c user.name=a -c user.email=a@b commit -qam x';
  const text = JSON.stringify({
    tasks: {
      a: { run: commit, writes: ['src/**'] },
      b: { run: `echo b > src/b; ${CLEARED} ${PTASK} run`, writes: ['src/**'] },
    },
  });
  const made = await repo({ files: { 'parallel.config.yaml': text, 'src/x': '' } });
  await made.hook('pre-commit', `#!/bin/sh\nexec ${PTASK} --quiet\n`);
  const ran = await runConfig(text, { root: made.dir });
  assert.equal(
    ran.report.tasks.map(({ id, status, workspace }) => [id, status, workspace]),
    [
      ['a', 'failed', 'worktree'],
      ['b', 'failed', 'worktree'],
    ],
  );
  assert.match(ran.output('a'), REFUSED);
  assert.match(ran.output('b'), REFUSED);
});

test('another config runs, and one that comes back to the first does not', { timeout: 60_000 }, async () => {
  const elsewhere = tempDir();
  const again = (command: string): string => JSON.stringify({ tasks: { again: { run: command } } });
  write(elsewhere, { 'parallel.config.json': JSON.stringify({ tasks: { fine: { run: 'echo fine' } } }) });
  const { ran } = await inner(
    {
      plan: { run: `${PTASK} plan && ${PTASK} run --dry-run && ${PTASK} check` },
      package: { run: `${PTASK} --cwd packages/a run` },
      sibling: { run: `${PTASK} --config other.config.json run` },
      cleared: { run: `${CLEARED} ${PTASK} --cwd packages/a run` },
      outside: { run: `${PTASK} --cwd ${elsewhere} run` },
      back: { run: `${PTASK} --cwd packages/back run` },
    },
    {
      'packages/a/parallel.config.json': again('echo inner'),
      'other.config.json': again('echo sibling'),
      'packages/back/parallel.config.json': again(`${PTASK} --cwd ../.. run`),
    },
  );
  for (const id of ['plan', 'package', 'sibling', 'cleared', 'outside'])
    assert.is(ran.task(id).status, 'passed', ran.output(id));
  assert.is(ran.task('back').status, 'failed');
  assert.match(ran.output('back'), REFUSED);
});

test('the parents of a process', () => {
  assert.is(ancestors(process.pid)[0], process.ppid);
  assert.equal(ancestors(2 ** 30), []);
});
