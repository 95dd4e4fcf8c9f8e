import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { type Given, type Ran, runConfig } from './support.ts';

const test = suite('run/resume');

/** Each appends its name to `log`, which nobody declares, so that one can tell which ran. */
const CHAIN = `
tasks:
  gen: { run: 'echo gen >> .ptask/log; cat in > gen', reads: [in], writes: [gen] }
  build: { needs: [gen], run: 'echo build >> .ptask/log; cat gen > out', reads: [gen], writes: [out] }
  test: { needs: [build], run: 'echo test >> .ptask/log; echo half > report; test -f ok', reads: [out], writes: [report] }
  ship: { needs: [test], run: 'echo ship >> .ptask/log; cat out > shipped', reads: [out], writes: [shipped] }`;

async function chain(
  yaml = CHAIN,
): Promise<{ root: string; go(given?: Given): Promise<Ran>; ran(): string }> {
  const root = tempDir();
  write(root, { in: 'first\n' });
  return {
    root,
    go: (given = {}) => {
      write(root, { '.ptask/log': '' });
      return runConfig(yaml, { root, ...given });
    },
    ran: () => (readLog(root) ?? '').trim().split('\n').join(' '),
  };
}

const readLog = (root: string): string | undefined => {
  const file = join(root, '.ptask/log');
  return existsSync(file) ? readText(file) : undefined;
};

const readText = (file: string): string => readFileSync(file, 'utf8');

const reasons = ({ report }: Ran): Record<string, string | true> =>
  Object.fromEntries(
    (report.resume?.tasks ?? []).map(({ id, isDone, reason }) => [id, isDone || (reason ?? '')]),
  );

test('goes on where the run before it failed, and says why for each', async () => {
  const { root, go, ran } = await chain();
  const first = await go();
  assert.is(first.report.strategy.letter, 'D');
  assert.is(ran(), 'gen build test');
  write(root, { ok: '' });
  const second = await go({ resume: true });
  assert.is(second.report.status, 'complete');
  assert.is(ran(), 'test ship');
  assert.is(second.report.resume?.run, first.report.id);
  assert.equal(reasons(second), { gen: true, build: true, test: 'it failed', ship: 'it did not finish' });
  assert.is(second.task('gen').reason, `done in run ${first.report.id}`);
  assert.is(second.task('gen').attempts, 0);
  const third = await go({ resume: true });
  assert.is(ran(), '', 'nothing is left to do');
  assert.is(third.report.status, 'complete');
});

test('what the failed task has left half-done is put back before it runs again', async () => {
  const { root, go } = await chain(
    CHAIN.replace('echo half > report;', 'test ! -e report && echo half > report;'),
  );
  await go();
  assert.is(readText(join(root, 'report')), 'half\n', 'it stays for people to look at');
  write(root, { ok: '' });
  assert.is((await go({ resume: true })).report.status, 'complete', 'the task found no report of before');
});

test('what somebody has edited since stays as it is', async () => {
  const { root, go } = await chain(CHAIN.replace('echo half > report;', 'echo half >> report;'));
  await go();
  write(root, { report: 'mine\n', ok: '' });
  await go({ resume: true });
  assert.is(readText(join(root, 'report')), 'mine\nhalf\n');
});

test('changed inputs, outputs and definitions run again, with all that stands on them', async () => {
  const { root, go, ran } = await chain();
  write(root, { ok: '' });
  await go();
  write(root, { in: 'second\n' });
  const input = await go({ resume: true });
  assert.is(ran(), 'gen build test ship');
  assert.is(reasons(input).gen, 'in has changed');
  assert.is(reasons(input).build, 'gen runs again');
  assert.is(readText(join(root, 'shipped')), 'second\n');

  rmSync(join(root, 'report'));
  const output = await go({ resume: true });
  assert.is(ran(), 'test ship');
  assert.is(reasons(output).test, 'report, which it had written, is gone');

  const changed = await runConfig(CHAIN.replace('cat out > shipped', 'cat out out > shipped'), {
    root,
    resume: true,
  });
  assert.equal(reasons(changed), { gen: true, build: true, test: true, ship: 'its definition has changed' });
});

test('what a later task of that run has changed is no change', async () => {
  // count is read by a, and changed by b after it
  const yaml = `
tasks:
  a: { run: 'echo a >> .ptask/log; cat count > a', reads: [count], writes: [a] }
  b: { needs: [a], run: 'echo b >> .ptask/log; echo 2 > count', writes: [count] }
  c: { needs: [b], run: 'echo c >> .ptask/log; test -f ok' }`;
  const { root, go, ran } = await chain(yaml);
  write(root, { count: '1\n' });
  await go();
  write(root, { ok: '' });
  await go({ resume: true });
  assert.is(ran(), 'c');
});

