// `--affected`, `--since` and `--rerun-failed`: of the tasks that are asked for those that something has happened to.

import type { Plan } from '../../src/model/plan.ts';
import type { Report } from '../../src/model/report.ts';
import { told } from '../config/told.ts';
import { expectCode, gitProject, project } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/affected');

const CONFIG = `
tasks:
  build: { run: 'cat src/* > app', reads: src, writes: app }
  test: { run: 'test -s app', needs: build, reads: test, writes: [], tags: ci }
  lint: { run: 'true', reads: src, writes: [], tags: ci }
  docs: { run: 'test -f docs/a', reads: docs, writes: [] }
  all: { needs: [test, lint, docs] }
`;

const made = () =>
  gitProject({
    config: CONFIG,
    files: { 'src/a': '1', 'test/a': '1', 'docs/a': '1', '.gitignore': 'app\n.ptask\n', other: '' },
  });

const chosenOf = ({ chosen }: Plan): string[] =>
  (chosen?.tasks ?? []).map(({ id, because }) => [id, ...Object.values(because)].join(' '));

test('a plan says which file has chosen which task', async () => {
  const { ptask, write, git, head } = await made();
  write({ 'docs/new': '' });
  await git('mv', 'test/a', 'test/b');
  const { stdout } = expectCode(await ptask('plan', '--affected', '--json'), 0);
  const plan = JSON.parse(stdout) as Plan;
  assert.equal(plan.chosen?.comparedWith, { ref: 'main', commit: await head() });
  assert.is(plan.chosen?.changedFiles, 3);
  assert.equal(chosenOf(plan), [
    'build needed test',
    'test changed test/a reads',
    'docs changed docs/new reads',
  ]);
  const shown = expectCode(await ptask('plan', '--affected'), 0).stdout;
  assert.match(shown, /^Affected by 3 files changed since main \([0-9a-f]{7}\)\n {2}• test reads test\/a\n/m);
});

test('a run says so in its heading and its log', async () => {
  const { ptask, write } = await made();
  write({ 'src/b': '2' });
  const { stdout } = expectCode(await ptask('--affected', '--reporter', 'lines'), 0);
  const [heading, since, ...reasons] = stdout.split('\n');
  assert.match(heading ?? '', /3 tasks/);
  assert.match(since ?? '', /^affected by 1 file changed since main \([0-9a-f]{7}\)$/);
  assert.equal(reasons.slice(0, 2), ['  build and lint read src/b', '  test comes after build']);
  assert.match((await ptask('log', '--md')).stdout, /build.* and .*lint.* read .*src\/b/);
});

test('names, tags and --only narrow further', async () => {
  const { ptask, write } = await made();
  write({ 'src/b': '2', 'docs/a': '2' });
  const ids = async (...args: string[]): Promise<string> => {
    const { stdout } = expectCode(await ptask('plan', '--json', '--affected', ...args), 0);
    return (JSON.parse(stdout) as Plan).tasks.map(({ id }) => id).join(' ');
  };
  assert.is(await ids(), 'build test lint docs');
  assert.is(await ids('--tag', 'ci'), 'build test lint');
  assert.is(await ids('--tag', 'ci', '--only'), 'test lint');
  assert.is(await ids('d*'), 'docs');
  assert.is(await ids('--except', 'docs,lint'), 'build test');
});

test('against any commit, and the config chooses all', async () => {
  const { ptask, write, commit } = await made();
  await commit({ 'docs/a': '2' });
  const ids = async (...args: string[]): Promise<string> => {
    const { stdout } = expectCode(await ptask('plan', '--json', ...args), 0);
    return (JSON.parse(stdout) as Plan).tasks.map(({ id }) => id).join(' ');
  };
  assert.is(await ids('--affected'), '');
  assert.is(await ids('--since', 'HEAD~1'), 'docs');
  write({ 'package-lock.json': '{}' });
  assert.is(await ids('--affected', '--since=HEAD'), 'build test lint docs');
  const { stderr } = expectCode(await ptask('--since', 'nope'), 2);
  assert.equal(told(stderr), ['there is no commit `nope` | → fetch it, or name another']);
});

