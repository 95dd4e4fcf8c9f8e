// What is not kept for others, and that it is said: whatever may be more, or less, than what the task makes of its inputs.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, suite } from '../support/suite.ts';
import { type Cached, cachedGround, isHit, lookedUp, notStored } from './cached-support.ts';
import type { Asked } from './isolation-support.ts';

const test = suite('run/cached-kept');

const ground = () => cachedGround({ 'src/a': 'a\n', 'src/b': 'b\n', 'docs/c': 'c\n' });

/** A second run of the same finds nothing. */
async function isNotKept(at: Cached, task: object, reason: string, asked: Asked = {}): Promise<void> {
  const config = { tasks: { one: task } };
  assert.equal(notStored(await at.run(config, asked)), [`one: ${reason}`]);
}

/** Does something while a task runs. */
const meanwhile = (work: () => void): Asked => ({
  onEvent: (event) => {
    if (event.type === 'task-output') work();
  },
});

const SLOW = 'echo go; while [ ! -e ignored/go ]; do sleep 0.02; done; cat src/a > out';

for (const [how, more] of Object.entries({
  shared: {},
  isolated: { workspace: 'worktree' },
  strict: { strict: true },
}))
  test(`undeclared changes: ${how}`, async () => {
    const at = await ground();
    const task = { reads: ['src/a'], writes: ['made'], run: 'cat src/a > made && echo x > other', ...more };
    await isNotKept(at, task, 'it has changed other, which it does not declare');
    assert.is(isHit(await at.run({ tasks: { one: task } }), 'one'), false);
  });

for (const [what, run, reason] of [
  ['git add', 'cat src/a > out && git add -f out', 'what is staged of out changed while it ran'],
  [
    'git rm --cached',
    'cat src/a > out && git rm -q --cached src/b',
    'what is staged of src/b changed while it ran',
  ],
  ['git add -N', 'cat src/a > out && git add -f -N out', 'what is staged of out changed while it ran'],
  [
    'git update-index',
    'git update-index --chmod=+x src/b; cat src/a > out',
    'what is staged of src/b changed while it ran',
  ],
  ['git tag', 'git tag one; cat src/a > out', '.git/refs/tags/one changed while it ran'],
  ['git branch', 'git branch one; cat src/a > out', '.git/refs/heads/one changed while it ran'],
  ['git config', 'git config some.key 1; cat src/a > out', '.git/config changed while it ran'],
] as const)
  test(`what it does to git's own: ${what}`, async () => {
    const at = await ground();
    const task = { reads: ['src/a'], writes: ['out'], run };
    await isNotKept(at, task, reason);
    assert.is(isHit(await at.run({ tasks: { one: task } }), 'one'), false);
  });

test('what is staged in its worktree', async () => {
  const at = await ground();
  const run = 'cat src/a > made && git add made';
  const task = { reads: ['src/a'], writes: ['made'], workspace: 'worktree', run };
  await isNotKept(at, task, 'it has staged made');
});

test('a look at git, which brings its index up to date, is no change of it', async () => {
  const at = await ground();
  at.write({ 'src/b': 'b\n' });
  const task = {
    reads: ['src/a'],
    writes: ['out'],
    run: 'git update-index -q --refresh; git status; cat src/a > out',
  };
  assert.equal(notStored(await at.run({ tasks: { one: task } })), []);
  assert.ok(isHit(await at.run({ tasks: { one: task } }), 'one'));
});

test('what is more than the cache may hold', async () => {
  const at = await ground();
  for (const run of ['head -c 3000000 /dev/zero > out', 'head -c 900000 /dev/zero | tee out out.1 > out.2']) {
    const task = { reads: ['src/a'], writes: ['out*'], run };
    const ran = await at.run({ cache: { maxSize: '1 MB' }, tasks: { one: task } });
    assert.equal(notStored(ran), ['one: it is more than the cache may hold (1 MB)']);
  }
});

test('an input that is edited while the task runs', async () => {
  const at = await ground();
  const go = () => at.write({ 'src/a': 'edited\n', 'ignored/go': '' });
  const task = { reads: ['src/**'], writes: ['out'], run: SLOW };
  await isNotKept(at, task, 'src/a changed while it ran', meanwhile(go));
});

test('an input that comes while the task runs', async () => {
  const at = await ground();
  const go = () => at.write({ 'src/new': 'new\n', 'ignored/go': '' });
  const task = { reads: ['src/**'], writes: ['out'], run: SLOW };
  await isNotKept(at, task, 'src/new came while it ran', meanwhile(go));
});

test('what has passed at the second attempt', async () => {
  const at = await ground();
  const task = {
    reads: ['src/a'],
    writes: ['out'],
    retry: { times: 1, delay: '0s' },
    run: '[ "$PTASK_ATTEMPT" = 2 ] && cat src/a > out',
  };
  await isNotKept(at, task, 'it has passed only at attempt 2');
});

test('a failure is a miss, every time', async () => {
  const at = await ground();
  const config = { tasks: { one: { reads: ['src/a'], writes: ['out'], run: 'cat src/a > out; false' } } };
  for (const _ of [1, 2]) {
    const run = await at.run(config);
    assert.is(run.task('one').status, 'failed');
    assert.equal(lookedUp(run), ['miss one: nothing is stored of it yet']);
  }
});

test('a link that leads by a whole path into the tree', async () => {
  const at = await ground();
  const task = {
    reads: ['src/a'],
    writes: ['made/**'],
    run: 'mkdir -p made && ln -s "$PWD/src/a" made/link',
  };
  const reason = 'made/link leads by a whole path to where it has worked';
  await isNotKept(at, task, reason);
  await isNotKept(await ground(), { ...task, workspace: 'worktree' }, reason);
});

test('a repository of git', async () => {
  const at = await ground();
  const task = {
    reads: ['src/a'],
    writes: ['ignored/**'],
    run: 'mkdir -p ignored && git init -q ignored/one && cp src/a ignored/one/',
  };
  for (const _ of [1, 2]) await isNotKept(at, task, 'it has made a git repository, ignored/one');
});

test('values that are secret', async () => {
  const at = await ground();
  const task = { reads: ['src/a'], writes: [], run: 'echo "token=$TOKEN" >> "$PTASK_OUTPUT"' };
  const config = { secrets: ['TOKEN'], cache: { env: ['TOKEN'] }, tasks: { one: task } };
  const run = await at.run(config, { env: { ...process.env, TOKEN: 'very-secret-value' } });
  assert.equal(notStored(run), ['one: it hands over a secret']);
});

test('a strict task is another task than one that sees all files', async () => {
  const at = await ground();
  const task = { reads: ['src/a'], writes: [], run: 'cat src/b' };
  assert.is((await at.run({ tasks: { one: task } })).task('one').status, 'passed');
  const strict = await at.run({ tasks: { one: { ...task, strict: true } } });
  assert.is(strict.task('one').status, 'failed');
});

test('a file that cannot be read', async () => {
  const at = await ground();
  if (process.getuid?.() === 0) return;
  writeFileSync(join(at.dir, 'src/closed'), '');
  chmodSync(join(at.dir, 'src/closed'), 0);
  const run = await at.run({ tasks: { one: { reads: ['src/**'], writes: [], run: 'true' } } });
  assert.equal(lookedUp(run), ['miss one: src/closed cannot be read']);
});
