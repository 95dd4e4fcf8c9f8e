import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ptaskBin } from '../support/cli.ts';
import { hermeticEnv } from '../support/env.ts';
import { type Repo, repo, runGit } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir, write } from '../support/tmp.ts';

const test = suite('cli/gate');

const CONFIG = `tasks:
  good: { run: test -f README, reads: [README] }
  flag: { run: '! test -e broken', reads: [broken] }
  quiet-git: { run: 'git status --porcelain > /dev/null && test -z "$GIT_INDEX_FILE"', reads: [README] }
`;

const HOOK = `#!/bin/sh\nexec node ${ptaskBin} run --reporter lines\n`;

/** A repository with two branches to merge: one that the tasks pass on, one that they fail on. */
async function gated(hook: string, text = HOOK): Promise<Repo> {
  const made = await repo({
    files: { README: 'x', 'parallel.config.yaml': CONFIG, '.gitignore': '.ptask/\n', 'sub/y': '' },
  });
  await made.git('checkout', '-q', '-b', 'fine');
  await made.commit({ fine: '1' }, 'fine');
  await made.git('checkout', '-q', '-b', 'bad', 'main');
  await made.commit({ broken: '1' }, 'bad');
  await made.git('checkout', '-q', 'main');
  await made.commit({ other: '1' }, 'so that a merge is no fast-forward');
  await made.hook(hook, text);
  return made;
}

interface Tried {
  code: number;
  out: string;
}

function tryGit(cwd: string, ...args: string[]): Tried {
  try {
    return {
      code: 0,
      out: execFileSync('git', args, { cwd, env: hermeticEnv(), encoding: 'utf8', stdio: 'pipe' }),
    };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, out: stdout + stderr };
  }
}

async function mergesAsGated(dir: string, from = dir): Promise<void> {
  const before = (await runGit(dir, ['rev-parse', 'HEAD'])).trim();
  const stopped = tryGit(from, 'merge', '--no-edit', 'bad');
  assert.is.not(stopped.code, 0, stopped.out);
  assert.match(stopped.out, /flag failed/);
  assert.is((await runGit(dir, ['rev-parse', 'HEAD'])).trim(), before);
  await runGit(dir, ['merge', '--abort']);

  const index = await runGit(dir, ['ls-files', '--stage']);
  const passed = tryGit(from, 'merge', '--no-edit', 'fine');
  assert.is(passed.code, 0, passed.out);
  assert.is(
    (await runGit(dir, ['rev-list', '--parents', '-n1', 'HEAD'])).trim().split(' ').length,
    3,
    'no merge commit',
  );
  assert.is(await runGit(dir, ['status', '--porcelain']), '');
  // Only what the merge itself brought has come into the index.
  const now = (await runGit(dir, ['ls-files', '--stage']))
    .split('\n')
    .filter((line) => !line.endsWith('\tfine'));
  assert.equal(now, index.split('\n'));
}

test('pre-merge-commit: a failing task stops the merge, passing ones let it through', {
  timeout: 60_000,
}, async () => {
  const { dir } = await gated('pre-merge-commit');
  await mergesAsGated(dir);
});

test('also from a subfolder', { timeout: 60_000 }, async () => {
  const { dir } = await gated('pre-merge-commit');
  await mergesAsGated(dir, join(dir, 'sub'));
});

test('also in a linked worktree', { timeout: 60_000 }, async () => {
  const made = await gated('pre-merge-commit');
  const { dir } = await made.worktree({ branch: 'linked' });
  await runGit(dir, ['commit', '-q', '--allow-empty', '-m', 'ahead']);
  await mergesAsGated(dir);
});

test('pre-commit: what is staged, and nothing else, is committed', { timeout: 60_000 }, async () => {
  const { dir, git } = await gated('pre-commit');
  const made = await runGit(dir, ['status', '--porcelain']);
  assert.is(made, '');
  execFileSync('sh', ['-c', 'echo 2 > README; echo new > staged; echo new > untracked; git add staged'], {
    cwd: dir,
    env: hermeticEnv(),
  });
  const tried = tryGit(dir, 'commit', '-m', 'partial');
  assert.is(tried.code, 0, tried.out);
  assert.is((await git('show', '--name-only', '--format=', 'HEAD')).trim(), 'staged');
  assert.is(await runGit(dir, ['status', '--porcelain']), ' M README\n?? untracked');
  execFileSync('sh', ['-c', 'echo 1 > broken; git add broken'], { cwd: dir, env: hermeticEnv() });
  const stopped = tryGit(dir, 'commit', '-m', 'broken');
  assert.is(stopped.code, 1, stopped.out);
  assert.is(await runGit(dir, ['status', '--porcelain']), ' M README\nA  broken\n?? untracked');
});

test('pre-push: a failing task stops the push, and the list of refs on stdin is not in the way', {
  timeout: 60_000,
}, async () => {
  const { dir, git } = await gated('pre-push');
  const remote = tempDir();
  await runGit(remote, ['init', '-q', '--bare']);
  await git('remote', 'add', 'origin', remote);
  assert.is(tryGit(dir, 'push', '-q', 'origin', 'main').code, 0);
  await git('checkout', '-q', 'bad');
  assert.is.not(tryGit(dir, 'push', '-q', 'origin', 'bad').code, 0);
  assert.is((await runGit(remote, ['branch', '--format=%(refname:short)'])).trim(), 'main');
});

test('a config that is broken stops the merge too', { timeout: 60_000 }, async () => {
  const { dir, commit } = await gated('pre-merge-commit');
  await commit({ 'parallel.config.yaml': 'taks: {}\n' });
  const tried = tryGit(dir, 'merge', '--no-edit', 'fine');
  assert.is.not(tried.code, 0);
  assert.match(tried.out, /parallel\.config\.yaml:1:1/);
  assert.not(exists(dir, '.ptask'));
});

