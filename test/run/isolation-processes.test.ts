// How many processes of git a run of isolated tasks takes, those that git starts itself counted as well.

import { readdirSync } from 'node:fs';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { ground, runIn } from './isolation-support.ts';

const test = suite('run/isolation processes');

/** Each git writes a file of its own there. */
async function counted(work: () => Promise<unknown>): Promise<number> {
  const folder = tempDir('trace-');
  process.env.GIT_TRACE2_EVENT = folder;
  try {
    await work();
  } finally {
    delete process.env.GIT_TRACE2_EVENT;
  }
  return readdirSync(folder).length;
}

for (const [tasks, most] of [
  [2, 20],
  [6, 50],
] as const)
  test(`${tasks} tasks that each change a line`, async () => {
    const ids = Array.from({ length: tasks }, (_, at) => `t${at}`);
    const { dir } = await ground(Object.fromEntries(ids.map((id) => [`${id}.txt`, 'one\n'])));
    const config = {
      concurrency: 2,
      tasks: Object.fromEntries(
        ids.map((id) => [id, { run: `echo two >> ${id}.txt`, writes: [`${id}.txt`], workspace: 'worktree' }]),
      ),
    };
    const count = await counted(async () => {
      const { report } = await runIn(dir, config);
      assert.is(report.status, 'complete');
    });
    assert.ok(count > 0 && count <= most, `${count} processes, ${most} at most`);
  });
