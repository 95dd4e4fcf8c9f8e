// Durations that are known: how near the order of starts comes to the best one that there is.
import fc from 'fast-check';
import { bestOrder, simulate } from '../../src/run/schedule/best-order.ts';
import type { ScheduleInput } from '../../src/run/schedule/schedule-graph.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/best-order');

/** `before[i]`: the tasks before the i-th, by number; all of them smaller. */
function inputOf(ms: readonly number[], before: readonly number[][], concurrency: number): ScheduleInput {
  const id = (at: number): string => `t${at}`;
  return {
    tasks: ms.map((_, at) => ({ id: id(at), phase: 0, resources: [] })),
    edges: before.flatMap((from, to) =>
      from.length === 0 ? [] : [{ tasks: [from.map(id), [id(to)]], requires: true }],
    ),
    turns: [],
    capacities: new Map(),
    concurrency,
    expectedMs: new Map(ms.map((each, at) => [id(at), each])),
    barrier: false,
  };
}

function* permutations(items: readonly string[]): Generator<string[]> {
  if (items.length < 2) yield [...items];
  for (const [at, item] of items.entries())
    for (const rest of permutations(items.toSpliced(at, 1))) if (items.length > 1) yield [item, ...rest];
}

const chosen = (input: ScheduleInput): number => simulate({ ...input, order: bestOrder(input) }).ms;

test('the anomaly of list scheduling: three short ones and two long ones on two slots', () => {
  // By the longest first 3+2+2 and 3+2 come to 7; 3+3 and 2+2+2 to 6.
  const input = inputOf([3_000, 3_000, 2_000, 2_000, 2_000], [[], [], [], [], []], 2);
  assert.is(simulate(input).ms, 7_000);
  assert.is(chosen(input), 6_000);
});

test('nothing is looked for where nothing is to be gained, or durations are not known', () => {
  const even = inputOf([1_000, 1_000, 1_000, 1_000], [[], [], [], []], 2);
  assert.is(bestOrder(even), undefined);
  const long = inputOf([3_000, 3_000, 2_000, 2_000, 2_000], [[], [], [], [], []], 2);
  assert.is(bestOrder({ ...long, expectedMs: new Map([...long.expectedMs].slice(1)) }), undefined);
  assert.is(bestOrder({ ...long, turns: [[['t0'], ['t1']]] }), undefined);
  const short = inputOf([3, 3, 2, 2, 2], [[], [], [], [], []], 2);
  assert.is(bestOrder(short), undefined, 'to look would take longer');
});

test('property: within a twentieth of the best order of a small graph', { timeout: 60_000 }, () => {
  const graph = fc
    .array(fc.integer({ min: 500, max: 9_000 }), { minLength: 3, maxLength: 6 })
    .chain((ms) =>
      fc.tuple(
        fc.constant(ms),
        fc.tuple(
          ...ms.map((_, at) =>
            at === 0 ? fc.constant([]) : fc.uniqueArray(fc.nat(at - 1), { maxLength: 2 }),
          ),
        ),
        fc.integer({ min: 2, max: 3 }),
      ),
    );
  fc.assert(
    fc.property(graph, ([ms, before, slots]) => {
      const input = inputOf(ms, before as number[][], slots);
      const ids = input.tasks.map(({ id }) => id);
      let best = Infinity;
      for (const order of permutations(ids))
        best = Math.min(best, simulate({ ...input, order: new Map(order.map((id, at) => [id, at])) }).ms);
      assert.ok(chosen(input) <= best * 1.05, `${chosen(input)} ms, and ${best} are possible`);
    }),
    { numRuns: 60 },
  );
});
