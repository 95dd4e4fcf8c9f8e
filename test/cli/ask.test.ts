import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { ptask } from '../support/cli.ts';
import { ptaskTerminal } from '../support/pty.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('cli/ask');

function project(): string {
  const root = tempDir();
  write(root, {
    'parallel.config.yaml': `
onFailure: ask
tasks:
  flaky: { run: 'echo half > made; test -e ok', writes: [made] }
  other: { run: 'echo > other', writes: [other] }
`,
  });
  return root;
}

test('a person chooses: not understood, again, and then to roll back', async () => {
  const root = project();
  const screen = ptaskTerminal([], { cwd: root });
  await screen.waitFor(/flaky failed \(exit code 1\).*\[r\]etry/s);
  screen.type('what?\r');
  await screen.waitFor(/what\?.*\[r\]etry/s);
  screen.type('r\r');
  await screen.waitFor((text) => text.split('[r]etry').length > 3 || /attempt 2/.test(text));
  screen.type('b\r');
  await screen.waitFor(/rolled back/);
  assert.is((await screen.exited).code, 1);
  assert.not.ok(existsSync(join(root, 'made')));
  assert.ok(existsSync(join(root, 'other')));
});

test('a retry that works out is a success', async () => {
  const root = project();
  const screen = ptaskTerminal([], { cwd: root });
  await screen.waitFor(/\[r\]etry/);
  write(root, { ok: '' });
  screen.type('r\r');
  assert.is((await screen.exited).code, 0);
});

test('Ctrl-C is no answer, and ends the run', async () => {
  const root = project();
  const screen = ptaskTerminal([], { cwd: root });
  await screen.waitFor(/\[r\]etry/);
  screen.press('ctrl-c');
  assert.is((await screen.exited).signal, constants.signals.SIGINT);
});

test('with nobody to ask the run goes on, and what failed stays as it is', async () => {
  const root = project();
  const { code, all } = await ptask([], { cwd: root });
  assert.is(code, 1, all);
  assert.ok(existsSync(join(root, 'made')));
  assert.not.match(all, '[r]etry');
});
