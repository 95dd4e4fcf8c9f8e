import fc from 'fast-check';
import type { Event } from '../../src/model/event.ts';
import { isJournaled } from '../../src/model/journal.ts';
import type { EdgeGroup } from '../../src/model/plan.ts';
import { exitCode } from '../../src/report/exit-code.ts';
import { parseJournal } from '../../src/report/journal.ts';
import { assert, suite } from '../support/suite.ts';
import { cachedRun, hit, looksUp, miss, notStored } from './cached.ts';
import {
  edge,
  ends,
  finished,
  foldReport,
  planned,
  planOf,
  shopFailure,
  shopPlan,
  shopSuccess,
  skips,
  started,
  starts,
} from './fixtures.ts';
import { clash, cleans, collides, integrating, ran, ready, restores, stray } from './isolated.ts';
import { problems } from './schemas.ts';

const test = suite('report/report');

const output = { bytes: 0, tail: [] };
const failed = { status: 'failed', exitCode: 2 } as const;
const statuses = (events: Event[]) => foldReport(events).tasks.map(({ id, status }) => `${id} ${status}`);
const validated = (
  at: number,
  name: string,
  status: 'passed' | 'failed' | 'skipped',
  durationMs = 0,
): Event => ({
  type: 'validation-finished',
  at,
  name,
  status,
  exitCode: status === 'failed' ? 2 : 0,
  durationMs,
  output,
  log: `validation/${name}.out`,
});

test('a good run', () => {
  const report = foldReport(shopSuccess());
  assert.equal(problems('report', report), []);
  assert.is(report.status, 'complete');
  assert.is(report.durationMs, 5510);
  assert.is(report.workMs, 1200 + 2500 + 1900 + 989 + 899 + 499);
  assert.is(report.speedup, 1.45);
  assert.is(report.criticalPathMs, 1200 + 1900 + 899);
  assert.equal(report.criticalPath, ['schema', 'api', 'e2e']);
  assert.is(report.firstFailure, undefined);
  assert.equal(report.integration, { mode: 'apply', merged: ['api', 'web'], conflicts: [] });
  assert.equal(
    report.validation.map(({ name, status }) => [name, status]),
    [
      ['types', 'passed'],
      ['docs', 'skipped'],
    ],
  );
  assert.is(exitCode(report), 0);
});

test('a run in which a task failed', () => {
  const report = foldReport(shopFailure());
  assert.equal(problems('report', report), []);
  assert.is(report.status, 'partial');
  assert.is(report.firstFailure, 'api');
  assert.is(exitCode(report), 1);
  assert.equal(report.tasks[2], {
    id: 'api',
    status: 'failed',
    reason: 'its verify failed',
    phase: 1,
    startedAt: 1210,
    durationMs: 1900,
    attempts: 2,
    exitCode: 1,
    workspace: 'worktree',
    filesChanged: [],
    verify: 'failed',
    output: { bytes: 45, tail: ['1) creates an order', '   expected 201, got 500'] },
    log: 'tasks/api.out',
    strays: [],
    waits: [
      { for: 'task', on: 'schema', at: 0, ms: 1205 },
      { for: 'retry', at: 2000, ms: 100 },
    ],
    taskLog: 'tasks/api.md',
  });
  const e2e = report.tasks[4];
  assert.equal(
    [e2e?.status, e2e?.because, e2e?.startedAt, e2e?.log],
    ['skipped', 'api', undefined, 'tasks/e2e.out'],
  );
  assert.equal(report.validation, [
    { name: 'types', status: 'skipped', reason: 'not every task passed', durationMs: 0 },
  ]);
});

test('a wait between two attempts is no work', () => {
  const retrying: Event = {
    type: 'task-retrying',
    at: 100,
    id: 'a',
    attempt: 1,
    reason: 'exit code 2',
    delayMs: 1000,
  };
  const begun = [started(planOf([planned('a')])), starts('a', 0), retrying];
  const report = foldReport([
    ...begun,
    starts('a', 1100, 2),
    ends('a', 1300, 1300, { attempts: 2 }),
    finished(1300),
  ]);
  assert.equal([report.tasks[0]?.durationMs, report.workMs, report.criticalPathMs], [1300, 300, 300]);
  const stopped = foldReport([...begun, { type: 'run-stopping', at: 600, reason: 'interrupt' }]);
  assert.equal([stopped.tasks[0]?.durationMs, stopped.workMs], [600, 100]);
});

