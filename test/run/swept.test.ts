// Tasks that sweep the folders of the run away while it goes on: the run relies on none of them, and makes them again.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exitCode } from '../../src/report/exit-code.ts';
import { parseJournal } from '../../src/report/journal.ts';
import { stateDirOf } from '../../src/run/records/state-dir.ts';
import { gitProject, project } from '../support/cli.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, tree } from '../support/tmp.ts';
import { type Ran, runConfig } from './support.ts';

const test = suite('run/swept');

const SWEEPS = { clean: 'git clean -qfdx', rm: 'rm -rf .ptask', all: 'rm -rf .ptask/* .ptask/.[!.]*' };

/** What a run has left that was not swept. */
function assertWhole({ folder, report, warnings, output }: Ran, said: Record<string, string>): void {
  assert.equal(warnings, []);
  assert.is(exitCode(report), report.status === 'complete' ? 0 : 1);
  for (const [task, text] of Object.entries(said)) assert.is(output(task), text, task);
  const journal = parseJournal(readFileSync(join(folder, 'events.ndjson'), 'utf8'));
  assert.is(journal.at(-1)?.type, 'run-finished');
  assert.equal(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')), report);
  assert.is(readFileSync(join(folder, '../../.gitignore'), 'utf8'), '*\n');
}

for (const [name, sweep] of Object.entries(SWEEPS))
  test(`${name}, beside tasks in worktrees and before ones that need it`, async () => {
    const dir = join(tempDir(), 'repo');
    mkdirSync(dir);
    const { git, status } = await repo({ dir, files: { 'src/a': '1\n', 'src/b': '1\n' } });
    const ran = await runConfig(
      JSON.stringify({
        concurrency: 4,
        tasks: {
          early: { run: 'echo early' },
          sweep: { run: `${sweep}; echo swept`, needs: ['early'] },
          a: {
            run: 'until test ! -e "$PTASK_ROOT/.ptask/runs/$PTASK_RUN_ID/early"; do sleep 0.01; done; echo 2 >> src/a',
            writes: ['src/**'],
          },
          b: { run: 'sleep 0.2; echo 2 >> src/b', writes: ['src/**'] },
          late: { run: 'echo late', needs: ['sweep', 'a', 'b'] },
        },
      }),
      { root: dir },
    );
    assert.is(ran.report.status, 'complete', JSON.stringify(ran.report.tasks));
    assertWhole(ran, { early: 'early\n', sweep: 'swept\n', late: 'late\n' });
    assert.equal(
      ran.report.tasks.flatMap(({ strays }) => strays),
      [],
    );
    assert.equal(await status(), [' M src/a', ' M src/b']);
    assert.equal(readdirSync(dirname(dir)), ['repo']);
    assert.is((await git('worktree', 'list')).split('\n').length, 1);
    const { home, own } = stateDirOf(dir);
    assert.equal(readdirSync(join(home, 'active')), []);
    assert.not(existsSync(join(own, 'runs', ran.report.id, 'logs')));
  });

test('what a sweeping task had printed before it failed is shown, and what it had changed is put back', async () => {
  const { dir } = await repo({ files: { a: 'before\n' } });
  const ran = await runConfig(
    JSON.stringify({
      tasks: {
        bad: {
          run: `echo worse > a; ${SWEEPS.clean}; echo boom; exit 1`,
          writes: ['a'],
          onFailure: 'rollback',
        },
      },
    }),
    { root: dir },
  );
  assert.is(ran.task('bad').status, 'rolled-back');
  assert.equal(ran.task('bad').output.tail, ['boom']);
  assertWhole(ran, { bad: 'boom\n' });
  assert.is(readFileSync(join(dir, 'a'), 'utf8'), 'before\n');
});

test('an abort after a sweep puts back what had passed, validation steps sweep too', async () => {
  const { dir } = await repo({ files: { a: 'before\n' } });
  const aborted = await runConfig(
    JSON.stringify({
      tasks: {
        good: { run: 'echo after > a', writes: ['a'] },
        bad: { run: `${SWEEPS.clean}; exit 1`, needs: ['good'], onFailure: 'abort' },
      },
    }),
    { root: dir },
  );
  assert.is(aborted.task('good').status, 'rolled-back');
  assert.is(readFileSync(join(dir, 'a'), 'utf8'), 'before\n');
  const validated = await runConfig(
    JSON.stringify({
      tasks: { t: { run: 'echo t' } },
      validate: [
        { name: 'sweep', run: SWEEPS.rm },
        { name: 'last', run: 'echo last', needs: ['sweep'] },
      ],
    }),
    { root: dir, concurrency: { kind: 'count', count: 1 } },
  );
  assert.is(validated.report.status, 'complete');
  assertWhole(validated, { t: 't\n' });
  assert.is(readFileSync(join(validated.folder, 'validation/2.out'), 'utf8'), 'last\n');
});

test('what a task hands over reaches those that need it', async () => {
  const { dir } = await repo();
  const ran = await runConfig(
    JSON.stringify({
      tasks: {
        give: { run: 'echo key=value >> "$PTASK_OUTPUT"' },
        sweep: { run: SWEEPS.clean, needs: ['give'] },
        take: { run: 'cat "$PTASK_OUTPUTS"', needs: ['give', 'sweep'] },
      },
    }),
    { root: dir },
  );
  assert.is(ran.report.status, 'complete', JSON.stringify(ran.report.tasks));
  assert.match(ran.output('take'), /"key": "value"/);
});

test('undo after a sweep, by a task or by hand', async () => {
  const config = JSON.stringify({
    tasks: { t: { run: 'echo after > a; git clean -qfdx', writes: ['a'] } },
  });
  const { dir, ptask } = await gitProject({ config, files: { a: 'before\n' } });
  assert.is((await ptask()).code, 0);
  assert.is(readFileSync(join(dir, 'a'), 'utf8'), 'after\n');
  execFileSync('git', ['clean', '-qfdx'], { cwd: dir });
  const undone = await ptask('undo');
  assert.is(undone.code, 0, undone.all);
  assert.is(readFileSync(join(dir, 'a'), 'utf8'), 'before\n');
});

test('without a repository the state lies with the user, and is found again', async () => {
  const config = JSON.stringify({ tasks: { t: { run: 'echo after > a; rm -rf .ptask', writes: ['a'] } } });
  const { dir, ptask } = project({ config, files: { a: 'before\n' } });
  const ran = await ptask('run');
  assert.is(ran.code, 0, ran.all);
  assert.equal(
    Object.keys(tree(join(dir, '.ptask'))).filter((path) => !path.startsWith('runs/')),
    ['.gitignore'],
  );
  rmSync(join(dir, '.ptask'), { recursive: true });
  const undone = await ptask('undo');
  assert.is(undone.code, 0, undone.all);
  assert.is(readFileSync(join(dir, 'a'), 'utf8'), 'before\n');
});

test('the log of a task comes when its commands are over: one that came with its first byte would come under the hands of who sweeps', async () => {
  const log = '".ptask/runs/$PTASK_RUN_ID/tasks/t.out"';
  const config = JSON.stringify({
    tasks: { t: { run: `echo printed; sleep 0.1; test -e ${log} && echo there; echo swept` } },
  });
  const ran = await runConfig(config, { root: tempDir() });
  assert.is(ran.report.status, 'complete', JSON.stringify(ran.report.tasks));
  assert.is(ran.output('t'), 'printed\nswept\n');
});

test('a log takes its place, whatever a task has put there', async () => {
  const tasks = '.ptask/runs/$PTASK_RUN_ID/tasks';
  const config = JSON.stringify({
    tasks: {
      first: {
        run: `echo mine > mine; cd ${tasks}; ln -s ../../../../mine a.out; mkdir -p b.out/c; echo no > first.out`,
      },
      a: { run: 'echo a', needs: ['first'] },
      b: { run: 'echo b', needs: ['first'] },
    },
  });
  const root = tempDir();
  const ran = await runConfig(config, { root });
  assert.is(ran.report.status, 'complete', JSON.stringify(ran.report.tasks));
  assert.equal([ran.output('a'), ran.output('b')], ['a\n', 'b\n']);
  assert.is(readFileSync(join(root, 'mine'), 'utf8'), 'mine\n');
});
