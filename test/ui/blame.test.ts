/** What people see while it is looked for who broke a validation step, and when it is known. */
import type { Event } from '../../src/model/event.ts';
import type { Blame } from '../../src/model/report.ts';
import { alive } from '../../src/present/live.ts';
import { plain } from '../../src/present/plain.ts';
import { blamed } from '../../src/present/sentences.ts';
import { RunState } from '../../src/state/run-state.ts';
import { writeSummary } from '../../src/ui/summary.ts';
import { foldReport } from '../report/fixtures.ts';
import { assert, suite } from '../support/suite.ts';
import { paper } from './support/paper.ts';
import { begin, end, finish, start } from './support/scripted.ts';
import { play, type StageOptions, settle, stage } from './support/stage.ts';

const test = suite('ui/blame');

const failed = (at: number, name: string): Event => ({
  type: 'validation-finished',
  at,
  name,
  status: 'failed',
  exitCode: 1,
  durationMs: 4,
  output: { bytes: 0, tail: [] },
  log: `validation/${name}.out`,
});
const replay = (at: number, number: number, tasks: number): Event => ({
  type: 'validation-replaying',
  at,
  name: 'types',
  replay: number,
  tasks,
});
const found: Blame = { status: 'found', tasks: ['a', 'b'], replays: 2, durationMs: 4_000 };
const searching: Event[] = [
  begin([{ id: 'a' }, { id: 'b' }], { validation: ['types'] }),
  start(0, 'a'),
  finish(5, 'a', 5),
  start(5, 'b'),
  finish(9, 'b', 4),
  { type: 'validation-started', at: 9, name: 'types' },
  failed(13, 'types'),
  replay(14, 1, 2),
  replay(2_000, 2, 0),
];
const whole: Event[] = [
  ...searching,
  { type: 'validation-blamed', at: 4_014, name: 'types', blame: found },
  end(4_020),
];

async function written(events: Event[], options: StageOptions): Promise<string> {
  const on = await stage(options);
  await play(on, events);
  await on.reporter.close();
  return on.written();
}

test('a long search says that it is one', () => {
  const state = RunState.of(searching);
  assert.is(alive(state, 40_000), 'validate types: looking for the task that broke it, replay 2');
  for (const event of whole.slice(searching.length)) state.apply(event);
  assert.is(alive(state, 40_000), 'finishing');
});

test('as lines: the result, and each replay when somebody wants to know all', async () => {
  const blamed = '· validate types: broken by a and b, only together (2 replays, 4.0s)\n';
  const short = await written(whole, { kind: 'lines' });
  assert.ok(short.endsWith(`✖ validate types failed after 4ms: exit code 1 (1/1)\n${blamed}`), short);
  const long = await written(whole, { kind: 'lines', verbose: true });
  assert.match(
    long,
    '▸ validate types replay 1, with 2 tasks\n▸ validate types replay 2, without any task\n',
  );
  assert.not.match(await written(whole, { kind: 'lines', quiet: true }), 'broken by');
});

test('the tree stays until it is known', async () => {
  const on = await stage({ kind: 'tree', tty: true, columns: 100 });
  await play(on, searching);
  await settle();
  on.clock.to(2_200);
  await settle();
  assert.match(on.written(), /types .*exit code 1.*looking for the task that broke it, replay 2/);
  assert.not.match(on.written(), 'broken by');
  await play(on, whole.slice(searching.length));
  await on.reporter.close();
  assert.match(on.written(), /types .*exit code 1.*broken by a and b, only together/);
});

test('the summary tells it beside the failure', () => {
  const terminal = paper();
  writeSummary(terminal, foldReport(whole));
  assert.match(
    terminal.text(),
    '✖ validation step types failed: exit code 1 (4ms)\n  broken by a and b, only together (2 replays, 4.0s)\n',
  );
});

test('every outcome is a sentence, and names stay on their line', () => {
  const none = { tasks: [], replays: 0, durationMs: 0 };
  assert.is(
    plain(blamed({ ...none, status: 'not-possible', reason: 'no\ngit' })),
    'ptask could not find out which task broke it: no git',
  );
  assert.match(plain(blamed({ ...none, status: 'broken-before' })), /fails without any of the tasks/);
  assert.match(plain(blamed({ ...none, status: 'not-reproduced' })), /passes in a scratch worktree/);
  assert.match(plain(blamed({ ...none, status: 'not-reproduced', reason: 'it is flaky' })), /: it is flaky$/);
});
