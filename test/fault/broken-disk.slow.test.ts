// A disk that cannot read or write a file of ptask's own, once or from then on: the run ends by itself and says why; once the
// disk is mended, the next command finds nothing that it could not put right.
import { type Disturbed, disturbed, dropKept, groundOf, judge, NEXT, RUN } from '../support/fault-case.ts';
import type { FaultScene } from '../support/fault-scene.ts';
import { type FrozenPtask, frozenPtask } from '../support/frozen-ptask.ts';
import { each, sampled } from '../support/sample.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('fault/broken-disk');
const HOURS = 4 * 60 * 60 * 1000;

let ptask: FrozenPtask;
test.before(() => {
  ptask = frozenPtask();
});

for (const [variant, few] of [
  ['apply', 4],
  ['merge', 2],
  ['abort', 2],
] as const)
  test(`a broken disk: ${variant}`, { timeout: HOURS }, async () => {
    const ground = await groundOf(ptask, variant);
    const results: (Disturbed & { at: string })[] = [];
    await each(sampled(ground.own, few), async (n) => {
      const isForEver = n % 3 === 0;
      const broken = { CRASH_EIO_AT: String(n), ...(isForEver && { CRASH_EIO_ON: 'yes' }) };
      const fail = async (scene: FaultScene) => {
        const ran = await ptask.run(scene.dir, RUN, broken);
        await dropKept(ptask, scene, ran.said);
        const problems = ran.code === null ? ['it died'] : [];
        return { ...ran, isDisturbed: /EIO/.test(ran.said), problems };
      };
      const next = NEXT[n % 2 === 0 ? 0 : 2];
      const result = await disturbed(ptask, variant, ground, fail, next, n % 2 === 0);
      // Nobody could see when the run was last alive: what may be an edit is left, and told.
      const isTold = isForEver && /was edited meanwhile and is left/.test(result.failure ?? '');
      const failure = isTold ? undefined : result.failure;
      results.push({ ...result, failure, at: `${isForEver ? 'from' : 'at'} call ${n} of ${ground.own}` });
    });
    judge(`broken disk, ${variant}`, results);
    assert.ok(results.length > 0);
  });
