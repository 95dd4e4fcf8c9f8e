/** What a task has started and left behind writes into its worktree when the task is over: none of it is the next one's. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, suite } from '../support/suite.ts';
import { ground, runIn, told } from './isolation-support.ts';

const test = suite('run/isolation: outlived');
const LATE = 'left/late.txt';

test('a worktree in which something may go on is swept before the next task', {
  timeout: 60_000,
}, async () => {
  if (process.platform !== 'linux') return;
  const { dir } = await ground({ 'src/f': '0\n', 'left/a': '' });
  const shared = { workspace: 'shared', writes: [] };
  const run = await runIn(dir, {
    concurrency: 1,
    tasks: {
      first: {
        run: `setsid sh -c 'sleep 0.3; echo late > ${LATE}' >/dev/null 2>&1 & echo 1 > src/first`,
        writes: ['src/first'],
        workspace: 'worktree',
      },
      // Until it has been written.
      between: { ...shared, run: 'sleep 1.5', needs: ['first'] },
      second: { run: 'ls left > src/seen', writes: ['src/seen'], workspace: 'worktree', needs: ['between'] },
    },
  });
  for (const id of ['first', 'second']) assert.is(run.task(id).status, 'passed', told(run));
  assert.is(readFileSync(join(dir, 'src/seen'), 'utf8'), 'a\n', told(run));
  assert.not.ok(existsSync(join(dir, LATE)));
});
