// Whatever makes a name of a task's: logs, branches, worktrees, refs, scratch folders, what is handed over, reports.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, gitProject } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/task-names');

/** Names that are alike once their separators are gone. */
const CONFIG = `
tasks:
  "test:unit": { run: 'echo colon; echo key=colon >> $PTASK_OUTPUT; echo a >> list', writes: list, workspace: worktree, checkpoint: true }
  "test/unit": { run: 'echo slash; echo b >> list', writes: list, workspace: worktree, checkpoint: true }
  test-unit: { run: 'echo dash; echo c >> list', writes: list, workspace: worktree, checkpoint: true }
  "test:unit:fast": { run: 'echo fast; cat list > fast', reads: list, writes: fast, strict: true }
  "@app/web#build": { run: 'echo build; cat $PTASK_OUTPUTS > web', needs: "test:unit", writes: web, verify: test -s web }
`;

const NAMES = ['test:unit', 'test/unit', 'test-unit', 'test:unit:fast', '@app/web#build'];
const SAID = ['colon', 'slash', 'dash', 'fast', 'build'];

test('tasks with alike names keep what is theirs', async () => {
  const { ptask, dir, git } = await gitProject({ config: CONFIG, files: { list: '' } });
  const args = ['--json', '--report', 'junit=junit.xml', '--report', 'html=page.html'];
  const { stdout } = expectCode(await ptask('run', ...args), 0);
  const report = JSON.parse(stdout);
  assert.equal(
    report.tasks.map(({ id, status }: Record<string, string>) => [id, status]),
    NAMES.map((name) => [name, 'passed']),
  );
  const logs = readdirSync(join(dir, '.ptask/runs', report.id, 'tasks')).filter((name) =>
    /\.out$/.test(name),
  );
  assert.equal(logs.sort(), [
    '@app,web#build.out',
    'test+unit+fast.out',
    'test+unit.out',
    'test,unit.out',
    'test-unit.out',
  ]);
  for (const [at, name] of NAMES.entries()) {
    assert.match(expectCode(await ptask('log', name), 0).stdout, new RegExp(`^${SAID[at]}\n`));
    assert.ok(expectCode(await ptask('log', name, '--md'), 0).stdout.includes(name));
  }
  const refs = await git('for-each-ref', '--format=%(refname)', 'refs/ptask');
  for (const name of ['test+unit', 'test,unit', 'test-unit'])
    assert.ok(refs.includes(`/${report.id}/${name}`), refs);
  assert.ok(existsSync(join(dir, 'page.html')));
  expectCode(await ptask('undo'), 0);
  assert.not.ok(existsSync(join(dir, 'fast')));
  expectCode(await ptask('run', '--integrate', 'branches'), 0);
  const branches = (await git('for-each-ref', '--format=%(refname:short)', 'refs/heads/task')).split('\n');
  assert.equal(branches.sort().slice(-3), ['task/test+unit', 'task/test,unit', 'task/test-unit']);
});

test('a run goes on from checkpoints of tasks with alike names', async () => {
  const { ptask, dir, write } = await gitProject({
    config: `
strategy: sequential
tasks:
  "a:b": { run: 'echo 1 >> count-a', reads: in, writes: count-a }
  "a/b": { run: 'echo 1 >> count-b; test -f ok', reads: in, writes: count-b }
`,
    files: { in: '' },
  });
  expectCode(await ptask('run'), 1);
  write({ ok: '' });
  const { stdout } = expectCode(await ptask('run', '--resume', '--json'), 0);
  assert.equal(
    JSON.parse(stdout).resume.tasks.map(({ id, isDone }: Record<string, unknown>) => [id, isDone]),
    [
      ['a:b', true],
      ['a/b', false],
    ],
  );
  assert.ok(existsSync(join(dir, 'count-b')));
});
