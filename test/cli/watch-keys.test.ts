// `ptask watch` in a terminal: the keys, what is on the screen, and how it leaves the terminal.

import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { atOnce } from '../support/at-once.ts';
import { ptaskBin } from '../support/cli.ts';
import { repo } from '../support/git.ts';
import { type PseudoTerminal, ptaskTerminal, type TerminalOptions, terminal } from '../support/pty.ts';
import { puppets, type Rig } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/watch-keys');
const together = atOnce(test);

interface Scene {
  dir: string;
  rig: Rig;
  screen: PseudoTerminal;
  edit(path: string): void;
  /** Waits until the line below the last run is there. */
  waits(line?: RegExp): Promise<string>;
}

async function scene(flags: string[] = [], options: TerminalOptions = {}): Promise<Scene> {
  const rig = await puppets();
  const task = (id: string): object => ({ run: rig.command(id), reads: [`${id}/**`] });
  const config = JSON.stringify({ tasks: { one: task('one'), two: task('two') } });
  const { dir } = await repo({
    files: { '.gitignore': '.ptask\n', 'parallel.config.json': config, 'one/a': '', 'two/a': '' },
  });
  const screen = ptaskTerminal(['watch', ...flags], { cwd: dir, rows: 50, ...options });
  let edits = 0;
  return {
    dir,
    rig,
    screen,
    edit(path) {
      edits += 1;
      writeFileSync(join(dir, path), '.'.repeat(edits));
    },
    waits: (line = /watching 3 files for 2 tasks · press h for help\s*$/) => screen.waitFor(line, 30_000),
  };
}

const pass = async (rig: Rig, ...names: string[]): Promise<void> => {
  for (const name of names) await (await rig.nextInvocation(name, 30_000)).exit(0);
};

together('r and Enter run all again, x what failed, q quits with 0', {}, async () => {
  const { rig, screen, waits } = await scene();
  await pass(rig, 'one');
  await (await rig.nextInvocation('two', 30_000)).exit(1);
  await waits(/1 failed: two · press h for help\s*$/);
  screen.type('x');
  await pass(rig, 'two');
  await waits();
  screen.type('r');
  await pass(rig, 'one', 'two');
  await waits();
  screen.press('enter');
  await pass(rig, 'one', 'two');
  await waits();
  screen.type('x');
  await screen.waitFor(/no task has failed/);
  screen.type('h');
  await screen.waitFor(/r, Enter {2}run all tasks again/);
  screen.type('q');
  assert.equal(await screen.exited, { code: 0, signal: undefined });
  assert.is(rig.started().length, 7);
});

together(
  'f chooses tasks by a part of their names; Esc leaves it, a name that there is not is told',
  {},
  async () => {
    const { rig, screen, waits, edit } = await scene();
    await pass(rig, 'one', 'two');
    await waits();
    screen.type('f');
    await screen.waitFor(/tasks to run \(Enter takes it, Esc leaves\):/);
    screen.type('onx');
    screen.press('backspace');
    await screen.waitFor(/leaves\): on\s*$/);
    // Nothing runs while somebody types.
    edit('two/a');
    screen.press('enter');
    await pass(rig, 'one');
    await waits(/watching 3 files for 2 tasks · only on · press h for help\s*$/);
    screen.type('f');
    screen.type('nope');
    screen.press('enter');
    await screen.waitFor(/warning there is no task `nope`\n {2}→ the tasks are one, two/);
    screen.type('f');
    screen.press('escape');
    screen.type('f');
    screen.press('enter');
    await pass(rig, 'two');
    await waits();
    screen.type('q');
    assert.is((await screen.exited).code, 0);
  },
);

together('p holds what changes until it is pressed again', {}, async () => {
  const { rig, screen, waits, edit } = await scene();
  await pass(rig, 'one', 'two');
  await waits();
  screen.type('p');
  await screen.waitFor(/paused · press p to go on\s*$/);
  edit('one/a');
  edit('two/a');
  screen.type('p');
  await pass(rig, 'one', 'two');
  await waits();
  screen.type('q');
  assert.is((await screen.exited).code, 0);
});

together('c cancels the run, r starts it over, q ends it with what runs in it', {}, async () => {
  const { rig, screen, waits } = await scene();
  const [one, two] = await Promise.all([
    rig.nextInvocation('one', 30_000),
    rig.nextInvocation('two', 30_000),
  ]);
  screen.type('c');
  await Promise.all([one.ended, two.ended]);
  await waits();
  screen.type('r');
  const again = await rig.nextInvocation('one', 30_000);
  await rig.nextInvocation('two', 30_000);
  screen.type('r');
  await again.ended;
  const last = await rig.nextInvocation('one', 30_000);
  screen.type('q');
  await last.ended;
  assert.is((await screen.exited).code, 0);
});

together('Ctrl-C ends the run in good order, dies of it, and leaves the terminal as it was', {}, async () => {
  const { dir } = await scene();
  const script = join(dir, 'shell.sh');
  writeFileSync(
    script,
    `"${process.execPath}" "${ptaskBin}" watch --postpone; echo "code $?"; stty -a; exit 0\n`,
  );
  const screen = terminal('bash', [script], { cwd: dir, rows: 50 });
  await screen.waitFor(/press h for help/, 30_000);
  screen.press('ctrl-c');
  await screen.exited;
  // bash ends with a program that has died of it, or tells 130.
  assert.not.match(screen.scrollback(), /-icanon|-echo |-isig/);
  const { screen: own, rig } = await scene();
  const one = await rig.nextInvocation('one', 30_000);
  own.press('ctrl-c');
  await one.ended;
  assert.is((await own.exited).signal, constants.signals.SIGINT);
});

together(
  'on 40 columns no line is broken by the terminal, and --clear leaves the last run alone',
  {},
  async () => {
    const { rig, screen, waits, edit } = await scene(['--clear'], { cols: 40 });
    await pass(rig, 'one', 'two');
    await waits(/watching 3 files for 2 tasks\npress h for help\s*$/);
    edit('one/a');
    await pass(rig, 'one');
    await waits(/affected by 1 file changed[\s\S]*press h for help\s*$/);
    assert.not.match(screen.screen(), /2 passed/);
    screen.type('q');
    await screen.exited;
  },
);
