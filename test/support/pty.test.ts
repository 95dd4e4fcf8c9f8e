/** The pseudo-terminal: what is asserted is the screen a person sees. */
import { terminal } from './pty.ts';
import { assert, suite } from './suite.ts';

const test = suite('support/pty');

const sh = (script: string, options = {}) => terminal('/bin/sh', ['-c', script], options);

test('shows the screen as it is after the cursor has moved', async () => {
  const pty = sh(`printf 'one\\ntwo\\n\\033[1A\\033[2Knew\\n'; exit 4`);
  assert.equal(await pty.exited, { code: 4, signal: undefined });
  assert.is(pty.screen(), 'one\nnew');
});

test('keeps what has scrolled off', async () => {
  const pty = sh('seq 1 30', { rows: 10 });
  await pty.exited;
  assert.is(pty.screen().split('\n')[0], '22');
  assert.is(pty.scrollback().split('\n')[0], '1');
});

test('types, presses keys and waits for the answer', async () => {
  const pty = sh(
    'read name; echo "hello $name"; trap "echo caught; exit 7" INT; while :; do sleep 0.05; done',
  );
  pty.type('Ada');
  pty.press('enter');
  await pty.waitFor(/hello Ada/);
  pty.press('ctrl-c');
  await pty.waitFor((screen) => screen.includes('caught'));
  assert.is((await pty.exited).code, 7);
});

test('has a size, and can be resized', async () => {
  const pty = sh('stty size; trap "stty size; exit" WINCH; echo ready; while :; do sleep 0.05; done', {
    cols: 100,
    rows: 30,
  });
  await pty.waitFor(/30 100\nready/);
  pty.resize(60, 12);
  await pty.waitFor(/12 60/);
  await pty.exited;
});

test('knows whether the cursor is shown', async () => {
  const pty = sh(`printf '\\033[?25lhidden'; read x; printf '\\033[?25hshown'`);
  await pty.waitFor(/hidden/);
  assert.not(pty.cursorVisible());
  pty.press('enter');
  await pty.waitFor(/shown/);
  assert.ok(pty.cursorVisible());
});

test('a wait in vain shows the screen', async () => {
  const reason = async (wait: Promise<string>) => {
    try {
      return `found: ${await wait}`;
    } catch (error) {
      return (error as Error).message;
    }
  };
  const waiting = sh('echo something; sleep 60');
  await waiting.waitFor(/something/);
  assert.match(
    await reason(waiting.waitFor(/nothing/, 50)),
    /not done after 50 ms[\s\S]*running[\s\S]*something/,
  );
  const over = sh('echo over');
  assert.match(await reason(over.waitFor(/nothing/)), /never on the screen[\s\S]*ended[\s\S]*over/);
});
