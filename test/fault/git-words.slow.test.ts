// git killed before any task has begun: one clear sentence with the way on, and nothing of a machine's language.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitProject } from '../support/cli.ts';
import { killingGit } from '../support/killing-git.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('fault/git-words');

const CONFIG = JSON.stringify({
  integrate: 'merge',
  tasks: {
    a: { run: 'echo a > d/a', writes: ['d/**'] },
    b: { run: 'echo b > d/b', writes: ['d/**'] },
  },
});

test('what ended it, and that what it had begun is put right', { timeout: 240_000 }, async () => {
  const git = killingGit();
  const said: string[] = [];
  for (const n of [1, 2, 4, 6, 8, 9, 10, 11]) {
    const { dir, ptask, status } = await gitProject({ config: CONFIG, files: { 'd/x': 'x\n' } });
    const { all, code } = await ptask('-q', { env: git.env(n, 'before') });
    assert.not.match(all, /internal error|it was killed|^ +at |cannot be written/m, `call ${n}\n${all}`);
    if (/^ptask: /m.test(all)) {
      said.push(all);
      assert.is(code, 1);
      assert.match(
        all,
        /^ptask: git [a-z-]+: killed by SIGKILL\nptask cannot continue without git; the next run or ptask clean cleans up$/m,
      );
      assert.equal(await status(), []);
    }
    const again = await ptask('-q');
    assert.is(again.code, 0, again.all);
    assert.is(readFileSync(join(dir, 'd/b'), 'utf8'), 'b\n');
  }
  assert.ok(said.length > 0);
});
