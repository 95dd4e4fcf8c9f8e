// git killed under a run that goes on: the run ends by itself, and tells; nothing of the user's is lost, nothing is left
// over but worktrees and branches with work that could not be collected or integrated, and of these the run has told.
import { type Disturbed, disturbed, dropKept, groundOf, judge, RUN } from '../support/fault-case.ts';
import { type FrozenPtask, frozenPtask } from '../support/frozen-ptask.ts';
import { type KillingGit, killingGit, MOMENTS } from '../support/killing-git.ts';
import { each, sampled } from '../support/sample.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/fault-git');
const HOURS = 4 * 60 * 60 * 1000;

let ptask: FrozenPtask;
let git: KillingGit;
test.before(() => {
  ptask = frozenPtask();
  git = killingGit();
});

/** As many as there are about, in a run. */
const CALLS = { apply: 50, merge: 60 } as const;

for (const [variant, few] of [
  ['apply', 2],
  ['merge', 2],
] as const)
  test(`git killed at any call: ${variant}`, { timeout: HOURS }, async () => {
    const ground = await groundOf(ptask, variant);
    const cases = sampled(CALLS[variant] * MOMENTS.length, few);
    const results: (Disturbed & { at: string })[] = [];
    await each(cases, async (one) => {
      const n = Math.ceil(one / MOMENTS.length);
      const env = git.env(n, MOMENTS[one % MOMENTS.length] as (typeof MOMENTS)[number]);
      let killed: string | undefined;
      const result = await disturbed(
        ptask,
        variant,
        ground,
        async (scene) => {
          const ran = await ptask.run(scene.dir, RUN, env);
          killed = git.killed(env);
          await dropKept(ptask, scene, ran.said);
          const problems = /internal error/.test(ran.said) ? ['an internal error'] : [];
          return { ...ran, isDisturbed: killed !== undefined, problems };
        },
        undefined,
        false,
      );
      results.push({ ...result, at: `at call ${n}: ${killed}` });
    });
    judge(`git killed, ${variant}`, results);
    assert.ok(results.some(({ isDisturbed }) => isDisturbed));
  });
