// Pairs kept as runs are the pairs that were put in, and what is made of them is what JSON says.
import fc from 'fast-check';
import { planJson } from '../../src/cli/plan-json.ts';
import { Pairs } from '../../src/model/pairs.ts';
import { planPairs } from '../../src/model/plan-pairs.ts';
import { assert, suite } from '../support/suite.ts';
import { planOf } from './support.ts';

const test = suite('plan/pairs');
const numRuns = Number(process.env.PTASK_TEST_RUNS ?? 300);

test('property: pairs come out as they went in, and are found', () => {
  const labels = [{}, {}];
  const one = fc.tuple(fc.nat(6), fc.nat(6), fc.nat(1));
  fc.assert(
    fc.property(fc.array(one, { maxLength: 40 }), (all) => {
      const pairs = new Pairs<object>();
      for (const [first, second, label] of all) pairs.add(first, second, labels[label] as object);
      assert.is(pairs.size, all.length);
      assert.equal(
        Array.from(pairs, ([first, second, label]) => [first, second, labels.indexOf(label)]),
        all,
      );
      for (const [a, b] of all) {
        const there = all.filter(([x, y]) => (x === a && y === b) || (x === b && y === a));
        const found = pairs.between(a, b).map(({ first, second }) => `${first} ${second}`);
        assert.equal(new Set(found), new Set(there.map(([x, y]) => `${x} ${y}`)));
      }
    }),
    { numRuns },
  );
});

const clique = JSON.stringify({
  tasks: Object.fromEntries(
    Array.from({ length: 60 }, (_, at) => [
      `t${at}`,
      { run: ':', writes: ['dist/**'], resources: { db: 'write' }, conflicts: 'allow' },
    ]),
  ),
});

test('what all have with each other is kept once for each task and not for each pair', () => {
  const plan = planOf(clique);
  assert.is(planPairs(plan).conflicts.size, 2 * 1_770);
  assert.is(planPairs(plan).conflicts.runs.length, 2 * 59);
});

test('the pieces of a plan are its JSON', () => {
  for (const yaml of [
    clique,
    "tasks: { a: { run: ':' } }",
    "tasks: { a: { run: ':' }, b: { needs: [a] } }",
  ]) {
    const plan = planOf(yaml);
    assert.is([...planJson(plan)].join(''), JSON.stringify(plan, undefined, 2));
  }
});
