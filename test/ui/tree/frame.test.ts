import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { createColors } from 'picocolors';
import type { Event } from '../../../src/model/event.ts';
import { RunState } from '../../../src/state/run-state.ts';
import { marksOf } from '../../../src/ui/marks.ts';
import { finalTree } from '../../../src/ui/tree/final.ts';
import { branchesOf, frame } from '../../../src/ui/tree/frame.ts';
import { type Look, nameWidthFor } from '../../../src/ui/tree/row.ts';
import { cut, lastLines } from '../../../src/ui/tree/text.ts';
import { fetched, hit, looksUp, miss } from '../../report/cached.ts';
import { collidingRun, ran, rolledBackRun } from '../../report/isolated.ts';
import { assert, suite } from '../../support/suite.ts';
import { begin, fail, finish, print, simulate, smallTasks, start } from '../support/scripted.ts';

const test = suite('tree frame');

function shown(
  events: readonly Event[],
  columns: number,
  rows: number,
  colors = false,
  draw = frame,
): string[] {
  const run = RunState.of(events);
  const look: Look = {
    columns,
    colors: createColors(colors),
    marks: marksOf({ unicode: true }),
    spinner: '*',
    at: events.at(-1)?.at ?? 0,
    nameWidth: nameWidthFor(run, columns),
    run,
  };
  return draw(branchesOf(run), look, rows);
}

const before = (events: readonly Event[], at: number): Event[] => events.filter((event) => event.at <= at);
const large = simulate({ tasks: 1_000, phases: 5, failEvery: 60, known: true });

test('a plan with one phase: the tasks directly, as many lines of output as there is room for', () => {
  const tasks = [{ id: 'api', description: 'Build it' }, { id: 'web' }, { id: 'docs' }];
  const events = [begin(tasks), start(0, 'api'), start(0, 'web'), print(3_000, 'api', '1\n2\n3\n4\n')];
  assert.equal(shown(events, 80, 24), [
    '  * api       3s  Build it',
    '    │ 2',
    '    │ 3',
    '    │ 4',
    '  * web       3s',
    '  ◌ docs          waits for a free slot',
    '',
    '╺━━━━━━━━━━━━━━━  0/3  2 running  3s'.replaceAll('━', '─'),
  ]);
  assert.equal(shown(events, 80, 8).slice(0, 3), [
    '  * api       3s  Build it',
    '    │ 4',
    '  * web       3s',
  ]);
});

test('those that wait for the same are one line, and the bar counts the validation', () => {
  const tasks = Array.from({ length: 8 }, (_, at) => ({ id: `t${at}`, description: 'one of many' }));
  const validation = [
    { ...begin(tasks), validation: ['the whole', 'and more'] },
    start(0, 't0'),
    start(0, 't1'),
  ];
  assert.equal(shown(validation, 80, 24), [
    '  * t0             0s  one of many',
    '  * t1             0s  one of many',
    '  ◌ 6 waiting for a free slot',
    '◌ validation  2 steps',
    '  ◌ the whole',
    '  ◌ and more',
    '',
    '╺━━━━━━━━━━━━━━━  0/10  2 running  0s'.replaceAll('━', '─'),
  ]);
});

test('a small screen: finished phases closed, then what matters most, then numbers', () => {
  const events = [begin(smallTasks), start(0, 'schema'), finish(1_000, 'schema', 1_000), start(1_000, 'web')];
  assert.equal(shown(events, 60, 9).slice(0, -1), [
    '✔ phase 1  1 task  1.0s',
    '* phase 2  0/2  1 running',
    '  ◌ api             Add the orders endpoint',
    '  * web         0s',
    '◌ phase 3  1 task',
    '  ◌ e2e             waits for web and api',
  ]);
  assert.equal(shown(events, 60, 7).slice(0, -1), [
    '✔ phase 1  1 task  1.0s',
    '* phase 2  0/2  1 running',
    '  * web         0s',
    '  … 1 more waiting',
    '◌ phase 3  1 task',
  ]);
});