const SCAN = "! git diff --cached | grep '^+.*SECRET'";

/** A hook that scans what is about to be committed; isolated, by two tasks that write the same. */
async function scanned(isolated: boolean): Promise<Repo> {
  const other = "echo o >> log; git diff --cached --name-only | sort | tr '\\n' ' ' >> \"$PTASK_ROOT/.seen\"";
  const config = isolated
    ? {
        scan: { run: `echo s >> log; ${SCAN}`, writes: ['log'] },
        other: { run: other, writes: ['log', '.seen'], strays: 'ignore' },
      }
    : { scan: { run: SCAN } };
  const made = await repo({
    files: {
      'parallel.config.yaml': JSON.stringify({ tasks: config }),
      '.gitignore': '.ptask/\n.seen\n',
      ...{ a: '1\n', b: '1\n', log: '' },
    },
  });
  await made.hook('pre-commit', HOOK);
  return made;
}

const FORMS: [name: string, staged: string[], args: string[]][] = [
  ['what is staged', ['a'], []],
  ['-a', [], ['-a']],
  ['FILE', [], ['a']],
  ['FILE, and something else is staged', ['b'], ['a']],
  ['-i FILE', ['b'], ['-i', 'a']],
  ['--amend', ['a'], ['--amend', '--no-edit']],
  ['-a --amend', [], ['-a', '--amend', '--no-edit']],
];

for (const isolated of [false, true])
  for (const [name, staged, args] of FORMS)
    test(`pre-commit, ${name}: tasks ${isolated ? 'in worktrees ' : ''}see what git is about to commit`, {
      timeout: 90_000,
    }, async () => {
      const made = await scanned(isolated);
      const { dir, git } = made;
      const before = (await git('rev-parse', 'HEAD')).trim();
      const change = async (text: string): Promise<void> => {
        write(dir, { a: `${text}\n`, b: `${text === 'SECRET' ? 'fine' : 'SECRET'}\n` });
        // `b` is committed by -a alone, so there it is to be sound.
        if (args.includes('-a') || staged.includes('b')) write(dir, { b: 'fine\n' });
        if (staged.length > 0) await git('add', ...staged);
      };
      await change('SECRET');
      const stopped = tryGit(dir, 'commit', '-q', '-m', 'x', ...args);
      assert.is(stopped.code, 1, stopped.out);
      assert.match(stopped.out, /scan failed/);
      assert.is((await git('rev-parse', 'HEAD')).trim(), before);
      await change('sound');
      const passed = tryGit(dir, 'commit', '-q', '-m', 'x', ...args);
      assert.is(passed.code, 0, passed.out);
      assert.is(await git('show', 'HEAD:a'), 'sound\n'.trimEnd());
    });

test('pre-commit: what a fixer adds is committed, whatever git holds locked', {
  timeout: 90_000,
}, async () => {
  for (const args of [[], ['-a'], ['a']]) {
    const config = { tasks: { fix: { run: 'echo fixed > a; git add a', writes: ['a'] } } };
    const made = await repo({
      files: { 'parallel.config.yaml': JSON.stringify(config), '.gitignore': '.ptask/\n', a: '1\n' },
    });
    const { dir, git } = made;
    await made.hook('pre-commit', HOOK);
    write(dir, { a: '2\n' });
    if (args.length === 0) await git('add', 'a');
    const tried = tryGit(dir, 'commit', '-q', '-m', 'x', ...args);
    assert.is(tried.code, 0, tried.out);
    assert.is((await git('show', 'HEAD:a')).trim(), 'fixed');
  }
});

test('pre-push: what git says of it reaches the tasks; one that only deletes runs nothing', {
  timeout: 90_000,
}, async () => {
  const tell = 'echo "$PTASK_HOOK|$PTASK_HOOK_ARGS" >> told; cat "$PTASK_HOOK_INPUT" >> told';
  const remote = tempDir();
  await runGit(remote, ['init', '-q', '--bare']);
  const scripts: [script: string, args: string][] = [
    [`#!/bin/sh\nexec node ${ptaskBin} --quiet --hook pre-push "$@"\n`, `report ${remote}`],
    [`#!/bin/sh\nnode ${ptaskBin} --quiet\n`, `report ${remote}`],
    [`#!/bin/sh\nexec node ${ptaskBin} --quiet\n`, ''],
  ];
  for (const [at, [script, args]] of scripts.entries()) {
    const made = await repo({
      files: {
        'parallel.config.yaml': JSON.stringify({ tasks: { tell: { run: tell } } }),
        '.gitignore': '.ptask/\ntold\n',
      },
    });
    const { dir, git } = made;
    await made.hook('pre-push', script);
    // A remote may be called what a command is called.
    await git('remote', 'add', 'report', remote);
    const branch = `main${at}`;
    const pushed = tryGit(dir, 'push', '-q', 'report', `main:${branch}`);
    assert.is(pushed.code, 0, pushed.out);
    const head = (await git('rev-parse', 'HEAD')).trim();
    const told = readFileSync(join(dir, 'told'), 'utf8');
    const line = `refs/heads/main ${head} refs/heads/${branch} ${'0'.repeat(40)}\n`;
    assert.is(told, `pre-push|${args}\n${line}`);
    const deleted = tryGit(dir, 'push', '-q', 'report', `:${branch}`);
    assert.is(deleted.code, 0, deleted.out);
    assert.is(readFileSync(join(dir, 'told'), 'utf8'), told, 'nothing ran');
  }
});
