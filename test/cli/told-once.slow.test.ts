// One text in one place: what a run shows of its failures, however it shows them.
import { project } from '../support/cli.ts';
import { ptaskTerminal } from '../support/pty.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/told once');

const CONFIG = `
tasks:
  good: { run: echo all is well }
  bad: { run: 'echo why it is bad; exit 3' }
  worse: { run: 'echo why it is worse; exit 4', needs: [good] }
  later: { run: 'true', needs: [bad] }
`;
const count = (text: string, part: RegExp | string): number => text.split(part).length - 1;

for (const args of [
  ['-q'],
  ['-v'],
  [],
  ['-q', '-v'],
  ['--reporter', 'silent'],
  ['--reporter', 'silent', '-v'],
])
  test(`ptask ${args.join(' ')}`, async () => {
    const { all, code } = await project(CONFIG).ptask(...args);
    assert.is(code, 1, all);
    for (const name of ['bad', 'worse']) {
      assert.is(count(all, `why it is ${name}\n`), 1, all);
      assert.is(count(all, new RegExp(`^✖ ${name} failed(?: too)?: exit code`, 'm')), 1, all);
      const asItEnds = count(all, new RegExp(`^✖ ${name} failed after`, 'm'));
      assert.is(asItEnds, args.includes('-q') || args.includes('silent') ? 0 : 1, all);
    }
    const last = all.slice(all.lastIndexOf('✖ failed:'));
    assert.match(
      last,
      /^✖ failed: (?:bad and worse|worse and bad)\n⊘ skipped because bad failed: later\n\n✖ 1 passed, 2 failed, 1 skipped\n/,
    );
    assert.not.match(last, /critical path|as fast as|no faster/);
  });

test('on CI services it is in the section, and with --verbose too', async () => {
  const env = { GITHUB_ACTIONS: 'true', NO_COLOR: '1' };
  for (const args of [[], ['-v']]) {
    const { all } = await project(CONFIG).ptask(...args, { env });
    assert.is(count(all, 'why it is bad\n'), 1, all);
  }
});

test('many failures: the last block names some and counts the rest, -v names all', async () => {
  const names = Array.from({ length: 12 }, (_, at) => `task-${at + 1}`);
  const lines = names.map((name) => `  ${name}: { run: 'seq 200; exit 1' }`);
  const made = project(`tasks:\n${lines.join('\n')}\n`);
  const { all } = await made.ptask();
  assert.match(
    all.slice(all.lastIndexOf('✖ failed: ')),
    /^✖ failed: (?:task-\d+, ){5}task-\d+ and 6 more\n\n✖ 12 failed\n/,
  );
  const report = (await made.ptask('report')).all;
  for (const name of names) assert.match(report.slice(report.lastIndexOf('✖ failed: ')), name);
});

test('whoever is asked sees first what was printed, and is not shown it again', async () => {
  const config = `
onFailure: ask
tasks:
  first: { run: 'echo why it is bad; exit 3' }
  second: { run: 'echo more of it; exit 4' }
`;
  for (const args of [[], ['-q'], ['-v'], ['--reporter', 'lines']]) {
    const made = project(config);
    const screen = ptaskTerminal(['-c', '1', ...args], { cwd: made.dir });
    await screen.waitFor(/first failed \(exit code 3\): \[c\]ontinue/);
    assert.match(screen.raw(), /why it is bad[\s\S]*\[c\]ontinue/);
    screen.type('c\r');
    await screen.waitFor(/second failed \(exit code 4\): \[c\]ontinue/);
    assert.match(screen.raw(), /more of it[\s\S]*second failed/);
    screen.type('r\r');
    await screen.waitFor((text) => count(text, 'second failed (exit code 4)') > 1);
    screen.type('c\r');
    assert.is((await screen.exited).code, 1);
    // As a line of its own: a tree shows the end of what a task prints while it runs.
    const shown = screen.raw();
    assert.is(count(shown, /^why it is bad/m), 1, `${args}\n${shown}`);
    assert.is(count(shown, /^more of it/m), 2, `of each attempt once: ${args}\n${shown}`);
    assert.match(shown, /Its output is shown above\./);
  }
});

test('what is too much for a question is cut there, and whole at the end', async () => {
  const made = project("onFailure: ask\ntasks:\n  long: { run: 'seq 10000; exit 1' }\n");
  const screen = ptaskTerminal([], { cwd: made.dir });
  await screen.waitFor(/\[c\]ontinue/);
  assert.match(screen.raw(), /left out; all of it: ptask log long/);
  screen.type('c\r');
  await screen.exited;
  assert.match(screen.raw(), /\r?\n5000\r?\n/);
});