test('a critical path is never longer than all work, nor than the run', () => {
  const retrying = (id: string, at: number, delayMs: number): Event => ({
    ...{ type: 'task-retrying', at, id, attempt: 1, reason: 'exit code 2', delayMs },
  });
  const again = (at: number): Event => ({
    ...{ type: 'task-collided', at, id: 'b' },
    conflicts: [
      {
        ...{ path: 'f', tasks: ['b', 'x'], kind: 'merge', resolution: 'rerun' },
        ...{ changes: [], discarded: [] },
      },
    ],
  });
  const ran = (at: number): Event => ({ type: 'task-ran', at, id: 'b' });
  const turn = (at: number): Event => ({ type: 'task-integrating', at, id: 'b' });
  const a = planned('a');
  const b = (workspace: 'shared' | 'worktree') => planned('b', 1, { workspace });
  const runs: Record<string, [workspace: 'shared' | 'worktree', between: Event[], path: number]> = {
    'as it should': ['shared', [], 1000],
    'tried again': ['shared', [retrying('b', 300, 500), starts('b', 800, 2)], 500],
    'tried again in a worktree': ['worktree', [retrying('b', 300, 500), starts('b', 800, 2)], 500],
    'run again': ['worktree', [ran(300), turn(400), again(500), starts('b', 700, 2)], 400],
    'run again and tried again': [
      'worktree',
      [ran(300), turn(400), again(500), starts('b', 600, 2), retrying('b', 700, 200), starts('b', 900, 3)],
      300,
    ],
  };
  for (const [name, [workspace, between, path]] of Object.entries(runs)) {
    const plan = planOf([a, b(workspace)], { edges: [edge('a', 'b')] });
    const report = foldReport([
      started(plan),
      starts('a', 0),
      ends('a', 100, 100),
      starts('b', 100),
      ...between,
      ends('b', 1000, 900),
      finished(1000),
    ]);
    assert.equal([report.workMs, report.criticalPathMs, report.criticalPath], [path, path, ['a', 'b']], name);
    assert.ok(report.criticalPathMs <= report.durationMs && report.speedup <= 1, name);
  }
});

test('the status follows from what passed', () => {
  const plan = planOf([planned('a'), planned('b')]);
  const run = (...events: Event[]) =>
    foldReport([started(plan, { validation: ['types'] }), ...events, finished(100)]).status;
  const both = [starts('a', 1), starts('b', 1), ends('a', 9, 8), ends('b', 9, 8)];
  assert.is(run(...both, validated(50, 'types', 'passed')), 'complete');
  assert.is(run(...both, validated(50, 'types', 'skipped')), 'complete');
  assert.is(run(...both, validated(50, 'types', 'failed')), 'failed');
  assert.is(run(ends('a', 9, 8), ends('b', 9, 8, failed)), 'partial');
  assert.is(run(ends('a', 9, 8, failed), skips('b', 9, 'a')), 'failed');
  assert.is(run(ends('a', 9, 8), ends('b', 9, 8, { status: 'cancelled' })), 'partial');
  assert.is(
    run(...both, { type: 'run-stopping', at: 10, reason: 'interrupt', signal: 'SIGINT' }),
    'interrupted',
  );
  assert.is(
    run(
      { type: 'run-stopping', at: 1, reason: 'abort', task: 'a' },
      ends('a', 9, 8, failed),
      ends('b', 9, 8),
    ),
    'partial',
  );
  assert.is(foldReport([started(planOf([])), finished(3)]).status, 'complete');
});

test('the first failure is the first event that says so, a validation step included', () => {
  const plan = planOf([planned('a'), planned('b')]);
  assert.is(foldReport([started(plan), ends('b', 5, 5, failed), ends('a', 6, 6, failed)]).firstFailure, 'b');
  const report = foldReport([
    started(plan, { validation: ['types'] }),
    ends('a', 5, 5),
    ends('b', 5, 5),
    validated(9, 'types', 'failed', 4),
    finished(9),
  ]);
  assert.is(report.firstFailure, 'types');
});

