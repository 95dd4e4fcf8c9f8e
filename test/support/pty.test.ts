/** The pseudo-terminal: what is asserted is the screen a person sees. */
import { type PseudoTerminal, type TerminalOptions, terminal } from './pty.ts';
import { assert, suite } from './suite.ts';

const test = suite('support/pty');

const sh = (script: string, options: TerminalOptions = {}) => terminal('/bin/sh', ['-c', script], options);

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
    'trap "echo caught; exit 7" INT; read name; echo "hello $name"; while :; do sleep 0.05; done',
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

test('loses nothing when it is busy while the command ends', async () => {
  const pty = sh('seq 1 3000; echo the end');
  // Looks after each piece of output, and takes longer over it than node-pty would wait.
  const wait = pty.waitFor((screen) => {
    const until = performance.now() + 250;
    while (performance.now() < until);
    return screen.endsWith('the end');
  });
  await Promise.all([wait, pty.exited]);
  assert.is(pty.scrollback().split('\n').length, 3_001);
});

test('loses nothing of many commands that end at once', async () => {
  const all = Array.from({ length: 20 }, () => sh('seq 1 1000; exit 5'));
  for (const pty of all) {
    assert.is((await pty.exited).code, 5);
    assert.is(pty.screen().split('\n').at(-1), '1000');
  }
});

test('nothing but what the command wrote is in the output', async () => {
  const pty = sh('printf "\\033]0;unfinished"');
  await pty.exited;
  assert.is(pty.raw(), '\x1b]0;unfinished');
});

test('does not wait for what the command leaves behind', async () => {
  const pty = sh('trap "" HUP; sleep 5 & echo $!');
  await pty.exited;
  process.kill(Number(pty.screen()), 'SIGKILL');
});

test('tells a signal that ended the command from a code, whoever sent it', async () => {
  assert.equal(await sh('kill -TERM $$').exited, { code: 0, signal: 15 });
  assert.equal(await sh('exit 143').exited, { code: 143, signal: undefined });
  const killed = sh('echo ready; exec sleep 60');
  await killed.waitFor(/ready/);
  killed.kill('SIGINT');
  assert.is((await killed.exited).signal, 2);
  killed.kill();
  const interrupted = sh('echo ready; exec sleep 60');
  await interrupted.waitFor(/ready/);
  interrupted.press('ctrl-c');
  assert.is((await interrupted.exited).signal, 2);
});

test('sees the screen as it is at a mark', async () => {
  const marks: string[] = [];
  const script =
    'printf "before\\033]7777;one\\007"; read x; printf "\\rafter\\033[K\\033]7777;two\\007 more"';
  const pty = sh(script, {
    onMark: (mark: string, now: PseudoTerminal) => {
      marks.push(`${mark}: ${now.screen().split('\n').at(-1)}, ${now.shot().cursor.x}`);
      now.press('enter');
    },
  });
  await pty.exited;
  assert.equal(marks, ['one: before, 6', 'two: after, 5']);
});
