import { assert, suite } from '../../support/suite.ts';
import { perform } from '../support/perform.ts';

const test = suite('tree on a terminal');

test('a small run, while it runs and when it is over', async () => {
  const { shots, at, last, code } = await perform('small', { cols: 80, rows: 24 });
  assert.is(
    at('running').screen.replace(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g, '*'),
    `C phased, 4 tasks in 3 phases, 2 at a time
✔ phase 1  1 task  1.2s
  ✔ schema    1.2s  Generate the client
* phase 2  0/2  2 running
  * api         0s  Add the orders endpoint
    │ compiling
    │ linking 80%
  * web         0s
◌ phase 3  1 task
  ◌ e2e             waits for api and web

━━━━╺━━━━━━━━━━━  1/4  2 running  2s, about 2s left`,
  );
  assert.match(at('retrying').screen, /↻ web +1s {2}retry 2 in 1s {2}exit code 1/);
  assert.is(
    last.screen,
    `C phased, 4 tasks in 3 phases, 2 at a time
✔ phase 1  1 task  1.2s
  ✔ schema    1.2s  Generate the client
✖ phase 2  2 tasks  1 failed  3.3s
  ✖ api       3.3s  exit code 2
  ✔ web       2.8s  attempt 2
⊘ phase 3  1 task  1 skipped
  ⊘ e2e             skipped: api failed
after`,
  );
  assert.ok([...shots, last].every(({ cursorVisible }) => cursorVisible));
  assert.is(code, 0);
});

test('isolated tasks: their turn, and another run after a collision', async () => {
  const { at, last, code } = await perform('isolated', { cols: 80, rows: 24 });
  assert.match(at('at 2600').screen, /◌ web +1s {2}ran, waits for api/);
  assert.match(at('at 3100').screen, /◌ web +conflicts with api, runs again/);
  assert.match(at('at 3300').screen, /[^◌] web +2s {2}attempt 2/);
  assert.is(
    last.screen,
    `C phased, 5 tasks in 3 phases, 4 at a time
✔ phase 1  2 tasks  0s to 2.5s
  ✔ schema   995ms  Generate the client
  ✔ lint      2.5s
✔ phase 2  2 tasks  1.1s to 4.0s
  ✔ api       2.0s
  ✔ web       3.0s  attempt 2
✔ phase 3  1 task  890ms
  ✔ e2e      890ms`,
  );
  assert.is(code, 0);
});

for (const [cols, rows] of [
  [80, 24],
  [60, 20],
  [40, 10],
] as const) {
  test(`a thousand tasks on ${cols}×${rows}: every frame fits, and nothing of it is left behind`, async () => {
    const { shots, last } = await perform('large', { cols, rows });
    const heading = 'Cphased,1,000tasksin5phases,8atatime';
    assert.is(shots.length, 3);
    for (const shot of shots) {
      // Off the screen has gone what stood before the first frame, and nothing else.
      const above = shot.scrollback.slice(0, shot.scrollback.length - shot.screen.length);
      assert.ok(heading.startsWith(above.replaceAll(/\s/g, '')), above);
      assert.ok(shot.cursor.y <= rows - 1);
      assert.match(shot.screen, /\d+\/1,000/);
      assert.ok(shot.cursorVisible);
    }
    const final = last.scrollback.replaceAll('\n', ' ');
    assert.is(final.match(/phase 1 /g)?.length, 1);
    assert.not.match(final, '/1,000');
    assert.match(final, '✖ pkg-059:docs');
  });
}

test('a terminal that changes its size', async () => {
  const sizes: Record<string, [number, number]> = {
    narrow: [50, 24],
    wide: [100, 24],
    low: [100, 12],
    high: [100, 30],
  };
  const { shots, last } = await perform('resize', {
    cols: 80,
    rows: 24,
    onMark: (mark, { resize }) => sizes[mark] && resize(...sizes[mark]),
  });
  const after = shots.filter(({ mark }) => mark.startsWith('after'));
  assert.equal(
    after.map(({ mark }) => mark),
    ['after narrow', 'after wide', 'after low', 'after high'],
  );
  for (const shot of after) assert.is(shot.screen.match(/\/40 /g)?.length, 1, `${shot.mark}\n${shot.screen}`);
  assert.not.match(last.screen, '/40 ');
});

test('what others print is put above the tree, and is not lost', async () => {
  const { at, last } = await perform('said', { cols: 80, rows: 24 });
  const lines = at('said').screen.split('\n');
  assert.equal(lines.slice(1, 3), ['said on stdout', 'said on stderr, without an end']);
  assert.match(lines[3] ?? '', 'phase 1');
  assert.is(last.scrollback.match(/said on stdout/g)?.length, 1);
  assert.match(last.scrollback, 'said last\n✔ phase 1');
});

test('names too long, wide characters and control sequences', async () => {
  const { at, last } = await perform('odd', { cols: 60, rows: 20 });
  const lines = at('odd').screen.split('\n');
  assert.is(lines.length, 8, lines.join('\n'));
  assert.match(lines[1] ?? '', /^ {2}. a-task-with-a-name-t…/);
  assert.match(lines[2] ?? '', /^ {4}│ (漢字)+漢?…$/);
  assert.match(last.screen, 'bad very');
});

test('NO_COLOR: the same tree without colours', async () => {
  const { raw, at } = await perform('small', { cols: 80, rows: 24, env: { NO_COLOR: '1' } });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  assert.not.match(raw, /\u001b\[[\d;]*m/);
  assert.match(at('running').screen, '━━━━╺───────────  1/4');
});

test('TERM=dumb: lines, and no control sequence at all', async () => {
  const { raw } = await perform('small', { cols: 80, rows: 24, env: { TERM: 'dumb' } });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  assert.not.match(raw.replaceAll(/\u001b\]7777;\w+\u0007/g, ''), '\u001b');
  assert.match(raw, '✔ schema 1.2s (1/4)\r\n');
});

test('no Unicode: the tree in ASCII', async () => {
  const { at } = await perform('small', { cols: 80, rows: 24, env: { LANG: 'C' } });
  assert.not.match(at('running').screen, /[^\n\x20-\x7e]/);
  assert.match(at('running').screen, '####------------  1/4');
});

test('an exception is read below the tree, the cursor is there, and nothing said is lost', async () => {
  const { last, code } = await perform('throws', { cols: 80, rows: 40 });
  assert.is(code, 1);
  assert.ok(last.cursorVisible);
  assert.match(last.screen, 'nobody expected this');
  assert.match(last.screen, /1\/4 .*\nkept until the end\n/);
});

test('a signal ends the process as if there were no tree', async () => {
  const { last, signal } = await perform('signal', {
    cols: 80,
    rows: 24,
    onMark: (mark, { kill }) => mark === 'kill me' && kill('SIGINT'),
  });
  assert.is(signal, 2);
  assert.ok(last.cursorVisible);
});

test('process.exit says what was still to be said', async () => {
  const { last, code } = await perform('exits', { cols: 80, rows: 24 });
  assert.is(code, 3);
  assert.ok(last.cursorVisible);
  assert.match(last.screen, 'last words');
});

test('a reporter nobody closes does not keep the process alive', async () => {
  const { code, last } = await perform('forgotten', { cols: 80, rows: 24 });
  assert.is(code, 0);
  assert.ok(last.cursorVisible);
});
