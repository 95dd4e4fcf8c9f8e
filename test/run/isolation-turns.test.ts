/** Worktrees that prove impossible while a run goes on: the tasks take turns in the shared tree, and the reason is told. */
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdown } from '../../src/present/markdown.ts';
import { runLog } from '../../src/present/run-log.ts';
import { RunState } from '../../src/state/run-state.ts';
import { hermeticEnv } from '../support/env.ts';
import type { Repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';
import {
  assertNothingLeft,
  assertSame,
  filesOf,
  ground,
  type IsolatedRun,
  runIn,
  told,
} from './isolation-support.ts';

const test = suite('run/isolation: turns');
const PATIENT = { timeout: 120_000 };

const writes = ['src/**'];
const config = {
  concurrency: 4,
  tasks: {
    a: { run: 'sleep 0.2; echo a >> src/f', writes },
    b: { run: 'cat src/f > src/g; echo b >> src/f', writes },
    bad: { run: 'echo bad >> src/f; exit 1', writes, onFailure: 'rollback' },
    c: { run: 'echo c >> src/f', writes, needs: ['b'] },
    d: { run: 'wc -l < src/f > src/h', writes },
  },
};
const EXPECTED = ['a', 'b', 'c', 'd'];

async function inOrder(files: Parameters<typeof ground>[0]): Promise<Record<string, string>> {
  const made = await ground(files);
  await runIn(made.dir, config, { strategy: 'sequential' });
  return filesOf(join(made.dir, 'src'));
}

function assertTurns(run: IsolatedRun, reason: RegExp): void {
  const { notIsolated } = run.report.integration;
  assert.match(notIsolated?.reason ?? '', reason, told(run));
  assert.equal([...(notIsolated?.tasks ?? [])].sort(), [...EXPECTED, 'bad'].sort());
  for (const id of EXPECTED) assert.is(run.task(id).status, 'passed', told(run));
  assert.is(run.task('bad').status, 'rolled-back');
  for (const { workspace, branch } of run.report.tasks)
    assert.equal([workspace, branch], ['shared', undefined]);
  assert.match(
    markdown(runLog(RunState.of(run.events), [])),
    /`a` takes turns in the shared tree, since no worktree/,
  );
}

const FILES = { 'src/f': '0\n', '.gitattributes': '*.bin filter=own\n' };

const obstacles: Record<string, { prepare(made: Repo): unknown; reason: RegExp }> = {
  'git worktree add fails': {
    prepare: ({ dir }) => writeFileSync(join(dir, '.git/worktrees'), ''),
    reason: /git worktree: could not create/,
  },
};

for (const [what, { prepare, reason }] of Object.entries(obstacles))
  test(what, PATIENT, async () => {
    const made = await ground(FILES);
    await prepare(made);
    const run = await runIn(made.dir, config);
    assertTurns(run, reason);
    assertSame(filesOf(join(made.dir, 'src')), await inOrder(FILES));
  });

if (process.getuid?.() === 0) test.skip('an untracked file that may not be read', 'root may read everything');
else
  test('an untracked file that may not be read', PATIENT, async () => {
    const made = await ground(FILES);
    write(made.dir, { 'src/closed': { content: 'secret\n', mode: 0o000 } });
    const run = await runIn(made.dir, config);
    chmodSync(join(made.dir, 'src/closed'), 0o644);
    assertTurns(run, /src\/closed/);
    const { closed, ...files } = filesOf(join(made.dir, 'src'));
    assert.is(closed, '644 secret\n');
    assertSame(files, await inOrder(FILES));
  });

test('what has its worktree by then goes on in it, and is integrated in its turn', PATIENT, async () => {
  const made = await ground({ ...FILES, 'src/f': '1\n2\n3\n4\n5\n' });
  const run = await runIn(
    made.dir,
    {
      concurrency: 1,
      tasks: {
        a: { run: 'sed -i s/1/A/ src/f', writes },
        b: { run: 'sed -i s/3/B/ src/f', writes },
        c: { run: 'sed -i s/5/C/ src/f', writes },
      },
    },
    {
      onEvent({ type }) {
        if (type !== 'workspace-ready') return;
        // Whoever may write in a repository of its own has no worktree.
        execFileSync('git', ['init', '--quiet', 'src/inner'], { cwd: made.dir, env: hermeticEnv() });
      },
    },
  );
  assert.equal(
    run.report.tasks.map(({ id, status, workspace }) => [id, status, workspace]),
    [
      ['a', 'passed', 'worktree'],
      ['b', 'passed', 'shared'],
      ['c', 'passed', 'shared'],
    ],
    told(run),
  );
  assert.equal(run.report.integration.merged, ['a']);
  assert.is(filesOf(join(made.dir, 'src')).f, '644 A\n2\nB\n4\nC\n');
  await assertNothingLeft(made);
});

for (const integrate of ['merge', 'branches'] as const)
  test(`commits and branches cannot do without: ${integrate}`, PATIENT, async () => {
    const made = await ground({ 'src/f': '0\n' });
    writeFileSync(join(made.dir, '.git/worktrees'), '');
    const run = await runIn(made.dir, { integrate, tasks: { a: { run: 'echo a > src/f', writes } } });
    assert.is(run.task('a').status, 'failed');
    assert.match(run.task('a').reason ?? '', /its worktree could not be made: git worktree/);
    assert.is(filesOf(join(made.dir, 'src')).f, '644 0\n');
  });
