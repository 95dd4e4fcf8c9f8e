// SIGKILL at the calls of a run that changes the disk while it takes results from the cache, and while it puts results into it: the
// next run comes to the tree of one without a cache, an undo to the tree before, and nothing of the user's is lost.
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type FrozenPtask, frozenPtask } from '../support/frozen-ptask.ts';
import { each, sampledSteps } from '../support/sample.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir, write } from '../support/tmp.ts';
import { treeOf } from './cached-support.ts';
import { assertSame, filesOf, ground } from './isolation-support.ts';

const test = suite('run/cached-kill');
const HOURS = 4 * 60 * 60 * 1000;
const RUN = ['run', '--reporter', 'silent', '--quiet'];

const config = {
  cache: true,
  concurrency: 3,
  tasks: {
    build: {
      reads: ['src/**'],
      writes: ['out/build/**'],
      run: [
        'mkdir -p out/build/deep/er out/build/empty && for f in src/*; do cp "$f" out/build/deep/er/; done; cat src/* > out/build/all',
        'chmod 755 out/build/all && ln -s deep/er out/build/link && echo said && echo "value=$(cat src/a)" >> "$PTASK_OUTPUT"',
      ],
    },
    format: {
      reads: ['docs/*.md'],
      writes: ['docs/*.md'],
      run: 'for f in docs/*.md; do sed -i s/todo/done/ "$f"; done; rm -f docs/gone.md',
    },
    apart: {
      needs: ['build'],
      reads: ['out/build/**'],
      writes: ['out/apart/**'],
      workspace: 'worktree',
      run: 'mkdir -p out/apart/sub && cksum < out/build/all > out/apart/sum && cp out/build/all out/apart/sub/',
    },
    strict: {
      strict: true,
      reads: ['src/**'],
      writes: ['out/strict'],
      run: 'mkdir -p out; cat src/a > out/strict',
    },
    lint: { reads: ['src/**'], writes: [], run: 'cksum src/*' },
  },
};

const FIRST = { 'src/a': 'a\n', 'src/b': 'b\n', 'docs/x.md': 'todo\n', 'docs/gone.md': 'gone\n' };
const SECOND = {
  'src/a': 'other\n',
  'src/new': 'new\n',
  'docs/x.md': 'todo, too\n',
  'docs/gone.md': 'again\n',
};

function change(dir: string, files: Record<string, string>): void {
  rmSync(join(dir, 'src'), { recursive: true, force: true });
  write(dir, files);
}

let ptask: FrozenPtask;
let base: string;

const copyOf = (dir: string): string => {
  const copy = join(tempDir(), 'repo');
  execFileSync('cp', ['-a', dir, copy]);
  return copy;
};

test.before(async () => {
  ptask = frozenPtask();
  const made = await ground({
    ...FIRST,
    '.gitignore': 'out/\n',
    'parallel.config.json': JSON.stringify(config),
    'docs/kept.txt': 'kept\n',
  });
  base = made.dir;
  write(base, { 'user/untracked': 'mine\n', 'out/mine': 'mine, ignored\n' });
  // Once for the code cache.
  await ptask.run(copyOf(base), RUN);
});

async function killedAnywhere(prepared: string, few: number): Promise<void> {
  const undisturbed = copyOf(prepared);
  const before = filesOf(prepared);
  const plain = copyOf(prepared);
  await ptask.run(plain, [...RUN, '--no-cache']);
  const expected = treeOf(plain);
  const { steps, calls, said } = await ptask.count(undisturbed, RUN);
  assertSame(treeOf(undisturbed), expected, () => said);
  const earlier = exists(prepared, '.ptask/runs') ? readdirSync(join(prepared, '.ptask/runs')) : [];
  let disturbed = 0;
  await each(sampledSteps(steps, calls, few), async (n) => {
    const dir = copyOf(prepared);
    const killed = await ptask.run(dir, RUN, { CRASH_AT: String(n) });
    if (killed.signal === 'SIGKILL') disturbed += 1;
    const about = (what: string, told: string) => () => `killed at call ${n} of ${calls}: ${what}\n${told}`;
    if (n % 2 === 0) {
      const undone = await ptask.run(dir, ['undo']);
      // One that was killed before it changed anything leaves the undo to the one before.
      const isOfKilled = !earlier.some((id) => undone.said.includes(id));
      if (undone.code === 0 && isOfKilled) assertSame(filesOf(dir), before, about('undo', undone.said));
    }
    await ptask.run(dir, ['clean']);
    const found = filesOf(dir);
    const next = await ptask.run(dir, RUN);
    assert.is(next.code, 0, about('the next run', next.said)());
    assertSame(treeOf(dir), expected, about('the next run', next.said));
    const undone = await ptask.run(dir, ['undo']);
    if (undone.code === 0 && JSON.stringify(found) !== JSON.stringify(filesOf(plain)))
      assertSame(filesOf(dir), found, about('undo of the next run', undone.said));
    const last = await ptask.run(dir, RUN);
    assertSame(treeOf(dir), expected, about('the last run', last.said));
    rmSync(dir, { recursive: true, force: true });
  });
  console.log(`killed at ${disturbed} of ${calls} calls`);
  assert.ok(disturbed > 0);
}

test('killed anywhere while results are put into the cache', { timeout: HOURS }, () =>
  killedAnywhere(base, 8),
);

test('killed anywhere while results come from the cache', { timeout: HOURS }, async () => {
  const prepared = copyOf(base);
  await ptask.run(prepared, RUN);
  change(prepared, SECOND);
  await ptask.run(prepared, RUN);
  change(prepared, FIRST);
  write(prepared, { 'out/build/all': 'spoilt\n' });
  await killedAnywhere(prepared, 12);
});
