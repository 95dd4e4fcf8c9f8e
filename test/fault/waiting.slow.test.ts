// A run that waits for somebody else in the repository while it goes on.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { thisProcess } from '../../src/base/liveness.ts';
import { expectCode, expectSignal, gitProject } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';

const test = suite('fault/waiting');

const ISOLATED = JSON.stringify({
  integrate: 'merge',
  tasks: {
    a: { run: 'echo a > d/a', writes: ['d/**'] },
    b: { run: 'echo b > d/b', writes: ['d/**'] },
  },
});

const WAITS = [
  {
    what: 'the turn at the worktrees',
    file: '.git/ptask/worktrees/lock-1',
    said: new RegExp(
      `waiting until process ${process.pid} on \\S+ has made its worktrees in this repository`,
    ),
  },
  {
    what: 'the index',
    file: '.git/index.lock',
    said: /waiting until another git process lets go of \S+index\.lock/,
  },
] as const;

for (const { what, file, said } of WAITS) {
  const held = async () => {
    const made = await gitProject({ config: ISOLATED, files: { 'd/x': 'x\n' } });
    write(made.dir, { [file]: JSON.stringify({ ...thisProcess(), what: 'another ptask' }) });
    return made;
  };

  test(`who waits for ${what} says so, and goes on`, async () => {
    const { dir, start } = await held();
    const started = start();
    while (!said.test(started.output())) await sleep(20);
    rmSync(join(dir, file));
    const ended = expectCode(await started.result, 0);
    assert.is(ended.all.match(/waiting until/g)?.length, 1, ended.all);
    assert.ok(existsSync(join(dir, 'd/a')) && existsSync(join(dir, 'd/b')));
  });

  test(`Ctrl-C ends the wait for ${what}`, async () => {
    const { dir, ptask, git } = await held();
    const before = performance.now();
    const ended = expectSignal(await ptask({ signalAfter: { when: said } }));
    assert.ok(performance.now() - before < 30_000);
    assert.not.match(ended.all, /internal error|^ +at /m);
    assert.is(await git('rev-list', '--count', 'HEAD'), '1');
    assert.ok(existsSync(join(dir, file)), 'what is another’s stays');
    assert.equal(readdirSync(join(dir, '.git/ptask/active')), []);
  });
}
