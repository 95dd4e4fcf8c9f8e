import type { Event } from '../../src/model/event.ts';
import { cacheTotals, hasBegun, hitOf } from '../../src/state/cached.ts';
import type { TaskState } from '../../src/state/items.ts';
import { measure } from '../../src/state/measures.ts';
import { RunState } from '../../src/state/run-state.ts';
import { hasTaskLog } from '../../src/state/task-facts.ts';
import { estimate } from '../../src/ui/tree/estimate.ts';
import { cachedRun, fetched, hit, looksUp, miss, notStored, warmRun } from '../report/cached.ts';
import { ends, finished, planned, planOf, started, starts } from '../report/fixtures.ts';
import { clash, collides, integrating, ran, restores } from '../report/isolated.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('state/cached');

const PLAN = planOf([planned('a'), planned('b'), planned('c')]);
const stateOf = (...events: Event[]): RunState => RunState.of([started(PLAN), ...events]);
const taskOf = (state: RunState, id: string): TaskState => state.task(id) as TaskState;

test('a hit is what has passed with a result from the cache', () => {
  const passed = { status: 'passed', cached: hit(5) } as const;
  assert.is(hitOf(passed), passed.cached);
  assert.is(hitOf({ status: 'passed', cached: miss() }), undefined);
  assert.is(hitOf({ status: 'passed' }), undefined);
  // Its result was there, and could not be put into the tree.
  assert.is(hitOf({ status: 'failed', cached: hit(5) }), undefined);
  assert.is(hitOf({ status: 'waiting', cached: hit(5) }), undefined);
});

test('totals: nothing where nobody asked', () => {
  assert.is(cacheTotals(stateOf(starts('a', 1), ends('a', 2, 1)).tasks), undefined);
  assert.equal(cacheTotals(RunState.of(cachedRun()).tasks), { hits: 1, misses: 1, savedMs: 80_000 });
  assert.equal(cacheTotals(RunState.of(warmRun()).tasks), { hits: 2, misses: 0, savedMs: 80_400 });
});

test('what comes from the cache has begun without a start', () => {
  const state = stateOf(looksUp('a', 5, hit(9)), looksUp('b', 5, miss()));
  assert.equal(
    state.tasks.map((task) => [hasBegun(task), task.startedAt]),
    [
      [true, undefined],
      [false, undefined],
      [false, undefined],
    ],
  );
  assert.is(state.phases[0]?.startedAt, 5);
  for (const event of [fetched('a', 6, 1), restores(9, ['a'], 1)]) state.apply(event);
  assert.is(taskOf(state, 'a').events.at(-1)?.type, 'tree-restored');
  assert.not.ok(taskOf(state, 'b').events.some(({ type }) => type === 'tree-restored'));
});

test('what runs again is looked up again, and why it is not kept comes after its end', () => {
  const state = stateOf(looksUp('a', 5, hit(9)), looksUp('a', 8, miss('x changed')), starts('a', 9));
  state.apply(ends('a', 20, 11));
  state.apply(notStored('a', 21, 'y changed while it ran'));
  assert.equal(taskOf(state, 'a').cached, { ...miss('x changed'), notStored: 'y changed while it ran' });
});

test('a result from the cache that does not merge is none, whatever comes after it', () => {
  const state = stateOf(
    looksUp('a', 5, hit(9)),
    ran('a', 6),
    integrating('a', 7),
    collides('a', 8, clash({ tasks: ['a', 'b'] })),
  );
  assert.is(taskOf(state, 'a').cached, undefined);
  for (const event of [starts('a', 9), ends('a', 20, 15)]) state.apply(event);
  assert.is(hitOf(taskOf(state, 'a')), undefined);
  assert.is(measure(state).workOf('a'), 11);
});

test('to fetch a result is the only work that it is', () => {
  const { workMs, speedup, criticalPath, workOf, timelines } = measure(RunState.of(cachedRun()));
  assert.equal([workOf('build'), workOf('test'), workOf('lint')], [4, 1_000, 3_000]);
  assert.is(workMs, 4_004);
  assert.is(speedup, 1.33);
  assert.equal(criticalPath, { ms: 3_000, tasks: ['lint'] });
  assert.equal(timelines.get('build')?.slots, [{ from: 10, to: 14, isDropped: false }]);
});

test('of an isolated one its integration too, and not the wait for its turn', () => {
  const { workOf, waits } = measure(
    stateOf(looksUp('a', 5, hit(9)), ran('a', 8), integrating('a', 20), fetched('a', 22, 17), finished(30)),
  );
  assert.is(workOf('a'), 5);
  assert.equal(
    waits.get('a')?.map(({ for: kind, ms }) => [kind, ms]),
    [['turn', 12]],
  );
});

test('nothing is learnt from a hit of how long tasks take', () => {
  const state = stateOf(looksUp('a', 5, hit(9)), fetched('a', 6, 1));
  assert.is(estimate(state, 6), undefined);
  state.apply(starts('b', 6));
  state.apply(ends('b', 1_006, 1_000));
  assert.is(estimate(state, 1_006), 1_000);
});

test('a silent hit has no log, one that has printed or failed has; a silent miss has none either', () => {
  const changed = { filesChanged: [{ path: 'x', change: 'created' as const }] };
  const has = (...events: Event[]): boolean => hasTaskLog(taskOf(stateOf(...events), 'a'));
  const hits = looksUp('a', 1, hit(9));
  assert.ok(has(hits), 'as long as it is fetched');
  assert.not.ok(has(hits, fetched('a', 900, 899, changed)));
  assert.not.ok(has(hits, ran('a', 2), integrating('a', 3), fetched('a', 4, 3, changed)));
  assert.ok(has(hits, fetched('a', 2, 1, { output: { bytes: 1, tail: [] } })));
  assert.ok(has(hits, fetched('a', 2, 1, { status: 'failed', reason: 'no space' })));
  assert.ok(has(hits, fetched('a', 2, 1), restores(3, ['a'], 1)));
  const quick = [looksUp('a', 1, miss()), starts('a', 2), ends('a', 3, 1)];
  assert.not.ok(has(...quick));
  assert.ok(has(...quick, notStored('a', 4, 'x changed while it ran')));
});
