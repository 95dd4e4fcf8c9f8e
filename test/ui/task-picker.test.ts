// `ptask -i` in a terminal.

import { told } from '../config/told.ts';
import { expectCode, project, ptaskBin } from '../support/cli.ts';
import { type PseudoTerminal, terminal } from '../support/pty.ts';
import { assert, suite } from '../support/suite.ts';
import { exists } from '../support/tmp.ts';

const test = suite('ui/task-picker');

const CONFIG = `
tasks:
  build: { run: touch built }
  lint:code: { run: touch linted, description: Looks at the code, tags: ci }
  lint:docs: { run: touch docs-linted, tags: ci }
  test: { run: touch tested, needs: build, description: 'A description so long that it fits into no narrow screen' }
`;

const opened = (...args: string[]): { dir: string; screen: PseudoTerminal } => {
  const { dir } = project(CONFIG);
  const given = { cwd: dir, cols: 40, rows: 16 };
  return { dir, screen: terminal(process.execPath, [ptaskBin, '-i', '--quiet', ...args], given) };
};

const FIRST = /^Type to filter, space marks, enter runs$/m;

test('typing filters, space marks, enter runs what is marked and what that needs', async () => {
  const { dir, screen } = opened();
  const first = await screen.waitFor(FIRST);
  assert.ok(
    first.split('\n').every((line) => [...line].length <= 40),
    first,
  );
  assert.match(first, /^▸ ○ build {6}touch built\n {2}○ lint:code {2}Looks at the code\n/m);
  assert.match(first, /^ {2}○ test {7}A description so lo.*…\n0 marked, 4 of 4$/m);
  screen.type('DOCS');
  await screen.waitFor(/^▸ ○ lint:docs.*\n0 marked, 1 of 4$/m);
  screen.type(' ');
  await screen.waitFor(/^▸ ◉ lint:docs.*\n1 marked, 1 of 4$/m);
  for (const _ of 'DOCS') screen.press('backspace');
  await screen.waitFor(/1 marked, 4 of 4/);
  screen.press('down');
  await screen.waitFor(/^▸ ○ test/m);
  screen.type(' ');
  await screen.waitFor(/^▸ ◉ test.*\n2 marked/m);
  screen.press('enter');
  assert.is((await screen.exited).code, 0);
  assert.match(screen.screen(), /^ptask lint:docs test$/m);
  assert.match(screen.screen(), /^✔ 3 passed/m);
  assert.equal(
    ['built', 'linted', 'docs-linted', 'tested'].map((file) => exists(dir, file)),
    [true, false, true, true],
  );
});

test('without a mark the one that is pointed at runs, of those that the flags leave', async () => {
  const { dir, screen } = opened('--tag', 'ci');
  assert.match(await screen.waitFor(FIRST), /0 marked, 2 of 2/);
  screen.type('zzz');
  await screen.waitFor(/0 marked, 0 of 2/);
  screen.press('enter');
  await screen.waitFor(/^no task matches$/m);
  for (const _ of 'zzz') screen.press('backspace');
  await screen.waitFor(/0 marked, 2 of 2/);
  screen.press('enter');
  assert.is((await screen.exited).code, 0);
  assert.ok(exists(dir, 'linted') && !exists(dir, 'docs-linted'));
});

test('Ctrl-C and Escape run nothing', async () => {
  for (const key of ['ctrl-c', 'escape'] as const) {
    const { dir, screen } = opened();
    await screen.waitFor(FIRST);
    screen.type(' ');
    await screen.waitFor(/1 marked/);
    screen.press(key);
    assert.is((await screen.exited).signal, 2);
    assert.match(screen.screen(), /no task was chosen/);
    assert.not.ok(exists(dir, '.ptask'));
  }
});

test('without a terminal it is an error', async () => {
  const { stderr } = expectCode(await project(CONFIG).ptask('-i'), 2);
  assert.equal(told(stderr), [
    '`--interactive` asks a person, and nobody is there: this is no terminal | → name the tasks, or patterns of them',
  ]);
});
