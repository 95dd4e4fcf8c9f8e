// The power goes at the calls of a whole run that change the disk, and while a task is at work: the next command finds what
// it needs to put everything right, git's own store included.

import { AFTERWARDS, cutDisk } from '../support/cut-disk.ts';
import { type Disturbed, disturbed, groundOf, judge, NEXT, RUN } from '../support/fault-case.ts';
import { type FrozenPtask, frozenPtask } from '../support/frozen-ptask.ts';
import { each, sampledSteps } from '../support/sample.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('fault/power-cut');
const HOURS = 4 * 60 * 60 * 1000;

let ptask: FrozenPtask;
test.before(() => {
  ptask = frozenPtask();
});

for (const [variant, few] of [
  ['apply', 4],
  ['merge', 3],
  ['abort', 2],
] as const)
  test(`the power goes anywhere: ${variant}`, { timeout: HOURS }, async () => {
    const ground = await groundOf(ptask, variant);
    const results: (Disturbed & { at: string })[] = [];
    await each(sampledSteps(ground.steps, ground.calls, few), async (n) => {
      const disk = cutDisk();
      if (disk === undefined) return;
      const cut = async (dir: string) => {
        disk.synchronise();
        const ran = await ptask.run(dir, RUN, { ...disk.env, CRASH_AT: String(n) });
        const isDisturbed = ran.signal === 'SIGKILL';
        if (isDisturbed) disk.cut();
        return { ...ran, isDisturbed };
      };
      const next = NEXT[n % NEXT.length];
      const where = { folder: disk.folder, afterwards: AFTERWARDS };
      const result = await disturbed(ptask, variant, ground, ({ dir }) => cut(dir), next, n % 2 === 0, where);
      results.push({ ...result, at: `at call ${n} of ${ground.calls}` });
    });
    judge(`power cut, ${variant}`, results);
    assert.ok(results.filter(({ isDisturbed }) => isDisturbed).length >= results.length / 2);
  });
