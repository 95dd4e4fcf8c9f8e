// SIGKILL at the calls of a whole run that change the disk, then the next command: nothing of the user's is lost, no result
// is there in parts, nothing is left over, and a second run comes to where an undisturbed one does.
import { faultsOf, type State, stateOf } from '../support/fault-check.ts';
import { faultScene, type Variant } from '../support/fault-scene.ts';
import { type FrozenPtask, frozenPtask } from '../support/frozen-ptask.ts';
import { each, sampled } from '../support/sample.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/fault-kill');
const RUN = ['run', '--reporter', 'silent', '--quiet'];
const HOURS = 4 * 60 * 60 * 1000;

let ptask: FrozenPtask;
test.before(() => {
  ptask = frozenPtask();
});

interface Ground {
  calls: number;
  before: State;
  after: State;
}

async function undisturbed(variant: Variant): Promise<Ground> {
  const scene = await faultScene(variant);
  const before = await stateOf(scene);
  // Once for the code cache, and once to count.
  await ptask.run((await faultScene(variant)).dir, RUN);
  const { calls, said } = await ptask.count(scene.dir, RUN);
  const after = await stateOf(scene);
  assert.equal(await faultsOf(scene, variant, before, after), [], said);
  return { calls, before, after };
}

const NEXT = [['clean'], RUN, ['undo']];

for (const [variant, few] of [
  ['apply', 12],
  ['merge', 9],
  ['abort', 5],
] as const)
  test(`killed anywhere: ${variant}`, { timeout: HOURS }, async () => {
    const { calls, before, after } = await undisturbed(variant);
    const cases = sampled(calls, few);
    const failures: string[] = [];
    let killed = 0;
    await each(cases, async (n) => {
      const scene = await faultScene(variant);
      const { signal } = await ptask.run(scene.dir, RUN, { CRASH_AT: String(n) });
      if (signal === 'SIGKILL') killed += 1;
      const next = NEXT[n % NEXT.length] as string[];
      const { said, code } = await ptask.run(scene.dir, next);
      const isRun = next === RUN;
      const faults = await faultsOf(scene, variant, before, after);
      if (!isRun && n % 2 === 0) await ptask.run(scene.dir, RUN);
      if (isRun || n % 2 === 0) {
        const { files, committed } = await stateOf(scene);
        const expected =
          variant === 'merge' ? [after.files, after.committed] : [after.files, before.committed];
        if (JSON.stringify([files, committed]) !== JSON.stringify(expected))
          faults.push('a second run comes to something else');
      }
      if (faults.length > 0)
        failures.push(`call ${n} of ${calls}, ${next[0]} (${code}): ${faults.join('; ')}\n${said}`);
    });
    console.log(
      `${variant}: ${cases.length - failures.length} of ${cases.length} kills put right, ${killed} died`,
    );
    assert.equal(failures, []);
    assert.ok(killed >= cases.length * 0.7, `${killed}`);
  });