test('a killed run lasted until its last event, and what it began is cancelled', () => {
  const report = foldReport(shopFailure().slice(0, 9));
  assert.equal(problems('report', report), []);
  assert.is(report.status, 'interrupted');
  assert.is(report.durationMs, 2506);
  assert.is(exitCode(report), 130);
  const api = report.tasks[2];
  assert.equal(
    [api?.status, api?.reason, api?.durationMs, api?.attempts],
    ['cancelled', 'the run was killed', 2506 - 1210, 2],
  );
  const web = report.tasks[3];
  assert.equal(
    [web?.status, web?.reason, web?.durationMs, web?.attempts],
    ['cancelled', 'the run was killed', 0, 0],
  );
  assert.is(report.validation[0]?.reason, 'the run was killed');
});

test('a run killed in its validation keeps what its tasks did', () => {
  const report = foldReport(shopSuccess().slice(0, -3));
  assert.is(report.status, 'interrupted');
  assert.equal(report.validation[0], {
    name: 'types',
    status: 'skipped',
    reason: 'the run was killed',
    durationMs: 0,
    startedAt: 5001,
  });
  assert.ok(report.tasks.every(({ status }) => status === 'passed'));
});

test('what a task has told of itself, and what was told of it', () => {
  const review = {
    attempt: 1,
    agent: 'critic',
    result: 'needs-fixes',
    durationMs: 5,
    findings: ['no'],
  } as const;
  const note = { kind: 'handoff', text: 'use v2' } as const;
  const value = { key: 'version', value: '2', bytes: 1 };
  const events: Event[] = [
    started(planOf([planned('a'), planned('b')])),
    { type: 'task-started', at: 0, id: 'a', attempt: 1, agent: 'coder', prompt: 'tasks/a.prompt.md' },
    { type: 'task-reviewed', at: 5, id: 'a', review: { ...review, findings: [...review.findings] } },
    { type: 'task-noted', at: 6, id: 'a', notes: [note] },
    { type: 'task-handed-over', at: 7, id: 'a', outputs: [value], problems: [] },
    ends('a', 9, 9),
    finished(10),
  ];
  const report = foldReport(events);
  assert.equal(problems('report', report), []);
  const [a, b] = report.tasks;
  assert.equal(
    [a?.agent, a?.prompt, a?.reviews, a?.notes, a?.outputs, a?.taskLog],
    ['coder', 'tasks/a.prompt.md', [review], [note], [value], 'tasks/a.md'],
  );
  assert.equal([b?.reviews, b?.notes, b?.outputs, b?.taskLog], [undefined, undefined, undefined, undefined]);
});

test('steps side by side keep their own times, and blame goes to the one that failed', () => {
  const blame = { status: 'found', tasks: ['a'], replays: 3, durationMs: 9 } as const;
  const report = foldReport([
    started(planOf([planned('a')]), { validation: ['x', 'x', 'y'] }),
    ends('a', 1, 1),
    { type: 'validation-started', at: 2, name: 'x' },
    { type: 'validation-started', at: 3, name: 'x' },
    { type: 'validation-started', at: 4, name: 'y' },
    validated(5, 'x', 'passed', 3),
    validated(6, 'y', 'failed', 2),
    validated(7, 'x', 'failed', 4),
    { type: 'validation-blamed', at: 8, name: 'x', blame: { ...blame, tasks: ['a'] } },
    finished(9),
  ]);
  assert.equal(problems('report', report), []);
  assert.equal(
    report.validation.map(({ startedAt, status, blame }) => [startedAt, status, blame?.tasks]),
    [
      [2, 'passed', undefined],
      [3, 'failed', ['a']],
      [4, 'failed', undefined],
    ],
  );
});

test('two validation steps of one name are two', () => {
  const events = [
    started(planOf([]), { validation: ['x', 'x'] }),
    validated(3, 'x', 'passed', 3),
    validated(5, 'x', 'failed', 2),
    finished(5),
  ];
  assert.equal(
    foldReport(events).validation.map(({ status, durationMs }) => [status, durationMs]),
    [
      ['passed', 3],
      ['failed', 2],
    ],
  );
});

test('what came from the cache: saved time is told apart, and is no work', () => {
  const report = foldReport(cachedRun());
  assert.equal(problems('report', report), []);
  assert.equal(report.cache, { hits: 1, misses: 1, savedMs: 80_000 });
  assert.equal([report.status, report.workMs, report.speedup], ['complete', 4_004, 1.33]);
  const [build, test, lint] = report.tasks;
  assert.equal(build?.cached, hit(80_000));
  assert.equal([build?.attempts, build?.durationMs, build?.startedAt], [0, 4, undefined]);
  assert.equal(test?.cached, {
    ...miss('src/a.ts changed', 'CI is now set'),
    notStored: 'src/a.ts changed while it ran',
  });
  assert.not.ok('cached' in (lint ?? {}));
  assert.not.ok('cache' in foldReport(shopSuccess()));
});

