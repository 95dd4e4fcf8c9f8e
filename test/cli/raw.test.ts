// Tasks that have the terminal to themselves.
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectCode, gitProject, project, ptaskBin } from '../support/cli.ts';
import { ptaskTerminal, terminal } from '../support/pty.ts';
import { puppets } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { isAlive } from '../support/survivors.ts';

const test = suite('cli/raw');

/** Reads lines and takes Ctrl-C for a wish of its own. */
const REPL = `import { createInterface } from 'node:readline';
process.on('SIGINT', () => console.log('caught'));
console.log('ready', process.stdin.isTTY === true, process.stdout.isTTY === true);
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'exit') process.exit(0);
  console.log('heard ' + line);
});
`;
const config = (tasks: object): string => JSON.stringify({ tasks });
const repl = `cd . && ${process.execPath} repl.mjs`;

test('a program that a person talks to: it has the keyboard and the screen, and Ctrl-C is its own', async () => {
  const { dir } = project({
    config: config({
      before: { run: 'echo' },
      talk: { run: [repl, 'echo then'], raw: true, needs: ['before'] },
      after: { run: 'echo', needs: ['talk'] },
    }),
    files: { 'repl.mjs': REPL },
  });
  const screen = ptaskTerminal([], { cwd: dir });
  await screen.waitFor(/── talk ──[\s\S]*ready true true/);
  screen.press('ctrl-c');
  await screen.waitFor(/caught/);
  screen.type('hi\r');
  await screen.waitFor(/heard hi/);
  screen.press('ctrl-c');
  await screen.waitFor(/caught[\s\S]*caught/);
  screen.type('exit\r');
  await screen.waitFor(/then\n[\s\S]*✔ talk[\s\S]*✔ after[\s\S]*✔ 3 passed/);
  assert.is((await screen.exited).code, 0);
});

test('Ctrl-C that ends it ends the run, and what it has printed stays, also half a line', async () => {
  // No shell that is about to start a program: it may lose a Ctrl-C.
  const program = `${process.execPath} -e "process.stdout.write('half'); setInterval(() => {}, 1000)"`;
  const { dir } = project(
    config({
      talk: { run: `${program}; touch never`, raw: true },
      after: { run: 'touch after', needs: ['talk'] },
    }),
  );
  const screen = ptaskTerminal([], { cwd: dir });
  await screen.waitFor(/half/);
  screen.press('ctrl-c');
  assert.is((await screen.exited).signal, constants.signals.SIGINT);
  assert.match(screen.screen(), /half[\s\S]*■ talk[\s\S]*cancelled[\s\S]*■ interrupted/);
  assert.not.ok(existsSync(join(dir, 'never')));
});

test('Ctrl-C ends a shell that waits for no program', async () => {
  const { dir } = project(config({ talk: { run: 'echo begun; while :; do :; done', raw: true } }));
  const screen = ptaskTerminal([], { cwd: dir });
  await screen.waitFor(/begun/);
  screen.press('ctrl-c');
  assert.is((await screen.exited).signal, constants.signals.SIGINT);
});

test('nothing else runs meanwhile', async () => {
  const rig = await puppets();
  const { start } = project(
    config({
      first: { run: rig.command('first') },
      talk: { run: rig.command('talk'), raw: true, needs: ['first'] },
      slow: { run: rig.command('slow') },
      last: { run: rig.command('last'), needs: ['first'] },
    }),
  );
  const started = start('--concurrency', '4');
  const first = await rig.nextInvocation('first');
  const slow = await rig.nextInvocation('slow');
  await first.exit(0);
  // What is as urgent and comes later waits with it for what runs.
  assert.equal(rig.running(), ['slow']);
  await slow.exit(0);
  const talk = await rig.nextInvocation('talk');
  assert.equal(rig.running(), ['talk']);
  await talk.exit(0);
  await (await rig.nextInvocation('last')).exit(0);
  expectCode(await started.result, 0);
});

test('without a terminal it has what ptask was given, and its output passes; with --json beside the report', async () => {
  const { ptask } = project(config({ talk: { run: 'read line; echo "heard $line"', raw: true } }));
  const told = expectCode(await ptask({ input: 'hello\n' }), 0);
  assert.match(told.stdout, /^heard hello$/m);
  const json = expectCode(await ptask('--json', { input: 'hello\n' }), 0);
  const [task] = JSON.parse(json.stdout).tasks;
  assert.equal([task.raw, task.status, task.output.bytes], [true, 'passed', 0]);
  assert.match(json.stderr, /^heard hello$/m);
});

test('one that fails says where its output is; one that takes too long leaves the terminal as it was', async () => {
  const { dir, ptask } = project(
    config({
      bad: { run: 'echo oops; exit 3', raw: true },
      slow: { run: 'stty -echo; echo silent; sleep 1000', raw: true, timeout: '1s' },
    }),
  );
  const failed = expectCode(await ptask('bad'), 1);
  assert.match(
    failed.stdout,
    /bad failed: exit code 3[\s\S]*It had the terminal to itself; what it printed was not kept\./,
  );
  const shell = terminal('/bin/sh', ['-c', `${process.execPath} ${ptaskBin} slow; stty -a; echo end`], {
    cwd: dir,
  });
  await shell.waitFor(/end$/m);
  assert.match(shell.screen(), /timed out after 1\.0s/);
  assert.match(shell.screen(), / echo /);
});

test('what it leaves behind in the background goes, as of any task', async () => {
  const { dir, ptask } = project(config({ a: { run: 'sleep 1000 & echo $! > pid', raw: true } }));
  expectCode(await ptask(), 0);
  assert.not(isAlive(Number(readFileSync(join(dir, 'pid'), 'utf8'))));
});

test('what a killed ptask has left of it goes with the next command', async () => {
  const rig = await puppets();
  const { start, ptask } = project(
    config({ talk: { run: rig.command('talk'), raw: true }, other: { run: ':' } }),
  );
  const started = start('talk');
  const talk = await rig.nextInvocation('talk');
  started.kill('SIGKILL');
  while (isAlive(started.pid)) await sleep(10);
  assert.ok(isAlive(talk.pid));
  expectCode(await ptask('other'), 0);
  while (isAlive(talk.pid)) await sleep(10);
});

test('in a hook of git it reads from the terminal, for which git gives it nothing', async () => {
  const { dir } = await gitProject(config({ talk: { run: 'read line; echo "heard $line"', raw: true } }));
  const hook = `printf '#!/bin/sh\\nexec ${process.execPath} ${ptaskBin} talk\\n' > .git/hooks/pre-commit`;
  const commit = `${hook} && chmod +x .git/hooks/pre-commit && git add -A && git commit -q --allow-empty -m one; echo code $?`;
  const shell = terminal('/bin/sh', ['-c', commit], { cwd: dir });
  await shell.waitFor(/── talk ──/);
  shell.type('hello\r');
  await shell.waitFor(/heard hello[\s\S]*code 0/);
});
