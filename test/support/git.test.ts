/** Hermetic repositories, the folder helpers, and the words of a failed command. */
import { describeResult, expectCode, type PtaskResult } from './cli.ts';
import { hermeticEnv } from './env.ts';
import { repo } from './git.ts';
import { assert, suite } from './suite.ts';
import { exists, tempDir, tree, write } from './tmp.ts';

const test = suite('support/git');

test('equal content gives equal commits, whatever the machine', async () => {
  const files = { 'a.txt': 'a', 'bin/run': { content: '#!/bin/sh\n', mode: 0o755 } };
  const [one, two] = await Promise.all([repo({ files }), repo({ files })]);
  assert.is(await one.head(), await two.head());
  assert.is(await one.git('branch', '--show-current'), 'main');
  assert.is(await one.git('log', '-1', '--format=%an <%ae> %ct'), 'Ada <ada@example.com> 1704164645');
  assert.equal(await one.status(), []);
});

test("the developer's git variables do not leak in", async () => {
  const before = process.env.GIT_DIR;
  process.env.GIT_DIR = '/nowhere';
  try {
    const { git, dir } = await repo();
    assert.is(await git('rev-parse', '--show-toplevel'), dir);
    assert.is(hermeticEnv().GIT_DIR, undefined);
  } finally {
    if (before === undefined) delete process.env.GIT_DIR;
    else process.env.GIT_DIR = before;
  }
});

test('commits, removes, hooks and worktrees', async () => {
  const made = await repo({ files: { 'a.txt': 'a', 'b.txt': 'b' } });
  made.hook('pre-commit', 'echo hooked > hook.log');
  await made.commit({ 'a.txt': 'A', 'b.txt': undefined });
  assert.equal(await made.status(), ['?? hook.log']);
  const linked = await made.worktree({ branch: 'side' });
  assert.equal(tree(linked.dir), { 'a.txt': 'A' });
  await linked.commit({ 'c.txt': 'c' });
  assert.not.ok(exists(made.dir, 'c.txt'));
  assert.is(await made.git('rev-parse', 'side'), await linked.head());
});

test('a failing git shows what it said', async () => {
  const { git } = await repo();
  try {
    await git('checkout', 'nowhere');
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /git checkout nowhere[\s\S]*did not match/);
  }
});

test('a tree shows content, modes, links and empty folders', () => {
  const dir = tempDir();
  write(dir, {
    'a/b.txt': 'text',
    run: { content: '#!', mode: 0o777 & ~process.umask() },
    secret: { content: 's', mode: 0o600 },
    link: { symlink: 'a/b.txt' },
    dangling: { symlink: 'nowhere' },
    'empty/': '',
    bytes: Uint8Array.of(0xff),
    '.git/HEAD': 'not shown',
  });
  assert.equal(tree(dir), {
    'a/b.txt': 'text',
    bytes: 'base64:/w==',
    'dangling@': 'nowhere',
    'empty/': '',
    'link@': 'a/b.txt',
    'run*': '#!',
    'secret 0600': 's',
  });
  assert.ok(exists(dir, 'dangling'));
});

test('an unexpected exit code shows everything', () => {
  const result: PtaskResult = {
    command: 'ptask run',
    code: 2,
    signal: undefined,
    stdout: 'out\n',
    stderr: 'err\n',
    all: 'out\nerr\n',
    durationMs: 12,
    timedOut: false,
  };
  assert.is(expectCode(result, 2), result);
  assert.throws(() => expectCode(result, 0), /ptask run\n→ code 2, 12 ms\n--- stdout\nout\n--- stderr\nerr/);
  assert.match(describeResult({ ...result, code: undefined, signal: 'SIGINT' }), '→ SIGINT');
});
