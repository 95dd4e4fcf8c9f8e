import type { Event, RunStarted } from '../../src/model/event.ts';
import type { TaskState } from '../../src/state/items.ts';
import { pendingOn } from '../../src/state/pending.ts';
import { RunState } from '../../src/state/run-state.ts';
import { estimate } from '../../src/ui/tree/estimate.ts';
import { collidingRun, rolledBackRun } from '../report/isolated.ts';
import { assert, suite } from '../support/suite.ts';
import {
  begin,
  end,
  fail,
  finish,
  print,
  retry,
  simulate,
  skip,
  smallRun,
  smallTasks,
  start,
} from '../ui/support/scripted.ts';

const test = suite('state/run-state');

const fold = (...events: Event[]): RunState => RunState.of(events);

const ids = (tasks: readonly TaskState[]): string[] => tasks.map(({ id }) => id);
const statuses = (state: RunState): string =>
  state.tasks.map(({ id, status }) => `${id} ${status}`).join(', ');

test('a task has one state, and counts follow it', () => {
  const state = fold(begin(smallTasks), start(0, 'schema'));
  assert.is(statuses(state), 'schema running, api waiting, web waiting, e2e waiting');
  assert.is(state.counts.running, 1);
  state.apply({ type: 'task-verifying', at: 5, id: 'schema' });
  assert.is(state.counts.verifying, 1);
  assert.is(state.counts.running, 0);
  state.apply(retry(6, 'schema', 1, 2_000));
  assert.is(state.counts.retrying, 1);
  assert.is(state.task('schema')?.retry?.at, 2_006);
});

test('a whole run', () => {
  const state = fold(...smallRun());
  assert.is(statuses(state), 'schema passed, api failed, web passed, e2e skipped');
  const { counts, phases } = state;
  assert.equal([counts.passed, counts.failed, counts.skipped, counts.waiting], [2, 1, 1, 0]);
  assert.equal(
    phases.map(({ startedAt, endedAt }) => [startedAt, endedAt]),
    [
      [0, 1_200],
      [1_200, 4_500],
      [undefined, 4_500],
    ],
  );
  assert.is(state.endedAt, 4_600);
});

test('a result is final, and what is not in the plan is nothing', () => {
  const state = fold(...smallRun(), start(5_000, 'api'), start(5_000, 'nobody'));
  assert.is(state.task('api')?.status, 'failed');
  assert.is(state.counts.running, 0);
});

test('why a task waits: tasks, those that run first', () => {
  const state = fold(begin(smallTasks), start(0, 'schema'), finish(1, 'schema', 1), start(1, 'web'));
  const [, api, , e2e] = state.tasks;
  assert.equal(e2e && pendingOn(state, e2e), { for: 'tasks', ids: ['web', 'api'] });
  assert.equal(api && pendingOn(state, api), { for: 'turn' });
  state.apply({ type: 'task-waiting', at: 2, id: 'api', resources: ['db.orders'] });
  assert.equal(api && pendingOn(state, api), { for: 'resources', resources: ['db.orders'] });
});