test('outside of strategy D only those that ask for it leave a checkpoint', async () => {
  const yaml = `
tasks:
  kept: { run: 'echo kept >> .ptask/log', checkpoint: true }
  other: { run: 'echo other >> .ptask/log' }
  fails: { run: 'false' }`;
  const { go, ran } = await chain(yaml);
  await go({ concurrency: { kind: 'count', count: 1 } });
  const second = await go({ resume: true });
  assert.is(ran(), 'other');
  assert.equal(reasons(second), { kept: true, other: 'it left no checkpoint', fails: 'it failed' });
});

test('without a run before it everything runs', async () => {
  const { go, ran } = await chain();
  const first = await go({ resume: true });
  assert.is(first.report.resume, undefined);
  assert.is(ran(), 'gen build test');
});

test('in a repository each checkpoint is a ref, and those of runs that are gone go too', async () => {
  const { dir, git, head } = await repo({ files: { in: 'first\n', ok: '' } });
  const before = await head();
  const { report } = await runConfig(CHAIN, { root: dir });
  const refs = (await git('for-each-ref', '--format=%(refname)', 'refs/ptask')).split('\n');
  assert.equal(
    refs,
    ['build', 'gen', 'ship', 'test'].map((id) => `refs/ptask/${report.id}/${id}`),
  );
  const names = await git('diff', '--name-only', refs[1] as string, refs[0] as string);
  assert.is(names, 'out', 'what build did');
  assert.is(await head(), before);
  for (const runs of ['.ptask/runs', '.git/ptask/top/runs']) rmSync(join(dir, runs), { recursive: true });
  const again = await runConfig(CHAIN, { root: dir });
  const left = await git('for-each-ref', '--format=%(refname)', 'refs/ptask');
  assert.ok(
    left.split('\n').every((name) => name.startsWith(`refs/ptask/${again.report.id}/`)),
    left,
  );
});

test('checkpoints of another config and of another work tree of the repository stay', async () => {
  const { dir, git } = await repo({ files: { in: 'first\n', ok: '', 'sub/in': '', 'sub/ok': '' } });
  const linked = join(tempDir(), 'linked');
  await git('worktree', 'add', '--quiet', linked);
  const runs: string[] = [];
  for (const root of [join(dir, 'sub'), linked, dir]) runs.push((await runConfig(CHAIN, { root })).report.id);
  const refs = await git('for-each-ref', '--format=%(refname)', 'refs/ptask');
  for (const run of runs) assert.match(refs, `refs/ptask/${run}/build`);
});

test('a changed environment runs again, another time limit does not', async () => {
  // What else is in the one and in the other: task-fingerprint.test.ts
  const yaml = `
dotenv: [.env]
tasks:
  a: { run: 'echo a >> .ptask/log', checkpoint: true, timeout: 10s }`;
  const { root, go, ran } = await chain(yaml);
  write(root, { '.env': 'KEY=one\n' });
  await go();
  assert.is(ran(), 'a');
  const again = async (text: string): Promise<string | true | undefined> => {
    write(root, { '.ptask/log': '' });
    return reasons(await runConfig(text, { root, resume: true })).a;
  };
  assert.is(await again(yaml.replace('10s', '20s')), true);
  assert.is(ran(), '');
  write(root, { '.env': 'KEY=two\n' });
  assert.is(await again(yaml), 'its environment has changed');
  assert.is(ran(), 'a');
  assert.is(await again(yaml), true);
  assert.is(ran(), '');
});

test('a task that writes a dotenv file has not run with what it wrote', async () => {
  const yaml = `
strategy: sequential
dotenv: [.env]
tasks:
  a: { run: 'echo a >> .ptask/log; echo KEY=new > .env' }
  b: { needs: [a], run: 'echo b >> .ptask/log; echo "$KEY" > out', writes: [out] }`;
  const { root, go, ran } = await chain(yaml);
  write(root, { '.env': 'KEY=old\n' });
  await go();
  assert.is(readText(join(root, 'out')), 'old\n');
  await go({ resume: true });
  assert.is(ran(), 'a b', 'a run now would see the new value');
  assert.is(readText(join(root, 'out')), 'new\n');
});
