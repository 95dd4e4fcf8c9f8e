// SIGKILL at the calls of a whole run that change the disk, then the next command: nothing of the user's is lost, no result
// is there in parts, nothing is left over, and a second run comes to where an undisturbed one does.
import { type Disturbed, disturbed, groundOf, judge, NEXT, RUN } from '../support/fault-case.ts';
import { type FrozenPtask, frozenPtask } from '../support/frozen-ptask.ts';
import { each, sampledSteps } from '../support/sample.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/fault-kill');
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
  test(`killed anywhere: ${variant}`, { timeout: HOURS }, async () => {
    const ground = await groundOf(ptask, variant);
    const results: (Disturbed & { at: string })[] = [];
    await each(sampledSteps(ground.steps, ground.calls, few), async (n) => {
      const kill = async (dir: string) => {
        const killed = await ptask.run(dir, RUN, { CRASH_AT: String(n) });
        return { ...killed, isDisturbed: killed.signal === 'SIGKILL' };
      };
      const next = NEXT[n % NEXT.length];
      const result = await disturbed(ptask, variant, ground, ({ dir }) => kill(dir), next, n % 2 === 0);
      results.push({ ...result, at: `at call ${n} of ${ground.calls}` });
    });
    judge(`killed, ${variant}`, results);
    // Half-way calls of a run that takes another course are beyond its end.
    assert.ok(results.filter(({ isDisturbed }) => isDisturbed).length >= results.length / 2);
  });
