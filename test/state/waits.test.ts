import type { Event } from '../../src/model/event.ts';
import type { Wait } from '../../src/model/report.ts';
import { edge, ends, finished, foldReport, planned, planOf, started, starts } from '../report/fixtures.ts';
import { collidingRun } from '../report/isolated.ts';
import { problems } from '../report/schemas.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('state/waits');

const waitsOf = (events: Event[], id: string): Wait[] => {
  const report = foldReport(events);
  assert.equal(problems('report', report), []);
  return report.tasks.find((task) => task.id === id)?.waits ?? [];
};
const blocked = (id: string, at: number, ...resources: string[]): Event => ({
  type: 'task-waiting',
  at,
  id,
  resources,
});
const sharing = (tasks: string[], resource: string, capacity?: number) => ({
  tasks,
  ...(capacity !== undefined && { capacity }),
  because: { kind: 'resource', resource } as const,
});

test('for the task before it that was over last', () => {
  //  a (100) ─┐
  //           ├─▶ c
  //  b (300) ─┘
  const plan = planOf([planned('a'), planned('b'), planned('c', 1)], {
    edges: [edge('a', 'c'), edge('b', 'c')],
  });
  const events = [
    started(plan),
    starts('a', 0),
    starts('b', 0),
    ends('a', 100, 100),
    ends('b', 300, 300),
    starts('c', 302),
    ends('c', 400, 98),
    finished(400),
  ];
  assert.equal(waitsOf(events, 'c'), [{ for: 'task', on: 'b', at: 0, ms: 300 }]);
  assert.equal(waitsOf(events, 'a'), []);
});

test('for a resource, and who held it; then for a slot', () => {
  // One slot is taken by long all the time; a, b and c share db. When a is over, b is in its place, and c waits on.
  const plan = planOf([planned('long'), planned('a'), planned('b'), planned('c')], {
    exclusions: [sharing(['a', 'b', 'c'], 'db')],
  });
  const events = [
    started(plan, { concurrency: 3 }),
    starts('long', 0),
    starts('a', 0),
    blocked('b', 0, 'db'),
    blocked('c', 0, 'db'),
    ends('a', 500, 500),
    starts('b', 501),
    ends('b', 900, 399),
    starts('c', 903),
    ends('c', 1_000, 97),
    ends('long', 1_000, 1_000),
    finished(1_000),
  ];
  assert.equal(waitsOf(events, 'b'), [{ for: 'resource', on: 'db', holders: ['a'], at: 0, ms: 501 }]);
  assert.equal(waitsOf(events, 'c'), [{ for: 'resource', on: 'db', holders: ['a', 'b'], at: 0, ms: 903 }]);
});

test('a resource that was free before the start is not what was waited for to the end', () => {
  const plan = planOf([planned('x'), planned('y'), planned('a'), planned('b')], {
    exclusions: [sharing(['a', 'b'], 'db')],
  });
  const events = [
    started(plan, { concurrency: 2 }),
    starts('a', 0),
    blocked('b', 0, 'db'),
    ends('a', 200, 200),
    starts('x', 10),
    // Both slots are taken by others from here to 800.
    starts('y', 200),
    ends('y', 800, 600),
    ends('x', 800, 790),
    starts('b', 801),
    ends('b', 900, 99),
    finished(900),
  ];
  assert.equal(waitsOf(events, 'b'), [
    { for: 'resource', on: 'db', holders: ['a'], at: 0, ms: 200 },
    { for: 'slot', at: 201, ms: 600 },
  ]);
});

test('for a slot while all were taken, and not while one was starting', () => {
  const plan = planOf([planned('a'), planned('b'), planned('c')]);
  const events = [
    started(plan, { concurrency: 1 }),
    starts('a', 40),
    ends('a', 500, 460),
    starts('b', 505),
    ends('b', 700, 195),
    starts('c', 708),
    ends('c', 800, 92),
    finished(800),
  ];
  assert.equal(waitsOf(events, 'a'), []);
  // In the 40 ms before a began no slot was taken.
  assert.equal(waitsOf(events, 'c'), [{ for: 'slot', at: 40, ms: 668 }]);
});

test('for its turn after the one that conflicts, and what the second time waited for', () => {
  const waits = waitsOf(collidingRun(), 'web');
  assert.equal(waits, [
    { for: 'task', on: 'schema', at: 0, ms: 1_000 },
    { for: 'turn', on: 'api', at: 2_050, ms: 1_010 },
  ]);
});

test('for its next attempt', () => {
  const events: Event[] = [
    started(planOf([planned('a')])),
    starts('a', 0),
    { type: 'task-retrying', at: 100, id: 'a', attempt: 1, reason: 'exit code 1', delayMs: 1_000 },
    starts('a', 1_100, 2),
    ends('a', 1_200, 1_200, { attempts: 2 }),
    finished(1_200),
  ];
  assert.equal(waitsOf(events, 'a'), [{ for: 'retry', at: 100, ms: 1_000 }]);
});

test('for the phases before its own, where nothing ran ahead of them', () => {
  const plan = planOf([planned('a'), planned('slow'), planned('b', 1)], { edges: [edge('a', 'b')] });
  const events = [
    started(plan),
    starts('a', 0),
    starts('slow', 0),
    ends('a', 100, 100),
    ends('slow', 600, 600),
    starts('b', 602),
    ends('b', 700, 98),
    finished(700),
  ];
  assert.equal(waitsOf(events, 'b'), [
    { for: 'task', on: 'a', at: 0, ms: 100 },
    { for: 'phase', at: 100, ms: 500 },
  ]);
});

test('the making of a worktree is no wait', () => {
  const plan = planOf([planned('a', 0, { workspace: 'worktree' })]);
  const events: Event[] = [
    started(plan),
    {
      ...{ type: 'workspace-ready', at: 900, id: 'a', path: '/x', branch: 'task/a', reused: false },
      durationMs: 895,
    } as Event,
    starts('a', 901),
    ends('a', 1_000, 99),
    finished(1_000),
  ];
  assert.equal(waitsOf(events, 'a'), []);
});

test('three thousand tasks on one resource are quick, and name few holders', { timeout: 20_000 }, () => {
  const ids = Array.from({ length: 3_000 }, (_, at) => `t${at}`);
  const plan = planOf(
    ids.map((id) => planned(id)),
    { exclusions: [sharing(ids, 'db')] },
  );
  const events = [
    started(plan),
    ...ids.slice(1).map((id) => blocked(id, 0, 'db')),
    ...ids.flatMap((id, at): Event[] => [starts(id, at * 10), ends(id, at * 10 + 9, 9)]),
    finished(30_000),
  ];
  const { tasks } = foldReport(events);
  const last = tasks.at(-1)?.waits?.[0];
  assert.is(last?.on, 'db');
  assert.is(last?.ms, 29_990);
  assert.ok((last?.holders?.length ?? 0) <= 8);
  assert.ok(last?.holders?.includes('t2998'));
});