test('a result from the cache that was rolled back with the rest is no hit', () => {
  const events: Event[] = [
    ...cachedRun().slice(0, -1),
    { type: 'run-stopping', at: 3_008, reason: 'abort', task: 'lint' },
    restores(3_009, ['build'], 1),
    finished(3_010),
  ];
  const report = foldReport(events);
  assert.is(report.tasks[0]?.status, 'rolled-back');
  assert.equal(report.cache, { hits: 0, misses: 1, savedMs: 0 });
});

test('output changes nothing, not even when it comes last', () => {
  const events = shopFailure().slice(0, 9);
  const noisy = events.flatMap((event) => [
    event,
    { type: 'task-output', at: event.at + 50, id: 'api', text: 'x' } as Event,
  ]);
  assert.equal(foldReport(noisy), foldReport(events));
});

test('a run of nothing is no division by zero', () => {
  const report = foldReport([started(planOf([]))]);
  assert.equal(
    [report.durationMs, report.workMs, report.speedup, report.criticalPathMs, report.criticalPath],
    [0, 0, 1, 0, []],
  );
  assert.is(foldReport([started(planOf([planned('a')])), ends('a', 0, 5), finished(0)]).speedup, 1);
});

test('events that do not begin with run-started are a bug', () => {
  assert.throws(() => foldReport([]), /no events/);
  assert.throws(() => foldReport([finished(1)]), /begins with run-started/);
});

test('a signal gives 128 and its number', () => {
  const report = foldReport(shopSuccess());
  assert.is(exitCode({ ...report, status: 'interrupted' }, 'SIGTERM'), 143);
  assert.is(exitCode(report, 'SIGTERM'), 0);
});

