// `ptask runs`: what became of each run that is kept.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, expectOutput, type PtaskOptions, project, ptaskBin } from '../support/cli.ts';
import { terminal } from '../support/pty.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/runs');

const CONFIG = JSON.stringify({
  tasks: {
    write: { run: 'echo 1 >> a; echo 2 > b', writes: ['a', 'b'] },
    fail: { run: 'exit 3' },
    after: { needs: ['fail'], run: 'true' },
    wait: { run: 'echo waits; sleep 60' },
  },
});

type Ask = (...args: string[] | [...string[], PtaskOptions]) => Promise<{ stdout: string }>;

const listed = async (ptask: Ask): Promise<Record<string, unknown>[]> =>
  JSON.parse((await ptask('runs', '--json')).stdout).runs;

test('the last one first, with how it ended and what it changed', async () => {
  const { dir, ptask, start } = project(CONFIG);
  expectOutput(expectCode(await ptask('runs'), 0), /^nothing has been run here yet\n$/);
  assert.equal(await listed(ptask), []);
  expectCode(await ptask('write'), 0);
  expectCode(await ptask('undo'), 0);
  expectCode(await ptask('write', 'after'), 1);
  const killed = start('wait', '--verbose', { signalAfter: { when: /wait started/, signal: 'SIGKILL' } });
  await killed.result;
  const told = (await listed(ptask)).map(({ status, tasks, files, isUndone }) => ({
    status,
    tasks,
    files,
    isUndone,
  }));
  assert.equal(told, [
    { status: 'killed', tasks: { cancelled: 1 }, files: 0, isUndone: false },
    { status: 'partial', tasks: { passed: 1, failed: 1, skipped: 1 }, files: 2, isUndone: false },
    { status: 'complete', tasks: { passed: 1 }, files: 2, isUndone: true },
  ]);
  const { stdout } = expectCode(await ptask('runs'), 0);
  assert.match(stdout, /^■ [^✔]*killed/);
  assert.match(stdout, /1 passed, 1 failed, 1 skipped,? +2 files\n/);
  assert.match(stdout, /1 passed,? +2 files, undone\n$/);
  const [, { id } = {}] = await listed(ptask);
  rmSync(join(dir, '.ptask/runs', String(id), 'events.ndjson'));
  assert.is((await listed(ptask))[1]?.status, 'unreadable');
  // What the killed one has left goes, too.
  expectCode(await ptask('clean'), 0);
});

test('one that goes on is told from one that was killed', async () => {
  const { ptask, start } = project(CONFIG);
  const running = start('run', 'fail', 'wait', '--reporter', 'lines', '-c', '2', '--verbose');
  while (!running.output().includes('wait started')) await new Promise((done) => setTimeout(done, 20));
  const [run] = await listed(ptask);
  assert.is(run?.status, 'running');
  assert.is(run?.durationMs, undefined);
  running.kill('SIGINT');
  await running.result;
  assert.is((await listed(ptask))[0]?.status, 'interrupted');
});

test('on a narrow screen a run has two lines, and none is too long', async () => {
  const { dir, ptask } = project(CONFIG);
  expectCode(await ptask('write', 'after'), 1);
  const tty = terminal(process.execPath, [ptaskBin, 'runs'], { cwd: dir, cols: 40 });
  await tty.exited;
  const lines = tty.screen().trimEnd().split('\n');
  assert.match(lines[0] ?? '', /^✖ PARALLEL-\S+$/);
  assert.ok(lines.length > 2 && lines.every((line) => line.length <= 40), lines.join('\n'));
});