test('a thousand tasks on 60×20, in the middle of the third phase', () => {
  const lines = shown(before(large, 100_000), 60, 20);
  assert.is(lines.length, 19);
  assert.match(lines[0] ?? '', /^✖ phases 1-2 {2}400 tasks {2}6 failed {2}7 skipped/);
  assert.ok(lines.some((line) => /^\* phase 3 {2}\d+\/200 {2}8 running/.test(line)));
  assert.is(lines.filter((line) => line.startsWith('  *')).length, 8);
  assert.ok(
    lines.some((line) => /^ {2}◌ \d+ waiting for a free slot/.test(line)),
    lines.join('\n'),
  );
  assert.not.ok(lines.some((line) => /waits for a free slot/.test(line)));
  assert.match(lines.at(-1) ?? '', /\d+\/1,000 {2}\d failed/);
});

test('when not even all that runs fits, how many more there are', () => {
  const lines = shown(before(large, 50_000), 40, 8);
  assert.is(lines.length, 7);
  assert.ok(
    lines.some((line) => /… \d more running/.test(line)),
    lines.join('\n'),
  );
});

test('a frame always fits: never as many lines as the screen, none as wide', () => {
  const plans = [
    large,
    simulate({ tasks: 60, phases: 20, failEvery: 7, validation: ['types', 'docs'] }),
    simulate({ tasks: 40, phases: 1, concurrency: 64 }),
    simulate({ tasks: 12, phases: 3, failEvery: 4 }),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...plans),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 20, max: 140 }),
      fc.integer({ min: 3, max: 60 }),
      fc.boolean(),
      (events, part, columns, rows, colors) => {
        const lines = shown(before(events, part * (events.at(-1)?.at ?? 0)), columns, rows, colors);
        assert.ok(lines.length <= rows - 1, `${lines.length} lines on ${rows} rows`);
        for (const line of lines) {
          assert.ok(stripVTControlCharacters(line).length < columns, line);
          assert.not.match(line, '\n');
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('the final tree lists few tasks whole, and of many only those that went wrong', () => {
  const few = shown(simulate({ tasks: 12, phases: 3, failEvery: 4 }), 80, 24, false, finalTree);
  assert.is(few.filter((line) => line.startsWith('  ')).length, 12);
  const many = shown(large, 80, 24, false, finalTree);
  assert.ok(many.length < 40);
  assert.is(many.filter((line) => line.startsWith('  ✖')).length, 9);
  assert.match(many.at(-1) ?? '', /… \d+ more skipped/);
});

test('a task that fails says why, one that is cancelled too', () => {
  const tasks = [{ id: 'a' }, { id: 'b' }];
  const lines = shown(
    [
      begin(tasks),
      start(0, 'a'),
      start(0, 'b'),
      fail(2_000, 'a', 2_000, { exitCode: null, signal: 'SIGKILL' }),
      { type: 'run-stopping', at: 2_000, reason: 'abort', task: 'a' },
      finish(2_100, 'b', 2_100, { status: 'cancelled', exitCode: null, because: 'a' }),
    ],
    80,
    24,
  );
  assert.match(lines[0] ?? '', '✖ a       2.0s  ended by SIGKILL');
  assert.match(lines[1] ?? '', '■ b       2.1s  cancelled: a failed');
  assert.match(lines.at(-1) ?? '', 'stopping: a failed');
});

test('a task that has run waits for its turn, is integrated, and runs again when it collides', () => {
  const at = (ms: number) => shown(before(collidingRun(), ms), 80, 24);
  assert.equal(at(2_600).slice(3), [
    '* phase 2  0/2  1 running  1 to integrate',
    '  * api         1s',
    '  ◌ web         1s  ran, waits for api',
    '◌ phase 3  1 task',
    '  ◌ e2e             waits for api and web',
    '',
    '━━━━━━╺─────────  2/5  1 running  1 to integrate  2s',
  ]);
  assert.equal(at(3_060).slice(4, 6), ['  ✔ api       2.0s', '  * web         2s  integrating']);
  assert.equal(at(3_080).slice(5, 6), ['  ◌ web             conflicts with api, runs again']);
  assert.equal(at(3_200).slice(5, 6), ['  * web         2s  attempt 2']);
  assert.match(at(3_080).at(-1) ?? '', /^━+╺─+ {2}3\/5 {2}3s$/);
});

test('a task whose result is being fetched waits for nothing', () => {
  const events = [begin([{ id: 'build' }, { id: 'test' }]), looksUp('build', 10, hit(12_000))];
  assert.equal(shown(events, 80, 24).slice(0, 1), ['  ◌ build          from the cache']);
});

test('a task whose result came from the cache says so where its time would be', () => {
  const tasks = [{ id: 'build', description: 'Build it' }, { id: 'types' }, { id: 'test', needs: ['build'] }];
  const events = [
    begin(tasks),
    looksUp('build', 10, hit(12_000)),
    fetched('build', 14, 4),
    looksUp('types', 10, hit()),
    fetched('types', 15, 5),
    looksUp('test', 16, miss('src/a.ts changed')),
    start(17, 'test'),
    finish(1_017, 'test', 1_000),
  ];
  assert.equal(shown(events, 80, 24, false, finalTree), [
    '✔ phase 1  2 tasks  5ms',
    '  ✔ build  cached (saved 12.0s)  Build it',
    '  ✔ types  cached',
    '✔ phase 2  1 task  1.0s',
    '  ✔ test     1.0s',
  ]);
});

test('a task that was rolled back has failed', () => {
  const lines = shown(rolledBackRun(), 80, 24);
  assert.match(lines[3] ?? '', /^✖ phase 2 {2}2 tasks {2}1 rolled back {2}\d\.\ds to \d\.\ds$/);
  assert.match(lines[5] ?? '', '⟲ web       2.0s  rolled back: its verify failed');
  assert.match(lines.at(-1) ?? '', '5/5  1 rolled back  1 skipped');
});

test('many tasks that wait to be integrated: what runs comes first, the rest is counted', () => {
  const tasks = Array.from({ length: 1_000 }, (_, index) => ({ id: `t${index}` }));
  const ended = tasks.slice(0, 300).flatMap(({ id }) => [start(0, id), ran(id, 500)]);
  const events = [begin(tasks), ...ended, start(600, 't300'), start(600, 't301')];
  const lines = shown(events, 60, 10);
  assert.equal(
    lines.filter((_, index) => index < 3 || index > 6),
    [
      '  * t300      0s',
      '  * t301      0s',
      '  ◌ t0        0s  ran, waits to be integrated',
      '  … 993 more waiting',
      '╺─────────  0/1,000  2 running  300 to integrate  0s',
    ],
  );
});

test('text is cut to cells', () => {
  assert.is(cut('short', 10, '…'), 'short');
  assert.is(cut('a longer text', 8, '…'), 'a longe…');
  assert.is(cut('漢字漢字', 5, '…'), '漢字…');
  assert.is(cut('e\u0301e\u0301e\u0301', 3, '…'), 'e\u0301e\u0301e\u0301');
  assert.is(cut('abc', 0, '…'), '');
});

test('the last lines of an output, as they would stand on a screen', () => {
  assert.equal(lastLines('one\ntwo\r\n\n \nthree\n', 2), ['two', 'three']);
  assert.equal(lastLines('10%\r20%\r30%', 1), ['30%']);
  assert.equal(lastLines('30%\r', 1), ['30%']);
  assert.equal(lastLines('a\u001b[2K\u001b[1Gb\u001b[0K\n', 1), ['b']);
  assert.equal(lastLines('\u001b[31mred\u001b[0m\tx\u0007\u001b]0;title\u0007', 1), ['red  x']);
  assert.equal(lastLines('', 3), []);
});