test('where nothing is affected there is one line, or the empty plan', async () => {
  const { ptask, write } = await made();
  const { stdout } = expectCode(await ptask('--affected'), 0);
  assert.match(stdout, /^nothing to run: no file has changed since main \([0-9a-f]{7}\)\n$/);
  write({ other: 'changed' });
  for (const command of ['run', 'plan']) {
    const line = expectCode(await ptask(command, '--affected'), 0).stdout;
    assert.match(
      line,
      /^nothing to run: no task is affected by 1 file changed since main \([0-9a-f]{7}\)\n$/,
    );
    const plan = JSON.parse(expectCode(await ptask(command, '--affected', '--json'), 0).stdout) as Plan;
    assert.equal([plan.tasks, plan.chosen?.changedFiles], [[], 1]);
  }
  assert.is(expectCode(await ptask('--affected', '--quiet'), 0).stdout, '');
  expectCode(await ptask('graph', '--affected'), 0);
});

test('without a repository only names can choose', async () => {
  const { stderr } = expectCode(await project(CONFIG).ptask('--affected'), 2);
  assert.equal(told(stderr), [
    'only git knows what has changed, and there is no repository here | → name the tasks to run',
  ]);
});

test('a config below the top of its repository has its own paths', async () => {
  const { ptask, write } = await gitProject({
    files: {
      'web/parallel.config.yaml': CONFIG,
      'web/src/a': '1',
      'src/a': '1',
      'web/docs/a': '',
      'web/test/a': '',
    },
  });
  write({ 'src/a': '2' });
  assert.match(
    (await ptask('--affected', '--cwd', 'web')).stdout,
    /^nothing to run: no task is affected by 1 file/,
  );
  write({ 'web/docs/a': '2' });
  const { stdout } = expectCode(await ptask('plan', '--affected', '--cwd', 'web', '--json'), 0);
  assert.equal(chosenOf(JSON.parse(stdout)), ['docs changed docs/a reads']);
});

test('what did not pass runs again, whatever has kept it from that', async () => {
  const { ptask, write } = await project({
    config: `
tasks:
  good: { run: 'true', writes: [] }
  bad: { run: 'test -f ok', reads: ok, writes: [] }
  later: { run: 'true', needs: bad }
  again: { run: 'test -f ok', reads: ok, writes: [] }
  all: { needs: [good, later] }
`,
  });
  const none = expectCode(await ptask('--rerun-failed'), 2);
  assert.equal(told(none.stderr), ['nothing has been run here yet | → ptask run']);
  const first = JSON.parse(expectCode(await ptask('--json'), 1).stdout) as Report;
  const planned = JSON.parse(expectCode(await ptask('plan', '--rerun-failed', '--json'), 0).stdout) as Plan;
  assert.is(planned.chosen?.rerunOf, first.id);
  assert.equal(chosenOf(planned), ['bad failed failed', 'later failed skipped', 'again failed failed']);
  write({ ok: '' });
  const { stdout } = expectCode(await ptask('--rerun-failed', '--except', 'again', '--reporter', 'lines'), 0);
  assert.equal(stdout.split('\n').slice(1, 4), [
    `did not pass in run ${first.id}`,
    '  bad failed',
    '  later was skipped',
  ]);
  const after = expectCode(await ptask('--rerun-failed'), 0).stdout;
  assert.match(after, /^nothing to run again: all that was asked for passed in run PARALLEL-\S+\n$/);
});

test('--rerun-failed does not call a run well whose validation failed', async () => {
  const { ptask } = await gitProject({
    config: `tasks: { a: { run: 'true' } }\nvalidate: [{ name: whole, run: 'false' }]\n`,
  });
  expectCode(await ptask('--quiet'), 1);
  expectCode(await ptask('plan', '--rerun-failed'), 0);
  const { stdout } = expectCode(await ptask('--rerun-failed', '--quiet'), 1);
  assert.match(
    stdout,
    /^every task that was asked for passed in run PARALLEL-\S+, and its validation step whole failed: `ptask` runs all again\n$/,
  );
});

test('arguments go to the one task that is left', async () => {
  const { ptask, write } = await made();
  write({ 'docs/a': '2' });
  expectCode(await ptask('--affected', '--', '-a', 'docs/a'), 0);
  write({ 'src/a': '2' });
  expectCode(await ptask('--affected', '--', 'x'), 2);
});
