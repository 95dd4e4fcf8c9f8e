/** What nothing of the user's refers to is held while a run goes on, whatever a task does to git's objects. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../../src/model/event.ts';
import type { Repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { assertNothingLeft, filesOf, ground, runIn, told } from './isolation-support.ts';

const test = suite('run/isolation: holds');
const PATIENT = { timeout: 120_000 };

/** Objects that are a moment old count as old as well. */
const SWEEP =
  'git -C "$PTASK_ROOT" reflog expire --all --expire=now && git -C "$PTASK_ROOT" gc --quiet --prune=now';

const heldRefs = async (made: Repo): Promise<string> =>
  (await made.git('for-each-ref', '--format=%(refname)', 'refs/ptask/'))
    .split('\n')
    .filter((ref) => ref.includes('/_held/'))
    .join();

/** A file that is there once this has happened, and a command that waits for it. */
function signalAt(isIt: (event: Event) => boolean): { onEvent(event: Event): void; wait: string } {
  const file = join(tempDir(), 'now');
  return {
    onEvent: (event) => {
      if (isIt(event)) writeFileSync(file, '');
    },
    wait: `while [ ! -e ${file} ]; do sleep 0.02; done`,
  };
}

for (const [what, sweep] of Object.entries({
  'git gc': SWEEP,
  'git gc in the worktree': 'git gc --quiet --prune=now',
  'git repack and git prune': 'git repack -adq && git prune --expire=now',
}))
  test(`${what} while a result waits for its turn, and one is there already`, PATIENT, async () => {
    const made = await ground({ 'src/f': '1\n2\n3\n4\n5\n', 'src/g': 'g\n' });
    // The user's own, which no commit has.
    write(made.dir, { 'src/new': 'not committed\n', 'src/g': 'edited\n' });
    const { onEvent, wait } = signalAt(
      ({ type, ...rest }) => type === 'task-ran' && 'id' in rest && rest.id === 'c',
    );
    const run = await runIn(
      made.dir,
      {
        concurrency: 3,
        tasks: {
          a: { run: 'sed -i s/1/A/ src/f', writes: ['src/**'] },
          b: { run: [wait, sweep, 'sed -i s/3/B/ src/f'], writes: ['src/**'] },
          c: { run: 'sed -i s/5/C/ src/f; echo c > src/c', writes: ['src/**'] },
          d: { run: 'cat src/f src/c > src/d', needs: ['c'], reads: ['src/f', 'src/c'], writes: ['src/d'] },
        },
      },
      { onEvent },
    );
    assert.is(run.report.status, 'complete', told(run));
    assert.equal(filesOf(join(made.dir, 'src')), {
      ...{ c: '644 c\n', d: '644 A\n2\nB\n4\nC\nc\n', f: '644 A\n2\nB\n4\nC\n' },
      ...{ g: '644 edited\n', new: '644 not committed\n' },
    });
    assert.is(await heldRefs(made), '');
    await assertNothingLeft(made);
  });

for (const integrate of ['merge', 'branches'] as const)
  test(`git gc while results wait to be committed: ${integrate}`, PATIENT, async () => {
    const made = await ground({ 'src/f': '1\n2\n3\n' });
    const run = await runIn(made.dir, {
      integrate,
      tasks: {
        a: { run: 'echo a > src/a', writes: ['src/**'] },
        b: { run: 'echo b > src/b', writes: ['src/**'] },
        sweep: { run: SWEEP, needs: ['a', 'b'] },
      },
      validate: [{ name: 'sweep', run: 'git gc --quiet --prune=now' }],
    });
    assert.is(
      run.report.tasks.every(({ status }) => status === 'passed'),
      true,
      told(run),
    );
    const from = integrate === 'merge' ? ['HEAD', 'HEAD'] : ['task/a', 'task/b'];
    assert.is(await made.git('show', `${from[0]}:src/a`), 'a');
    assert.is(await made.git('show', `${from[1]}:src/b`), 'b');
    assert.is(await heldRefs(made), '');
  });

test('git gc does not take away what bisecting replays', PATIENT, async () => {
  const made = await ground({ 'src/f': '' });
  const run = await runIn(made.dir, {
    validation: 'bisect',
    tasks: {
      good: {
        run: 'echo good > ignored-not; mkdir -p ignored; echo 1 > ignored/x',
        writes: ['ignored/**', 'ignored-not'],
      },
      bad: { run: 'echo bad > src/f', writes: ['src/f'], needs: ['good'] },
      sweep: { run: SWEEP, needs: ['bad'] },
    },
    validate: [{ name: 'good', run: '! grep -q bad src/f' }],
  });
  assert.equal(run.report.validation[0]?.blame?.tasks, ['bad'], JSON.stringify(run.report.validation));
  assert.is(await heldRefs(made), '');
});

test('what is held shows while the run goes on', async () => {
  const made = await ground({ 'src/f': '' });
  const file = join(tempDir(), 'refs');
  const run = await runIn(made.dir, {
    tasks: {
      a: { run: `git for-each-ref refs/ptask > ${file}`, writes: ['src/**'] },
      b: { run: 'echo b > src/b', writes: ['src/**'] },
    },
  });
  assert.ok(existsSync(file), told(run));
  assert.match(
    readFileSync(file, 'utf8'),
    /^[0-9a-f]+ commit\trefs\/ptask\/PARALLEL-[\d-]+\/_held\/snapshot$/m,
  );
  assert.is(await heldRefs(made), '');
});
