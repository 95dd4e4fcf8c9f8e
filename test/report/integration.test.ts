import type { Event } from '../../src/model/event.ts';
import { failuresOf, heldBack } from '../../src/present/failures.ts';
import { exitCode } from '../../src/report/exit-code.ts';
import { assert, suite } from '../support/suite.ts';
import { ends, finished, foldReport, shopPlan, started, starts } from './fixtures.ts';
import {
  clash,
  cleans,
  collides,
  collidingRun,
  integrating,
  ran,
  ready,
  resolvedRun,
  restores,
  rolledBackRun,
  unresolvedRun,
} from './isolated.ts';
import { problems } from './schemas.ts';

const test = suite('report/integration');

const statusOf = (events: Event[]) => foldReport(events).tasks.map(({ id, status }) => `${id} ${status}`);
const taskOf = (events: Event[], id: string) => foldReport(events).tasks.find((task) => task.id === id);

test('every event of these runs is valid, and so is every report', () => {
  for (const events of [collidingRun(), resolvedRun(clash()), unresolvedRun(), rolledBackRun()]) {
    for (const event of events) assert.equal(problems('event', event), [], event.type);
    assert.equal(problems('report', foldReport(events)), []);
  }
});

test('a task that collided and ran again: branch, strays, order of integration, cleanup', () => {
  const report = foldReport(collidingRun());
  assert.is(report.status, 'complete');
  assert.is(exitCode(report), 0);
  assert.equal(report.integration, { mode: 'apply', merged: ['api', 'web'], conflicts: [clash()] });
  assert.equal(report.cleanup, { worktrees: 2, branches: 2, kept: [], problems: [] });
  assert.is(report.restored, undefined);
  const web = taskOf(collidingRun(), 'web');
  assert.equal(
    [web?.workspace, web?.branch, web?.attempts, web?.strays.map(({ path }) => path)],
    ['worktree', 'task/web', 2, ['package-lock.json', 'public/a.js', 'public/b.js']],
  );
  assert.is(taskOf(collidingRun(), 'schema')?.branch, undefined);
});

//   web: 1,050 ── runs ── 2,050 ·· waits ·· 3,060 integrating 3,070 dropped ·· 3,100 ── runs ── 4,000 integrating 4,010
test('waits for the turn and a dropped result are part of the duration, and no work', () => {
  const report = foldReport(collidingRun());
  assert.is(taskOf(collidingRun(), 'web')?.durationMs, 2_960);
  assert.is(report.workMs, 995 + 2_494 + 2_010 + (4_010 - 3_100) + 890);
  const kept = foldReport(resolvedRun(clash({ resolution: 'ours' })));
  assert.is(kept.workMs, 995 + 2_494 + 2_010 + (1_000 + 20) + 820);
});

test('a run that is killed while a task waits for its turn', () => {
  const events = collidingRun();
  const killed = events.slice(
    0,
    events.findIndex(({ type }) => type === 'task-integrating'),
  );
  const report = foldReport(killed);
  assert.is(report.status, 'interrupted');
  assert.equal(report.integration.merged, []);
  assert.equal(report.cleanup, { worktrees: 0, branches: 0, kept: [], problems: [] });
  const web = taskOf(killed, 'web');
  assert.equal([web?.status, web?.branch, web?.durationMs], ['cancelled', 'task/web', 2_000]);
  assert.is(report.workMs, 995 + 2_494 + 2_000 + 1_000);
});

test('the order of integration is that in which the tasks ended, and only of isolated ones that passed', () => {
  const run = (integrate: 'apply' | 'merge' | 'branches') =>
    foldReport([
      started(shopPlan(), { integrate }),
      ends('lint', 1, 1),
      ends('web', 2, 1),
      ends('schema', 3, 1),
      ends('api', 4, 1),
      finished(5),
    ]).integration;
  assert.equal(run('merge'), { mode: 'merge', merged: ['web', 'api'], conflicts: [] });
  // The results are on the branches, not in the tree.
  assert.equal(run('branches'), { mode: 'branches', merged: [], conflicts: [] });
});

test('a collision that nothing decides: exit 3, everything put back, branches kept', () => {
  const events = unresolvedRun();
  const report = foldReport(events);
  assert.is(exitCode(report), 3);
  assert.is(report.status, 'failed');
  assert.is(report.firstFailure, 'web');
  assert.equal(report.restored, { files: 12, left: ['notes.txt'] });
  assert.equal(
    report.cleanup.kept.map(({ branch }) => branch),
    ['task/api', 'task/web'],
  );
  assert.equal(statusOf(events), [
    'schema rolled-back',
    'lint rolled-back',
    'api rolled-back',
    'web failed',
    'e2e skipped',
  ]);
  // What was put back is not in the tree.
  assert.equal(report.integration.merged, []);
  assert.equal(
    failuresOf(report).map(({ name }) => name),
    ['web'],
  );
  assert.equal(heldBack(report), [
    { status: 'skipped', because: 'because web failed', tasks: ['e2e'] },
    { status: 'rolled-back', because: 'because web failed', tasks: ['schema', 'lint', 'api'] },
  ]);
});

test('a signal counts more than a collision', () => {
  const events = unresolvedRun();
  const stop: Event = { type: 'run-stopping', at: 3_075, reason: 'interrupt', signal: 'SIGINT' };
  assert.is(exitCode(foldReport([...events.slice(0, 16), stop, ...events.slice(16)]), 'SIGINT'), 130);
});

test('one task is rolled back, the others stay as they are', () => {
  const report = foldReport(rolledBackRun());
  assert.equal(statusOf(rolledBackRun()), [
    'schema passed',
    'lint passed',
    'api passed',
    'web rolled-back',
    'e2e skipped',
  ]);
  assert.equal([report.status, report.firstFailure, exitCode(report)], ['partial', 'web', 1]);
  assert.equal(report.restored, { files: 1, left: [] });
  assert.equal(
    failuresOf(report).map(({ name, cause, rolledBack }) => [name, cause, rolledBack]),
    [['web', 'its verify failed, exit code 1', true]],
  );
});

test('what is put back at several times is told in one', () => {
  const report = foldReport([
    started(shopPlan()),
    restores(1, ['api'], 2, ['b', 'a']),
    restores(2, ['web'], 3, ['a', 'c']),
    finished(3),
  ]);
  assert.equal(report.restored, { files: 5, left: ['b', 'a', 'c'] });
});

test('conflicts stand in the order in which they were met, and none of them is lost', () => {
  const at = (path: string) => clash({ path });
  const events = [
    started(shopPlan()),
    starts('web', 1),
    collides('web', 2, at('b'), at('a')),
    collides('api', 3, at('c')),
    finished(4),
  ];
  assert.equal(
    foldReport(events).integration.conflicts.map(({ path }) => path),
    ['b', 'a', 'c'],
  );
});

test('a task may collide again and again: only its last run is work', () => {
  const again = (at: number, attempt: number): Event[] => [
    starts('web', at, attempt),
    ran('web', at + 100),
    integrating('web', at + 200),
  ];
  const report = foldReport([
    started(shopPlan()),
    ready('web', 0),
    ...again(0, 1),
    collides('web', 210, clash()),
    ...again(300, 2),
    collides('web', 510, clash()),
    ...again(600, 3),
    ends('web', 810, 810, { attempts: 3 }),
    cleans(820),
    finished(820),
  ]);
  assert.is(report.workMs, 110);
});
