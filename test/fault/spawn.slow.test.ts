// The system refuses to start a process, be it a command's shell, git or a helper, at any moment of a run.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitProject } from '../support/cli.ts';
import { repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('fault/spawn');

const refusing = `--require ${join(repositoryRoot, 'test/support/failing-spawn.cjs')}`;
const SENTENCE = {
  EMFILE: 'too many open files',
  ENFILE: 'too many open files in the whole system',
  EAGAIN: 'too many processes',
  ENOMEM: 'not enough memory to start a process',
} as const;
const MOMENTS = [1, 3, 6, 9, 12, 15];
/** To node it is the same as EMFILE: all that differs is the sentence. */
const momentsOf = (error: string) => (error === 'ENFILE' ? [1, 10] : MOMENTS);

async function made() {
  const parent = tempDir();
  const tasks = {
    a: { run: 'echo a >> d/a', writes: ['d/**'] },
    b: { run: 'echo b >> d/b', writes: ['d/**'] },
    shared: { run: 'echo c > c', writes: ['c'] },
  };
  const project = await gitProject({ config: JSON.stringify({ tasks }), files: { 'd/x': 'x' } });
  return { ...project, parent };
}

for (const [error, sentence] of Object.entries(SENTENCE))
  test(`${error} is told as a sentence, whichever process it is, and the next run is well`, {
    timeout: 240_000,
  }, async () => {
    for (const many of ['1', '1000'])
      for (const at of momentsOf(error)) {
        const { dir, ptask } = await made();
        const env = { NODE_OPTIONS: refusing, SPAWN_AT: String(at), SPAWN_MANY: many, SPAWN_ERROR: error };
        const { code, all } = await ptask('-q', { env });
        const where = `${many} from ${at}\n${all}`;
        assert.ok(code === 0 || code === 1, where);
        assert.not.match(all, /internal error|iterable|nothing left to run|^ +at |\bE[A-Z]{4,}\b/m, where);
        if (many === '1000') assert.match(all, sentence, where);
        const again = await ptask('-q');
        assert.is(again.code, 0, again.all);
        assert.is(readFileSync(join(dir, 'c'), 'utf8'), 'c\n');
        for (const name of ['a', 'b']) assert.ok(existsSync(join(dir, 'd', name)), where);
        assert.equal(readdirSync(join(dir, '.git/ptask/active')), []);
        // Where no git could collect what a task had done its worktree was kept.
        assert.is((await ptask('clean', '--force')).code, 0);
      }
  });
