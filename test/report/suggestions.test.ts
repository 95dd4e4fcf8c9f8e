import type { Event } from '../../src/model/event.ts';
import { assert, suite } from '../support/suite.ts';
import { cachedRun, looksUp, miss, warmRun } from './cached.ts';
import {
  edge,
  ends,
  finished,
  foldReport,
  planned,
  planOf,
  shopSuccess,
  started,
  starts,
} from './fixtures.ts';
import { collidingRun, unresolvedRun } from './isolated.ts';
import { problems } from './schemas.ts';

const test = suite('report/suggestions');

const suggestionsOf = (events: Event[]) => {
  const report = foldReport(events);
  assert.equal(problems('report', report), []);
  return (report.suggestions ?? []).map(({ kind, savesMs, text }) => ({ kind, savesMs, text }));
};
const only = (events: Event[], kind: string) => suggestionsOf(events).filter((each) => each.kind === kind);

test('none where nothing is worth it', () => {
  const plan = planOf([planned('a'), planned('b')]);
  const events = [
    started(plan),
    starts('a', 1),
    starts('b', 1),
    ends('a', 1_000, 999),
    ends('b', 990, 989),
    finished(1_000),
  ];
  assert.equal(suggestionsOf(events), []);
  assert.not.ok('suggestions' in foldReport(events));
});

test('a resource: as much as was waited, and no more than the next bound allows', () => {
  const plan = planOf([planned('a'), planned('b'), planned('c')], {
    exclusions: [{ tasks: ['a', 'b'], because: { kind: 'resource', resource: 'db.orders' } }],
  });
  const events: Event[] = [
    started(plan),
    starts('a', 0),
    starts('c', 0),
    { type: 'task-waiting', at: 0, id: 'b', resources: ['db.orders'] },
    ends('a', 4_000, 4_000),
    starts('b', 4_000),
    ends('c', 5_000, 5_000),
    ends('b', 6_000, 2_000),
    finished(6_000),
  ];
  assert.equal(only(events, 'resource'), [
    {
      kind: 'resource',
      // 4 s were waited, but c alone takes 5 of the 6.
      savesMs: 1_000,
      text: '4.0s lost to db.orders: b waited while a held it; hold it for less time, or give each task one of its own',
    },
  ]);
});

test('an order over files: only what no other wait hides, and not where it was needed', () => {
  const wrote = (path: string): Event[] => {
    const plan = planOf([planned('gen'), planned('app', 1, { reads: ['src/gen/*.ts'] })], {
      edges: [edge('gen', 'app', { kind: 'write-read', witness: 'src/gen/a.ts' })],
    });
    return [
      started(plan),
      starts('gen', 0),
      ends('gen', 2_000, 2_000, { filesChanged: [{ path, change: 'created' }] }),
      starts('app', 2_000),
      ends('app', 5_000, 3_000),
      finished(5_000),
    ];
  };
  const [found] = only(wrote('src/other.ts'), 'conflict');
  assert.is(found?.savesMs, 2_000);
  assert.match(
    found?.text ?? '',
    'app waited 2.0s for nothing but gen: it may write src/gen/a.ts, which it reads, and did not',
  );
  assert.equal(only(wrote('src/gen/client.ts'), 'conflict'), []);
});

test('an order that somebody asked for is no conflict', () => {
  assert.equal(only(shopSuccess(), 'conflict'), []);
});

test('more slots', () => {
  const plan = planOf([planned('a'), planned('b'), planned('c'), planned('d')]);
  const events = [
    started(plan, { concurrency: 2 }),
    starts('a', 0),
    starts('b', 0),
    ends('a', 1_000, 1_000),
    starts('c', 1_000),
    ends('b', 1_000, 1_000),
    starts('d', 1_000),
    ends('c', 2_000, 1_000),
    ends('d', 2_000, 1_000),
    finished(2_000),
  ];
  const [slots] = only(events, 'slots');
  assert.is(slots?.savesMs, 1_000);
  assert.match(slots?.text ?? '', '2 tasks waited for a free slot, 1.0s in which more than 2 could have run');
});

test('the task to split', () => {
  const [split] = only(shopSuccess(), 'critical-path');
  assert.match(split?.text ?? '', 'api is 48% of the critical path, 1.9s of 4.0s');
  assert.ok((split?.savesMs ?? 0) <= 1_900);
});

