/** The only copy of somebody's work is not removed: what could not be collected, and what failed where that is asked for. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { keptWorktrees } from '../../src/run/records/kept-worktrees.ts';
import { ptask } from '../support/cli.ts';
import { RUN } from '../support/fault-case.ts';
import { frozenPtask } from '../support/frozen-ptask.ts';
import type { Repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';
import { within } from '../support/within.ts';
import { assertNothingLeft, ground, runIn, told } from './isolation-support.ts';

const test = suite('run/isolation: kept worktrees');
const PATIENT = { timeout: 120_000 };

const other = { run: 'echo o >> src/other.txt', writes: ['src/**'] };
const beside = (made: Repo): string[] => readdirSync(dirname(made.dir)).sort();
const kept = (made: Repo): string[] =>
  keptWorktrees(join(made.dir, '.git/ptask')).map(({ task, path, branch }) => `${task} ${path} ${branch}`);
const clean = (made: Repo, ...args: string[]) =>
  ptask(['clean', ...args], { cwd: made.dir, timeout: 60_000 });
const withConfig = (made: Repo, config: object): void =>
  write(made.dir, { 'parallel.config.json': JSON.stringify(config) });

test("its changes cannot be collected: git's folder for it is gone", PATIENT, async () => {
  const damage = 'rm -rf "$(git rev-parse --git-dir)"';
  const made = await ground({ 'src/other.txt': '' });
  withConfig(made, { tasks: { a: { run: `echo work > src/work; ${damage}`, writes: ['src/**'] }, other } });
  await made.commit({});
  const ran = await ptask(['--reporter', 'lines'], { cwd: made.dir, timeout: 60_000 });
  assert.is(ran.code, 1, ran.all);
  const path = join(dirname(made.dir), 'repo.a');
  assert.is(readFileSync(join(path, 'src/work'), 'utf8'), 'work\n');
  assert.is(await made.git('branch', '--list', '--format=%(refname:short)', 'task/a'), 'task/a');
  const why = "its changes could not be collected: git's folder for its worktree is gone";
  assert.ok(
    ran.stdout.includes(`a failed after`) && ran.stdout.includes(`: ${why}; they are in ${path}`),
    ran.all,
  );
  assert.ok(ran.stdout.includes(`• Worktrees kept\n  ${path} of a, on branch task/a: its changes`), ran.all);
  const report = (await ptask(['report', '--format', 'md'], { cwd: made.dir })).stdout;
  assert.ok(report.includes(`## Worktrees kept\n\n- \`${path}\` of \`a\`, on branch \`task/a\`: `), report);
  assert.is(readFileSync(join(made.dir, 'src/other.txt'), 'utf8'), 'o\n');

  const listed = await clean(made);
  assert.is(listed.code, 0);
  assert.match(
    listed.stdout,
    /^1 worktree kept\n {2}.*\/repo\.a\n {4}a of run .*, on branch task\/a: its changes/,
  );
  assert.is(readFileSync(join(path, 'src/work'), 'utf8'), 'work\n');

  const forced = await clean(made, '--force');
  assert.is(forced.code, 0, forced.all);
  assert.is(forced.stdout, `removed ${path}, which was kept of a\n`);
  await assertNothingLeft(made);
  assert.match((await clean(made)).stdout, /nothing/);
});

for (const [what, damage] of Object.entries({
  'its HEAD is broken': 'echo junk > "$(git rev-parse --git-dir)/HEAD"',
  'its .git is gone': 'rm .git',
  'its index is broken': 'echo junk > "$(git rev-parse --git-dir)/index"',
}))
  test(`its changes arrive all the same: ${what}`, PATIENT, async () => {
    const made = await ground({ 'src/other.txt': '' });
    const a = { run: `echo work > src/work; rm -f src/old; ${damage}`, writes: ['src/**'] };
    write(made.dir, { 'src/old': 'old' });
    const ran = await runIn(made.dir, { tasks: { a, other } });
    assert.is(ran.report.status, 'complete', told(ran));
    assert.is(readFileSync(join(made.dir, 'src/work'), 'utf8'), 'work\n');
    assert.not.ok(existsSync(join(made.dir, 'src/old')));
    await assertNothingLeft(made);
  });

test('worktrees.keep: failed keeps those that failed, however they did, and no others', PATIENT, async () => {
  const made = await ground({ 'src/other.txt': '' });
  const writes = ['src/**'];
  const run = await runIn(made.dir, {
    worktrees: { keep: 'failed' },
    concurrency: 4,
    tasks: {
      exits: { run: 'echo half > src/half; exit 3', writes },
      review: { run: 'echo whole > src/whole', verify: 'false', writes },
      late: { run: 'echo late > src/late; sleep 60', timeout: '300ms', writes },
      strays: { run: 'echo stray > elsewhere', strays: 'error', writes },
      other,
    },
  });
  const parent = dirname(made.dir);
  assert.equal(
    run.report.cleanup.keptWorktrees?.map(({ task, path, reason }) => [task, path, reason]).sort(),
    [
      ['exits', join(parent, 'repo.exits'), 'it failed: exit code 3'],
      ['late', join(parent, 'repo.late'), 'it failed: timed out after 300ms'],
      ['review', join(parent, 'repo.review'), 'it failed: verify failed: exit code 1'],
      ['strays', join(parent, 'repo.strays'), 'it failed: it changed elsewhere outside of its writes'],
    ],
    told(run),
  );
  assert.is(readFileSync(join(parent, 'repo.exits/src/half'), 'utf8'), 'half\n');
  assert.is(readFileSync(join(parent, 'repo.strays/elsewhere'), 'utf8'), 'stray\n');
  assert.equal(beside(made), ['repo', 'repo.exits', 'repo.late', 'repo.review', 'repo.strays']);
  assert.is(run.task('other').status, 'passed');
});

test(
  '--keep-worktrees; the next run leaves it alone, and what is removed by hand is forgotten',
  PATIENT,
  async () => {
    const made = await ground({ 'src/other.txt': '' });
    withConfig(made, { tasks: { a: { run: 'echo half > src/half; exit 3', writes: ['src/**'] }, other } });
    await made.commit({});
    const options = { cwd: made.dir, timeout: 60_000 };
    await ptask([], options);
    assert.equal(beside(made), ['repo']);
    for (let at = 0; at < 2; at++) await ptask(['--keep-worktrees'], options);
    const [first, second] = [join(dirname(made.dir), 'repo.a'), join(dirname(made.dir), 'repo.a-2')];
    assert.equal(kept(made), [`a ${first} task/a`, `a ${second} task/a-2`]);
    await made.git('worktree', 'remove', '--force', first);
    assert.equal(kept(made), [`a ${second} task/a-2`]);
    // Whatever somebody makes there is his.
    write(dirname(made.dir), { 'repo.a/mine': 'mine\n' });
    await clean(made, '--force');
    assert.equal(beside(made), ['repo', 'repo.a']);
  },
);

test('a run that is killed does not take what it has kept with it', PATIENT, async () => {
  const ptask = frozenPtask();
  const made = await ground({ 'src/other.txt': '' });
  const there = join(made.dir, 'ignored/there');
  write(made.dir, { 'ignored/x': '' });
  withConfig(made, {
    worktrees: { keep: 'failed' },
    tasks: {
      a: { run: 'echo half > src/half; exit 3', writes: ['src/**'] },
      other: { ...other, needs: [] },
      last: { run: `echo > ${there}; sleep 60`, writes: ['src/**'] },
    },
  });
  const isKept = () => existsSync(there) && kept(made).length > 0;
  await within(30_000, 'the run', () => ptask.killWhen(made.dir, [...RUN, '--concurrency', '3'], isKept));
  const { said } = await ptask.run(made.dir, ['clean']);
  assert.match(said, /was killed/, said);
  assert.equal(beside(made), ['repo', 'repo.a'], said);
  assert.is(await made.git('branch', '--list', '--format=%(refname:short)', 'task/*'), 'task/a');
  assert.is(await made.git('for-each-ref', 'refs/ptask'), '');
  assert.match((await ptask.run(made.dir, ['clean', '--force'])).said, /removed .*repo\.a/);
  assert.equal(beside(made), ['repo']);
});

test(
  'what is put among the records of kept worktrees and is none keeps nobody waiting, and stays',
  PATIENT,
  async () => {
    if (process.platform === 'win32') return;
    const made = await ground({});
    withConfig(made, { tasks: { other } });
    const folder = join(made.dir, '.git/ptask/kept');
    write(made.dir, { '.git/ptask/kept/folder.json/mine': 'mine\n', mine: '{}' });
    execFileSync('mkfifo', [join(folder, 'fifo.json')]);
    symlinkSync('../../../mine', join(folder, 'link.json'));
    assert.equal(kept(made), []);
    const { code, all } = await clean(made);
    assert.is(code, 0, all);
    assert.equal(readdirSync(folder).sort(), ['fifo.json', 'folder.json', 'link.json']);
    assert.is(readFileSync(join(made.dir, 'mine'), 'utf8'), '{}');
  },
);
