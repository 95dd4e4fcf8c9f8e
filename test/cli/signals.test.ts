// What asks ptask to stop, as it comes from terminals, npm and shells, and how ptask then ends.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectSignal, project, ptaskBin } from '../support/cli.ts';
import { ptaskTerminal, terminal } from '../support/pty.ts';
import { puppets } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { isAlive } from '../support/survivors.ts';

const test = suite('cli/signals');

/** Cleans up when it is asked to end, which takes it a while. */
const TIDY = `trap 'sleep 0.3; echo tidy > tidy; exit 0' TERM; echo > begun; while :; do sleep 0.05; done`;
const STUBBORN = `trap '' TERM; echo $$ > begun; while :; do sleep 0.05; done`;
const config = (run: string): string => `tasks:\n  a: { run: ${JSON.stringify(run)} }\n`;

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10);
}

for (const [name, signals] of [
  ['npm: Ctrl-C and at once the same again', ['SIGINT', 'SIGINT']],
  ['npx in npm: three times', ['SIGINT', 'SIGINT', 'SIGINT']],
  ['a terminal that closes: SIGHUP, and SIGTERM from who ran in it', ['SIGHUP', 'SIGTERM']],
] as const)
  test(`an echo is no impatience: ${name}`, async () => {
    const { dir, start } = project(config(TIDY));
    const started = start();
    await until(() => existsSync(join(dir, 'begun')));
    for (const signal of signals) {
      started.kill(signal);
      await sleep(9);
    }
    expectSignal(await started.result, signals[0]);
    assert.ok(existsSync(join(dir, 'tidy')));
  });

test('a second Ctrl-C, noticeably later, does not wait for who ignores the first', async () => {
  const rig = await puppets();
  const { start } = project(`tasks:\n  a: { run: ${JSON.stringify(rig.command('a'))} }\n`);
  const started = start();
  const a = await rig.nextInvocation('a');
  await a.ignoreSigterm();
  started.kill('SIGINT');
  await a.signalled;
  await sleep(700);
  started.kill('SIGINT');
  expectSignal(await started.result);
  await a.ended;
});

test('Ctrl-\\ ends at once, and nothing is left', async () => {
  const { dir } = project(config(STUBBORN));
  const screen = ptaskTerminal([], { cwd: dir });
  const file = join(dir, 'begun');
  await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
  screen.press('ctrl-\\');
  assert.is((await screen.exited).signal, constants.signals.SIGQUIT);
  assert.not.ok(isAlive(Number(readFileSync(file, 'utf8'))));
});

const AT_ONCE = [
  ...['SIGABRT', 'SIGALRM', 'SIGPROF', 'SIGSYS', 'SIGTRAP', 'SIGUSR2', 'SIGVTALRM', 'SIGXCPU', 'SIGXFSZ'],
  ...(process.platform === 'linux' ? ['SIGIO', 'SIGPWR', 'SIGSTKFLT'] : []),
] as NodeJS.Signals[];

test('whatever else would end it ends its tasks, puts back what they had begun, and is what it dies of', async () => {
  const begun = (dir: string): string => {
    const file = join(dir, 'begun');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  const rolledBack = (run: string): string =>
    JSON.stringify({ tasks: { a: { run, writes: ['out'], onFailure: 'rollback' } } });
  await Promise.all(
    AT_ONCE.map(async (signal) => {
      const { dir, start } = project(rolledBack(`echo half > out; ${STUBBORN}`));
      const started = start('-q');
      await until(() => begun(dir).endsWith('\n'));
      started.kill(signal);
      expectSignal(await started.result, signal);
      assert.not.ok(isAlive(Number(begun(dir))), signal);
      assert.not.ok(existsSync(join(dir, 'out')), signal);
    }),
  );
});

for (const [what, fails] of [
  ['an error that nobody catches', "throw new Error('a bug')"],
  ['a promise that nobody waits for', "Promise.reject(new Error('a bug'))"],
  ['the end of the process', 'process.exit(1)'],
] as const)
  test(`${what} leaves no task running`, async () => {
    const { dir, write, ptask } = project(config(STUBBORN));
    const isThere = "require('node:fs').existsSync('begun')";
    write({
      'fails.cjs': `const timer = setInterval(() => { if (${isThere}) { clearInterval(timer); ${fails}; } }, 20);`,
    });
    const { code, all } = await ptask('-q', { env: { NODE_OPTIONS: `--require ${join(dir, 'fails.cjs')}` } });
    assert.is(code, 1, all);
    assert.not.match(all, /^ +at /m);
    await until(() => !isAlive(Number(readFileSync(join(dir, 'begun'), 'utf8'))));
  });

for (const shell of ['bash', 'sh'])
  test(`Ctrl-C ends a loop in ${shell}`, async () => {
    const { dir } = project(config("trap 'exit 0' TERM; echo x >> begun; while :; do sleep 0.05; done"));
    const again = `for i in 1 2 3; do "${process.execPath}" "${ptaskBin}" -q; echo "code $?"; done`;
    writeFileSync(join(dir, 'loop.sh'), again);
    const screen = terminal(shell, ['loop.sh'], { cwd: dir });
    await until(() => existsSync(join(dir, 'begun')));
    screen.press('ctrl-c');
    await screen.exited;
    assert.is(readFileSync(join(dir, 'begun'), 'utf8'), 'x\n');
    assert.not.match(screen.scrollback(), 'code');
  });

test('a shell shows 128 and the number of the signal', async () => {
  const { dir } = project(config(TIDY));
  // Shells say so of a child that was killed by somebody else than the terminal.
  const shown = `"${process.execPath}" "${ptaskBin}" -q & wait $!; echo "code $?"`;
  const screen = terminal('sh', ['-c', shown], { cwd: dir });
  await until(() => existsSync(join(dir, 'begun')));
  const [, pid] = /"pid":(\d+)/.exec(journalOf(dir)) ?? [];
  process.kill(Number(pid), 'SIGTERM');
  await screen.exited;
  assert.match(screen.scrollback(), 'code 143');
});

/** The events of the only run. */
function journalOf(dir: string): string {
  const runs = join(dir, '.ptask/runs');
  return readFileSync(join(runs, readdirSync(runs)[0] as string, 'events.ndjson'), 'utf8');
}

test('under npm run, Ctrl-C lets tasks clean up', async () => {
  const { dir, write } = project(config(TIDY));
  write({
    'package.json': JSON.stringify({ scripts: { go: `"${process.execPath}" "${ptaskBin}" -q` } }),
  });
  const screen = terminal('npm', ['run', 'go'], { cwd: dir });
  await until(() => existsSync(join(dir, 'begun')));
  screen.press('ctrl-c');
  await screen.exited;
  await until(() => existsSync(join(dir, 'tidy')));
});
