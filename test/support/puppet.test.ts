/** The puppet rig: what runs at once is seen, and obeys. */
import { execa } from 'execa';
import { hermeticEnv } from './env.ts';
import { puppets } from './puppet.ts';
import { assert, suite } from './suite.ts';
import { tempDir, tree } from './tmp.ts';

const test = suite('support/puppet');

/** `detached`, so that a shell and its puppet can be signalled as ptask does it. */
function sh(command: string, cwd = tempDir()) {
  const env = hermeticEnv({ COLOUR: 'green' });
  return execa(command, { shell: true, cwd, env, extendEnv: false, reject: false, detached: true });
}

test('a puppet announces itself and does as it is told', async () => {
  const rig = await puppets();
  const cwd = tempDir();
  const done = sh(rig.command('a', 'x y', "it's"), cwd);
  const a = await rig.nextInvocation('a');
  assert.is(a.cwd, cwd);
  assert.is(a.env.COLOUR, 'green');
  assert.equal(a.args, ['x y', "it's"]);
  await a.print('to stdout');
  await a.stderr('to stderr');
  await a.writeFile('sub/out.txt', 'written');
  assert.is(await a.readFile('sub/out.txt'), 'written');
  await a.exit(3);
  const { exitCode, stdout, stderr } = await done;
  assert.equal([exitCode, stdout, stderr], [3, 'to stdout', 'to stderr']);
  assert.equal(tree(cwd), { 'sub/out.txt': 'written' });
});

test('what runs now is known, and the order of starting', async () => {
  const rig = await puppets();
  assert.equal(rig.running(), []);
  const first = sh(rig.command('a'));
  const a = await rig.nextInvocation('a');
  const others = [sh(rig.command('b')), sh(rig.command('a'))];
  const b = await rig.nextInvocation('b');
  const again = await rig.nextInvocation('a');
  assert.equal(rig.running(), ['a', 'a', 'b']);
  await a.exit();
  assert.equal(rig.running(), ['a', 'b']);
  await Promise.all([b.exit(), again.exit()]);
  assert.equal(rig.running(), []);
  assert.is(rig.started()[0], 'a');
  assert.is(rig.started().length, 3);
  await Promise.all([first, ...others]);
});

test('a signal is told and then obeyed', async () => {
  const rig = await puppets();
  const run = sh(rig.command('a'));
  const a = await rig.nextInvocation('a');
  process.kill(-(run.pid as number), 'SIGTERM');
  assert.is(await a.signalled, 'SIGTERM');
  assert.equal(await a.ended, ['SIGTERM']);
  assert.is((await run).signal, 'SIGTERM');
});

test('a puppet that ignores SIGTERM needs SIGKILL', async () => {
  const rig = await puppets();
  const run = sh(rig.command('a'));
  const a = await rig.nextInvocation('a');
  await a.ignoreSigterm();
  process.kill(a.pid, 'SIGTERM');
  await a.signalled;
  await a.print('still here');
  process.kill(a.pid, 'SIGKILL');
  assert.equal(await a.ended, ['SIGTERM']);
  await run;
});

test('an orphan outlives its puppet, not its rig', async () => {
  const rig = await puppets();
  const run = sh(rig.command('a'));
  const a = await rig.nextInvocation('a');
  const orphan = await a.spawnOrphan({ detached: true, ignoreSigterm: true });
  await a.exit();
  await run;
  process.kill(orphan.pid, 'SIGTERM');
  assert.ok(orphan.alive());
  await rig.close();
  while (orphan.alive()) await new Promise((resolve) => setTimeout(resolve, 5));
});

test('waiting in vain says who is there', async () => {
  const rig = await puppets();
  const run = sh(rig.command('a'));
  await rig.nextInvocation('a');
  let message = '';
  await rig.nextInvocation('b', 50).catch((error: Error) => {
    message = error.message;
  });
  assert.match(message, /waiting for puppet "b"[\s\S]*running: a; started so far: a/);
  await rig.close();
  await run;
});
