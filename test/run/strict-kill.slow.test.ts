// SIGKILL of a run with strict tasks, wherever it is: the next command removes their folders, and the files are as they were or as the
// tasks have left them.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RUN } from '../support/fault-case.ts';
import { type FrozenPtask, frozenPtask } from '../support/frozen-ptask.ts';
import { repo } from '../support/git.ts';
import { each, sampled } from '../support/sample.ts';
import { assert, suite } from '../support/suite.ts';
import { isAlive } from '../support/survivors.ts';
import { tempDir, tree, write } from '../support/tmp.ts';

const test = suite('run/strict-kill');
const HOURS = 4 * 60 * 60 * 1000;

let ptask: FrozenPtask;
test.before(() => {
  ptask = frozenPtask();
});

async function scene(run: string): Promise<string> {
  const dir = join(tempDir(), 'repo');
  mkdirSync(dir);
  const tasks = { t: { run, reads: ['src/**'], writes: ['out/**'], strict: true } };
  await repo({ dir, files: { 'src/a': 'a\n', 'out/old': 'old\n', 'out/gone': 'gone\n' } });
  write(dir, { 'parallel.config.json': JSON.stringify({ tasks }) });
  return dir;
}

const filesIn = (dir: string) => tree(dir, { skip: ['.ptask'] });

test('while it runs: what it runs is ended, and its folder goes', async () => {
  const pid = join(tempDir(), 'pid');
  const dir = await scene(
    `trap '' TERM INT HUP; echo half > out/old; echo $$ > ${pid}; while :; do sleep 0.05; done`,
  );
  const before = filesIn(dir);
  await ptask.killWhen(dir, RUN, () => existsSync(pid) && readFileSync(pid, 'utf8').endsWith('\n'));
  assert.equal(readdirSync(dirname(dir)), ['repo', 'repo.strict.t']);
  const { code, said } = await ptask.run(dir, ['clean']);
  assert.is(code, 0, said);
  assert.not(isAlive(Number(readFileSync(pid, 'utf8'))));
  assert.equal(readdirSync(dirname(dir)), ['repo']);
  assert.equal(filesIn(dir), before);
});

test('killed anywhere', { timeout: HOURS }, async () => {
  const run = 'cat src/a > out/new; rm out/gone; echo new > out/old';
  // Once for the code cache, and once to count.
  await ptask.run(await scene(run), RUN);
  const undisturbed = await scene(run);
  const before = filesIn(undisturbed);
  const { calls } = await ptask.count(undisturbed, RUN);
  const after = filesIn(undisturbed);
  assert.not.equal(before, after);
  await each(sampled(calls, 24), async (n) => {
    const dir = await scene(run);
    await ptask.run(dir, RUN, { CRASH_AT: String(n) });
    const { code, said } = await ptask.run(dir, ['clean']);
    const at = `at call ${n} of ${calls}: ${said}`;
    assert.is(code, 0, at);
    assert.equal(readdirSync(dirname(dir)), ['repo'], at);
    const left = JSON.stringify(filesIn(dir));
    assert.ok([before, after].map((state) => JSON.stringify(state)).includes(left), `${at}\n${left}`);
    assert.is((await ptask.run(dir, RUN)).code, 0, at);
    assert.equal(filesIn(dir), after, at);
    // What was applied before a kill is a run of its own to undo.
    assert.is((await ptask.run(dir, ['undo'])).code, 0, at);
  });
});
