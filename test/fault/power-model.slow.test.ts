// Power cuts at every call of a transaction, on a disk that keeps no more than it must: see disk-model.ts.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { scene, statesOf } from '../store/crash-scene.ts';
import { cutsOf, type DiskLog, diskAfter } from '../support/disk-model.ts';
import { repositoryRoot } from '../support/env.ts';
import { bundleChild, runChild } from '../support/killed.ts';
import { rawTree } from '../support/raw-tree.ts';
import { sampled } from '../support/sample.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('fault/power-model');

/** The same for the same seed, whatever else happens. */
function picker(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

/** Nothing that need not, all, and what chance has it. */
const WAYS = [(below: number) => below - 1, () => 0, ...[1, 2, 3, 4].map(picker)];

test('a transaction: the tree before or the tree after', { timeout: 600_000 }, async () => {
  const child = await bundleChild();
  const made = scene();
  const file = `${made.job}.log`;
  const env = { DISK_LOG: file, DISK_ROOT: made.root };
  const ran = await runChild(
    child,
    ['replace', made.job],
    env,
    `${repositoryRoot}/test/support/disk-log.cjs`,
  );
  assert.is(ran.stdout, '{"ok":true,"id":"0001"}', ran.stderr);
  const after = rawTree(made.root);
  const log = JSON.parse(readFileSync(file, 'utf8')) as DiskLog;
  const cuts = cutsOf(log);
  assert.ok(cuts.length > 100, String(cuts.length));
  let [tried, rolledBack] = [0, 0];
  for (const at of sampled(cuts.length, 60)) {
    const cut = cuts[at - 1] as number;
    for (const [way, pick] of WAYS.entries()) {
      rmSync(made.root, { recursive: true });
      mkdirSync(made.root);
      diskAfter(log, cut, pick).write(made.root);
      const { edited } = await made.recover();
      const isDone = statesOf(made).includes('done');
      const where = `entry ${cut}, way ${way}: ${JSON.stringify(log.log[cut - 1])?.slice(0, 200)}`;
      assert.equal(edited, [], where);
      assert.equal(rawTree(made.root), isDone ? after : made.before, where);
      tried += 1;
      if (!isDone) rolledBack += 1;
    }
  }
  console.log(`a power cut in a transaction: ${tried} of ${tried} put right`);
  assert.ok(rolledBack > tried / 2, `${rolledBack} of ${tried}`);
});