test('a task that ran again, with what it cost and what to do', () => {
  const [again] = only(collidingRun(), 'rerun');
  assert.is(again?.savesMs, 1_010);
  assert.match(
    again?.text ?? '',
    'web ran again because it conflicts with api in src/api/routes.ts, and 1.0s of its work was dropped',
  );
});

test('the making of worktrees, where it took long', () => {
  const slow = collidingRun().map((event) =>
    event.type === 'workspace-ready' ? { ...event, durationMs: 900 } : event,
  );
  const [setup] = only(slow, 'setup');
  assert.match(setup?.text ?? '', 'getting 2 worktrees ready took 9');
  assert.equal(only(collidingRun(), 'setup'), []);
});

test('strays to declare, last, and only those that are certainly of the task', () => {
  const all = suggestionsOf(collidingRun());
  assert.is(all.at(-1)?.kind, 'stray');
  assert.match(
    all.at(-1)?.text ?? '',
    'web changed package-lock.json, public/a.js and public/b.js without declaring it',
  );
  assert.match(all.at(-1)?.text ?? '', '- public/**');
  assert.equal(
    all.filter(({ text }) => text.includes('*notes*')),
    [],
  );
});

test('the most useful comes first, and there are five at most', () => {
  for (const events of [collidingRun(), shopSuccess(), unresolvedRun()]) {
    const saves = suggestionsOf(events).map(({ savesMs }) => savesMs ?? 0);
    assert.equal(
      saves,
      [...saves].sort((a, b) => b - a),
    );
    assert.ok(saves.length <= 5);
  }
});

test('where very many wait for each other they are counted, and few are listed', () => {
  const ids = Array.from({ length: 100 }, (_, at) => `t${at}`);
  const plan = planOf(
    ids.map((id) => planned(id)),
    { exclusions: [{ tasks: ids, because: { kind: 'resource', resource: 'db' } }] },
  );
  const events: Event[] = [
    started(plan),
    ...ids.slice(1).map((id): Event => ({ type: 'task-waiting', at: 0, id, resources: ['db'] })),
    ...ids.flatMap((id, at) => [starts(id, at * 100), ends(id, at * 100 + 99, 99)]),
    finished(10_000),
  ];
  const [db] = foldReport(events).suggestions ?? [];
  assert.match(db?.text ?? '', /^9\.9s lost to db: 100 tasks waited for each other;/);
  assert.is(db?.tasks.length, 20);
});

test('a run that was interrupted teaches nothing', () => {
  assert.equal(suggestionsOf(collidingRun().slice(0, -1)), []);
});

test('the longest task that cannot be cached, where others are', () => {
  assert.equal(only(cachedRun(), 'cache'), [
    {
      kind: 'cache',
      // The longest chain of the others is all that would be left.
      savesMs: 2_002,
      text: 'lint took 3.0s and is not cached: it declares no `reads`; with them it runs only when what it reads has changed',
    },
  ]);
  const off = cachedRun().filter(({ type }) => type !== 'task-looked-up' && type !== 'task-not-stored');
  assert.equal(only(off, 'cache'), []);
});

test('what has kept a task from the cache each time', () => {
  const always = (part: string): Event[] => [
    started(planOf([planned('test', 0, { reads: ['src/**'] })])),
    looksUp('test', 1, { ...miss('it changed'), always: part }),
    starts('test', 2),
    ends('test', 1_002, 1_000),
    finished(1_010),
  ];
  const textsOf = (part: string) =>
    (foldReport(always(part)).suggestions ?? [])
      .filter(({ tasks }) => tasks[0] === 'test')
      .map(({ text }) => text);
  assert.equal(textsOf('file src/stamp.ts'), [
    'test misses the cache each time because src/stamp.ts has changed each time: leave it out of what test reads, or have it written only when it differs',
  ]);
  assert.equal(textsOf('env BUILD_ID'), [
    'test misses the cache each time because BUILD_ID has changed each time: if its result does not depend on it, name it in cache.passEnv instead',
  ]);
});

test('nothing is faster than a run that did nothing', () => {
  assert.equal(suggestionsOf(warmRun()), []);
});