test('why a task waits: a slot, and a phase where there is a barrier', () => {
  const tasks = [{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd', needs: ['a'] }];
  const state = fold(begin(tasks, { concurrency: 2 }), start(0, 'a'), start(0, 'b'));
  const [, , c, d] = state.tasks;
  assert.equal(c && pendingOn(state, c), { for: 'slot' });
  state.apply(finish(1, 'a', 1));
  assert.equal(d && pendingOn(state, d), { for: 'phase', index: 0 });
});

test('of the output only the end is kept, and none of it when the task is over', () => {
  const state = fold(begin(smallTasks), start(0, 'schema'));
  const task = state.task('schema');
  for (let line = 0; line < 10_000; line += 1) state.apply(print(1, 'schema', `line ${line}\n`));
  assert.ok((task?.tail.length ?? 0) <= 8_192);
  assert.ok(task?.tail.endsWith('line 9999\n'));
  state.apply(print(1, 'schema', 'x'.repeat(1_000_000)));
  assert.is(task?.tail.length, 4_096);
  state.apply(finish(2, 'schema', 2));
  assert.is(task?.tail, '');
});

test('validation steps have a phase of their own, whatever they are called', () => {
  const state = fold(begin(smallTasks, { validation: ['api', 'types'] }), {
    type: 'validation-started',
    at: 5,
    name: 'api',
  });
  assert.is(state.validation?.counts.running, 1);
  assert.is(state.counts.running, 0);
  assert.is(state.task('api')?.status, 'waiting');
});

test('nothing is estimated while nothing is known', () => {
  assert.is(estimate(fold(begin(smallTasks), start(0, 'schema')), 500), undefined);
});

//   schema ─┬▶ api ─┬▶ e2e        10 + 20 + 5 by the longest chain
//           └▶ web ─┘
test('the estimate follows the longest chain', () => {
  const expectedMs = { schema: 10_000, api: 20_000, web: 3_000, e2e: 5_000 };
  const state = fold(begin(smallTasks, { concurrency: 4, expectedMs }), start(0, 'schema'));
  assert.is(estimate(state, 0), 35_000);
  assert.is(estimate(state, 4_000), 31_000);
  // It takes longer than it used to: what comes after it is still to be done.
  assert.is(estimate(state, 60_000), 25_000);
});

test('the estimate shares the work among the slots, and unknown tasks take the mean', () => {
  const tasks = Array.from({ length: 10 }, (_, index) => ({ id: `t${index}` }));
  const state = fold(begin(tasks, { concurrency: 2, expectedMs: { t0: 1_000, t1: 3_000 } }));
  assert.is(estimate(state, 0), 10_000);
  const learnt = fold(begin(tasks, { concurrency: 2 }), start(0, 't0'), finish(400, 't0', 400));
  assert.is(estimate(learnt, 400), (9 * 400) / 2);
});

test('tasks that exclude each other run one after the other', () => {
  const tasks = ['a', 'b', 'c'].map((id) => ({ id }));
  const exclusions = [{ tasks: ['a', 'b', 'c'], because: { kind: 'resource' as const, resource: 'db' } }];
  const expectedMs = { a: 1_000, b: 1_000, c: 1_000 };
  assert.is(estimate(fold(begin(tasks, { concurrency: 8, expectedMs, exclusions })), 0), 3_000);
});

test('nothing is estimated when the run is being stopped, or over', () => {
  const expectedMs = { schema: 10_000 };
  const stopped = fold(begin(smallTasks, { expectedMs }), {
    type: 'run-stopping',
    at: 1,
    reason: 'interrupt',
  });
  assert.is(estimate(stopped, 1), undefined);
  assert.is(estimate(fold(...smallRun({ expectedMs })), 4_600), undefined);
});

test('a thousand tasks end with the counts of what happened', () => {
  const events = simulate({ tasks: 1_000, phases: 5, failEvery: 60 });
  const { counts } = fold(...events);
  const count = (status: string) =>
    events.filter((event) => event.type === 'task-finished' && event.status === status).length;
  assert.equal(
    [counts.passed, counts.failed, counts.skipped],
    [count('passed'), count('failed'), count('skipped')],
  );
  assert.is(counts.passed + counts.failed + counts.skipped, 1_000);
});

test('events of a task that is skipped before it ran', () => {
  const state = fold(begin(smallTasks), fail(1, 'schema', 1), skip(1, 'api', 'schema'), end(2));
  assert.is(state.task('api')?.result?.status, 'skipped');
  assert.not.ok(state.graph.isReady(state.task('e2e') as TaskState));
  assert.equal(ids(state.graph.before(state.task('e2e') as TaskState)), ['api', 'web']);
});

test('an isolated task has run, waits for its turn, is integrated, and runs again when it collides', () => {
  const [begun, ...rest] = collidingRun();
  const state = new RunState(begun as RunStarted);
  const seen: string[] = [];
  for (const event of rest) {
    const item = state.apply(event);
    if (item?.id === 'web' && seen.at(-1) !== item.status) seen.push(item.status);
    if (event.type === 'task-ran' && event.at === 2_050) {
      assert.equal(item && pendingOn(state, item), { for: 'integration', after: ['api'] });
      assert.equal([item?.ranAt, state.counts.ran, state.counts.running], [2_050, 1, 2]);
    }
    if (event.type === 'task-collided') {
      assert.is(item?.collision, event);
      assert.equal(item && pendingOn(state, item), { for: 'turn' });
    }
  }
  assert.equal(seen, [
    'waiting',
    'running',
    'ran',
    'integrating',
    'waiting',
    'running',
    'ran',
    'integrating',
    'passed',
  ]);
  assert.is(state.task('web')?.branch, 'task/web');
  assert.is(state.task('web')?.collision, undefined);
  const { counts } = state;
  assert.equal([counts.passed, counts.ran, counts.integrating, counts.waiting], [5, 0, 0, 0]);
});

test('a task that was rolled back is over', () => {
  const state = fold(...rolledBackRun());
  assert.is(state.task('web')?.status, 'rolled-back');
  assert.equal([state.counts['rolled-back'], state.phases[1]?.endedAt], [1, 3_080]);
});

test('no slot is held and nothing is left to be done by a task that has run', () => {
  const expectedMs = { schema: 10_000, api: 20_000, web: 3_000, e2e: 5_000 };
  const events = [start(0, 'schema'), { type: 'task-ran', at: 4_000, id: 'schema' } as const];
  assert.is(estimate(fold(begin(smallTasks, { concurrency: 4, expectedMs }), ...events), 4_000), 25_000);
});