// a ─▶ b ─▶ d        weights: a 5, b 1, c 3, d 2; e 6 stands alone
//  └─▶ c ─▶ ┘
test('the critical path is the heaviest chain', () => {
  const tasks = [planned('a'), planned('e'), planned('b', 1), planned('c', 1), planned('d', 2)];
  const plan = planOf(tasks, { edges: [edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd')] });
  const events = [
    ['a', 5],
    ['b', 1],
    ['c', 3],
    ['d', 2],
    ['e', 6],
  ] as const;
  const ran = events.flatMap(([id, ms]) => [starts(id, 9 - ms), ends(id, 9, ms)]);
  const report = foldReport([started(plan), ...ran, finished(10)]);
  assert.equal([report.criticalPathMs, report.criticalPath], [10, ['a', 'c', 'd']]);
});

test('10,000 tasks in a line and 100,000 edges fold at once', () => {
  const tasks = Array.from({ length: 10_000 }, (_, at) => planned(`t${at}`, at));
  const edges = tasks.flatMap((_, to) =>
    Array.from({ length: Math.min(10, to) }, (_, back) => edge(`t${to - back - 1}`, `t${to}`)),
  );
  const results = tasks.flatMap(({ id }, at) => [starts(id, 2 * at), ends(id, 2 * at + 2, 2)]);
  const report = foldReport([started(planOf(tasks, { edges })), ...results, finished(20_000)]);
  assert.is(report.criticalPathMs, 20_000);
  assert.is(report.criticalPath.length, 10_000);
});

test('every prefix of a run folds into a valid report in which each planned task stands once', () => {
  const ids = ['a', 'b', 'c', 'd'];
  const id = fc.constantFrom(...ids);
  const at = fc.nat(1_000);
  const event: fc.Arbitrary<Event> = fc.oneof(
    fc.record({
      type: fc.constant('task-started' as const),
      at,
      id,
      attempt: fc.integer({ min: 1, max: 3 }),
    }),
    fc.record({ type: fc.constant('task-waiting' as const), at, id, resources: fc.array(fc.constant('db')) }),
    fc.record({ type: fc.constant('task-output' as const), at, id, text: fc.string() }),
    fc
      .tuple(id, at, fc.constantFrom(hit(5), hit(), miss('x')))
      .map(([id, at, cached]) => looksUp(id, at, cached)),
    fc.tuple(id, at).map(([id, at]) => notStored(id, at, 'x changed')),
    fc.tuple(id, at, fc.constantFrom(ready, ran, integrating)).map(([id, at, make]) => make(id, at)),
    fc
      .tuple(id, at, fc.constantFrom('rerun' as const, 'ours' as const, 'abort' as const))
      .map(([id, at, resolution]) => collides(id, at, clash({ tasks: [id, 'a'], resolution }))),
    fc.tuple(fc.subarray(ids), at, fc.nat(9)).map(([tasks, at, files]) => restores(at, tasks, files, ['x'])),
    at.map((at) => cleans(at, { problems: ['x'] })),
    fc.record({
      type: fc.constant('run-stopping' as const),
      at,
      reason: fc.constantFrom('abort' as const, 'interrupt' as const, 'collision' as const),
    }),
    fc.record({
      type: fc.constant('validation-started' as const),
      at,
      name: fc.constantFrom('types', 'docs'),
    }),
    fc
      .tuple(
        at,
        fc.constantFrom('types', 'docs'),
        fc.constantFrom('passed' as const, 'failed' as const, 'skipped' as const),
      )
      .map(([at, name, status]) => validated(at, name, status, 5)),
    fc
      .tuple(
        id,
        at,
        fc.nat(500),
        fc.constantFrom('passed' as const, 'failed' as const, 'rolled-back' as const),
      )
      .map(([id, at, ms, status]) => ends(id, at, ms, { status, strays: [stray('x')] })),
    fc.record({ type: fc.constant('run-finished' as const), at }),
  );
  const edges = fc.subarray([
    edge('a', 'b'),
    edge('a', 'c'),
    edge('b', 'c'),
    edge('c', 'd'),
    edge('a', 'd'),
  ] satisfies EdgeGroup[]);
  fc.assert(
    fc.property(edges, fc.array(event, { maxLength: 30 }), (edges, events) => {
      const plan = planOf(
        ids.map((id, at) => planned(id, at)),
        { edges },
      );
      const all: Event[] = [started(plan, { validation: ['types', 'docs'] }), ...events];
      for (let end = 1; end <= all.length; end++) {
        const report = foldReport(all.slice(0, end));
        assert.equal(
          report.tasks.map(({ id }) => id),
          ids,
        );
        assert.equal(problems('report', report), []);
        // The journal holds everything that a report says.
        const journal = all
          .slice(0, end)
          .filter(isJournaled)
          .map((event) => `${JSON.stringify(event)}\n`);
        assert.equal(foldReport(parseJournal(journal.join(''))), report);
        assert.ok(report.workMs >= 0 && report.criticalPathMs >= 0);
      }
    }),
    { numRuns: 60 },
  );
});

test('the journal gives back the events, and the report from it is the live one', () => {
  const live = shopFailure().flatMap((event) => [
    event,
    { type: 'task-output', at: event.at, id: 'api', text: 'x\n' } as Event,
  ]);
  const journal = live
    .filter(({ type }) => type !== 'task-output')
    .map((event) => `${JSON.stringify(event)}\n`)
    .join('');
  assert.equal(foldReport(parseJournal(journal)), foldReport(live));
});

test('a journal torn anywhere gives the events before the tear', () => {
  const events = shopFailure();
  const journal = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  fc.assert(
    fc.property(fc.nat(journal.length), (cut) => {
      const whole = parseJournal(journal.slice(0, cut));
      assert.equal(whole, events.slice(0, whole.length));
      assert.ok(whole.length >= journal.slice(0, cut).split('\n').length - 1);
    }),
  );
});

test('nothing after a damaged line is believed', async () => {
  const [first, second, third] = shopFailure().map((event) => JSON.stringify(event));
  const lines = [first, '', second, '{"type":"task-fin\u0000', third].map(String);
  assert.is(parseJournal(lines.join('\n')).length, 2);
  for (const wrong of ['null', '[]', '12', '{"type":"task-started"}']) {
    assert.is(parseJournal(`${first}\n${wrong}\n${second}`).length, 1);
  }
});

test('tasks keep the order of declaration, whatever order they end in', () => {
  assert.equal(
    statuses([started(shopPlan()), ends('e2e', 1, 1), ends('schema', 2, 1), finished(2)]).slice(0, 2),
    ['schema passed', 'lint cancelled'],
  );
});
