// Worktrees of ours are made, read and removed, and nothing else is touched.

import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { thisProcess } from '../../src/base/liveness.ts';
import { holderOf } from '../../src/base/lock.ts';
import { rawPath } from '../../src/base/raw-path.ts';
import { type PtaskWorktree, removePtaskWorktree } from '../../src/git/ptask-worktree.ts';
import { type UndoLogEntry, Worktrees } from '../../src/git/worktrees.ts';
import { hermeticEnv } from '../support/env.ts';
import { type Repo, repo } from '../support/git.ts';
import { gitFingerprint } from '../support/git-fingerprint.ts';
import { program } from '../support/program.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir, tree, type Written, write } from '../support/tmp.ts';
import { beginning, listTree, repositoryAt, viewOf } from './rig.ts';

const test = suite('git/worktrees');

async function rig(files: Record<string, Written> = { a: '1', 'd/b': '2', '.gitignore': '*.log\n' }) {
  const made = await repo({ files });
  const repository = repositoryAt(made.dir);
  const place = tempDir('w-');
  const undoLog: UndoLogEntry[] = [];
  const worktrees = new Worktrees(repository, {
    dir: place,
    view: viewOf(repository),
    undoLog: (entry) => undoLog.push(entry),
  });
  const add = async (id: string) => worktrees.add(await beginning(made, id, await made.head()));
  return { ...made, repository, place, undoLog, worktrees, add };
}

const run = (cwd: string, script: string) =>
  execFileSync('sh', ['-ec', script], {
    cwd,
    env: hermeticEnv(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const branches = async (made: Repo) =>
  (await made.git('branch', '--format=%(refname:short)')).split('\n').filter(Boolean);

test('one is made, told before, read, and gone without a trace', async () => {
  const made = await rig();
  await made.git('config', 'core.logAllRefUpdates', 'true');
  const before = gitFingerprint(join(made.dir, '.git'));
  const worktree = await made.add('api');
  const { path, branch, gitName, commit } = worktree;
  assert.equal([branch, path], ['task/api', join(made.place, `${basename(made.dir)}.api`)]);
  assert.equal(made.undoLog, [{ path, branch, gitName, commit, op: 'make' }]);
  assert.equal(tree(path), { '.gitignore': '*.log\n', a: '1', 'd/b': '2' });
  assert.is(run(path, 'git status --porcelain --branch --ignored'), '## task/api\n');

  write(path, {
    a: '22',
    new: 'n',
    'x.log': 'ignored',
    'forced.log': 'f',
    node_modules: { symlink: made.dir },
    env: 'e',
  });
  run(path, 'git add -f forced.log node_modules env; git commit -qm mine; git rm -q d/b; echo more > later');
  const { tree: result, commit: told } = await made.worktrees.resultOf(worktree, {
    base: commit,
    message: 'result',
    exclude: [rawPath('node_modules'), rawPath('env'), rawPath('d')],
  });
  assert.equal(await listTree(made, result), [
    '100644 .gitignore',
    '100644 a',
    '100644 d/b',
    '100644 forced.log',
    '100644 later',
    '100644 new',
  ]);
  assert.is(await made.git('log', '-1', '--format=%P', told), commit);

  assert.equal(await made.worktrees.remove(worktree), []);
  assert.is(made.undoLog.at(-1)?.op, 'gone');
  assert.equal(gitFingerprint(join(made.dir, '.git')), before);
  assert.equal(await made.status(), []);
  assert.not.ok(exists(path));
});

test('as git makes one, where that writes no more than we do; else by git', async () => {
  const made = await rig();
  const admins = join(made.dir, '.git/worktrees');
  const kept = (name: string) => {
    const { logs, ORIG_HEAD, index, ptask, ...files } = Object.fromEntries(
      readdirSync(join(admins, name)).map((each) => [each, each]),
    );
    const text = (file: string) => readFileSync(join(admins, name, file), 'utf8').replaceAll(name, 'NAME');
    return Object.keys(files).map((file) => `${file}: ${text(file)}`);
  };
  const ours = await made.add('api');
  const theirs = join(made.place, 'theirs');
  await made.git('worktree', 'add', '--quiet', '--no-checkout', '-b', 'task/theirs', theirs);
  assert.equal(
    kept(ours.gitName).map((each) => each.replace('task/api', 'task/NAME')),
    kept('theirs'),
  );
  assert.is(
    readFileSync(join(ours.path, '.git'), 'utf8').replaceAll(ours.gitName, 'theirs'),
    readFileSync(join(theirs, '.git'), 'utf8'),
  );
  assert.match(await made.git('worktree', 'list', '--porcelain'), `worktree ${ours.path}\n`);
  assert.equal(await made.worktrees.remove(ours), []);

  await made.git('config', 'extensions.worktreeConfig', 'true');
  await made.git('config', '--worktree', 'user.name', 'Worktree');
  const own = await made.add('own');
  assert.is(run(own.path, 'git config user.name'), 'Worktree\n');
  assert.equal(await made.worktrees.remove(own), []);
});

for (const [said, folderMode, fileMode] of [
  ['group', '2770', '440'],
  ['all', '2775', '444'],
  ['0640', '2750', '440'],
] as const)
  test(`a repository that others share stays so: ${said}`, async () => {
    const made = await rig();
    await made.git('config', 'core.sharedRepository', said);
    const objects = join(made.dir, '.git/objects');
    const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);
    // What is there may have the folder of what comes.
    await made.git('repack', '-adq');
    const before = readdirSync(objects);
    assert.equal(before.sort(), ['info', 'pack']);
    const old = process.umask(0o077);
    try {
      const worktree = await made.add('api');
      assert.is(modeOf(join(made.dir, '.git/worktrees')), folderMode);
      await made.worktrees.resultOf(worktree, { base: worktree.commit, message: 'x' });
    } finally {
      process.umask(old);
    }
    const folders = readdirSync(objects).filter((name) => !before.includes(name));
    assert.ok(folders.length > 0);
    for (const folder of folders) {
      assert.is(modeOf(join(objects, folder)), folderMode);
      for (const file of readdirSync(join(objects, folder)))
        assert.is(modeOf(join(objects, folder, file)), fileMode);
    }
  });

test('hidden edits in a worktree are found: bits, sparse settings, a lost or broken index', async () => {
  for (const script of [
    'git update-index --skip-worktree a; echo 22 > a',
    'git update-index --assume-unchanged a; echo 22 > a',
    'echo 22 > a; rm "$(git rev-parse --git-dir)/index"',
    'echo 22 > a; touch "$(git rev-parse --git-dir)/index.lock"',
    'echo 22 > a; git sparse-checkout set --no-cone a .gitignore',
  ]) {
    const made = await rig();
    const worktree = await made.add('x');
    run(worktree.path, script);
    const { tree: result } = await made.worktrees.resultOf(worktree, {
      base: worktree.commit,
      message: 'x',
    });
    assert.equal(await listTree(made, result), ['100644 .gitignore', '100644 a', '100644 d/b'], script);
    assert.is(await made.git('cat-file', 'blob', `${result}:a`), '22', script);
    assert.equal(await made.worktrees.remove(worktree), []);
  }
});

test('what is there already is left alone, and names are told apart on any disk', async () => {
  const made = await rig();
  const name = basename(made.dir);
  await made.git('branch', 'task/x');
  await made.git('branch', 'task/DEEP/er');
  const dir = made.place;
  write(dir, { [`${name}.folder/file`]: 'theirs' });
  await made.git('worktree', 'add', '--quiet', '--lock', '-b', 'foreign', join(tempDir(), `${name}.locked`));
  const named = async (id: string) => {
    const { path, branch } = await made.add(id);
    return `${basename(path).slice(name.length)} ${branch}`;
  };
  assert.is(await named('x'), '.x task/x-2');
  assert.is(await named('deep'), '.deep task/deep-2');
  assert.is(await named('folder'), '.folder-2 task/folder');
  assert.is(await named('locked'), '.locked-2 task/locked');
  assert.is(await named('Api'), '.Api task/Api');
  assert.is(await named('api'), '.api-2 task/api-2');
  assert.is(await named('a..b'), '.a.b task/a.b');
  assert.is(await named('lock'), '-lock task/lock');
  assert.is(await named('x.lock'), '.x-lock task/x-lock');
  assert.equal(tree(join(dir, `${name}.folder`)), { file: 'theirs' });
  assert.is(await made.git('rev-parse', 'task/x'), await made.head());
});

test('a branch called task, or an unborn one somebody is on', async () => {
  const made = await rig();
  const linked = await made.worktree({ branch: 'other' });
  await linked.git('symbolic-ref', 'HEAD', 'refs/heads/task/unborn');
  assert.is((await made.add('unborn')).branch, 'task/unborn-2');
  const other = await rig();
  await other.git('branch', 'task');
  assert.is((await other.add('a')).branch, 'ptask/a');
  const third = await rig();
  await third.git('branch', 'task');
  await third.git('branch', 'ptask');
  assert.is((await third.add('a')).branch, 'ptask-task-a');
});

test('where the folder cannot be, they lie in .ptask', async () => {
  const made = await rig();
  write(made.dir, { file: 'in the way' });
  const worktrees = new Worktrees(made.repository, {
    dir: join(made.dir, 'file'),
    view: viewOf(made.repository),
    undoLog: () => {},
  });
  const worktree = await worktrees.add(await beginning(made, 'x', await made.head()));
  assert.is(worktree.path, join(made.dir, '.ptask/worktrees/x'));
  assert.match(worktree.elsewhere ?? '', /EEXIST|ENOTDIR/);
});

test('removal copes with read-only folders, repositories, locks, odd names and a process inside', async () => {
  const made = await rig();
  const before = gitFingerprint(join(made.dir, '.git'));
  const worktree = await made.add('x');
  const { path } = worktree;
  run(
    path,
    'mkdir -p ro/in nested; echo x > ro/in/f; cd nested; git init -q; echo x > f; git add f; git commit -qm x',
  );
  writeFileSync(Buffer.concat([Buffer.from(`${path}/ro/in/bytes-`), Buffer.from([0xff])]), 'b');
  chmodSync(join(path, 'ro/in'), 0o500);
  chmodSync(join(path, 'ro'), 0);
  await made.git('worktree', 'lock', path);
  const inside = spawn('sleep', ['30'], { cwd: join(path, 'nested') });
  try {
    assert.equal(await made.worktrees.remove(worktree), []);
  } finally {
    inside.kill('SIGKILL');
  }
  assert.not.ok(exists(path));
  assert.equal(gitFingerprint(join(made.dir, '.git')), before);
});

test('removal leaves what is not ours any more, and says so', async () => {
  const made = await rig();
  const replaced = await made.add('replaced');
  rmSync(replaced.path, { recursive: true });
  write(replaced.path, { '.git/HEAD': 'theirs', file: 'theirs' });
  const [why, ...more] = await made.worktrees.remove(replaced, { keepBranch: true });
  assert.match(why ?? '', /is not our worktree any more/);
  assert.equal(more, []);
  assert.is(readFileSync(join(replaced.path, 'file'), 'utf8'), 'theirs');

  const held = await made.add('held');
  run(held.path, 'git switch -q --detach');
  const linked = await made.worktree({ branch: 'elsewhere' });
  await linked.git('switch', '-q', 'task/held');
  assert.match((await made.worktrees.remove(held)).join(), /task\/held was left: it is checked out in/);

  const amended = await made.add('amended');
  run(amended.path, 'git commit -q --amend --allow-empty -m other; git branch foo; git switch -qc bar');
  assert.equal(await made.worktrees.remove(amended), []);
  const left = await branches(made);
  assert.ok(left.includes('foo') && left.includes('bar') && !left.includes('task/amended'), left.join());

  // Told in the undo log and never made; meanwhile somebody has made a branch of that name.
  const orphan = await made.git('commit-tree', 'HEAD^{tree}', '-m', 'theirs');
  await made.git('branch', 'task/foreign', orphan);
  const owned: PtaskWorktree = {
    path: join(made.dir, 'nowhere'),
    branch: 'task/foreign',
    gitName: 'never',
    commit: await made.head(),
  };
  assert.match((await removePtaskWorktree(made.repository, owned)).join(), /another one/);
});

test('a kill at any moment is put right from the undo log', { timeout: 180_000 }, async () => {
  const files = Object.fromEntries(
    Array.from({ length: 400 }, (_, i) => [`d${i % 20}/f${i}`, `${i}\n`.repeat(50)]),
  );
  const made = await rig(files);
  const before = gitFingerprint(join(made.dir, '.git'));
  const dir = tempDir();
  for (const afterLedger of [0, 3, 10, 25, 60, 150]) {
    const undoLog = join(tempDir(), 'undo-log');
    writeFileSync(undoLog, '');
    const child = await startChild(made.dir, dir, undoLog, ['one', 'two', 'three']);
    const ended = new Promise((resolve) => child.on('close', resolve));
    while (readFileSync(undoLog, 'utf8') === '') await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setTimeout(resolve, afterLedger));
    // With the git that it has started, as recovery does.
    try {
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch {
      // It was done by then.
    }
    await ended;
    const entries = readFileSync(undoLog, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as UndoLogEntry);
    for (const entry of entries) assert.equal(await removePtaskWorktree(made.repository, entry), []);
    for (const entry of entries) assert.equal(await removePtaskWorktree(made.repository, entry), [], 'again');
    assert.equal(readdirSync(dir), []);
    assert.equal(gitFingerprint(join(made.dir, '.git')), before);
  }
});

test('a branch that was half made when git was killed is put right', async () => {
  const made = await rig();
  const before = gitFingerprint(join(made.dir, '.git'));
  const commit = await made.head();
  write(made.dir, {
    '.git/refs/heads/task/x.lock': `${commit}\n`,
    '.git/logs/refs/heads/task/x': '',
  });
  const owned: PtaskWorktree = { path: join(made.place, 'x'), branch: 'task/x', gitName: 'x', commit };
  assert.equal(await removePtaskWorktree(made.repository, owned), []);
  assert.equal(gitFingerprint(join(made.dir, '.git')), before);
  assert.is((await made.add('x')).branch, 'task/x');
});

test('32 at once from two processes', { timeout: 180_000 }, async () => {
  const made = await rig();
  const dir = tempDir();
  const undoLog = join(tempDir(), 'undo-log');
  const ids = Array.from({ length: 16 }, (_, i) => `t${i}`);
  // The lock of one that was killed.
  write(made.dir, {
    '.git/ptask/worktrees/lock-3': JSON.stringify({ ...thisProcess(), pid: 999999999 }),
  });
  const children = await Promise.all([1, 2].map(() => startChild(made.dir, dir, undoLog, ids)));
  const codes = await Promise.all(
    children.map((child) => new Promise((resolve) => child.on('close', resolve))),
  );
  assert.equal(codes, [0, 0]);
  assert.is(readdirSync(dir).length, 32);
  assert.is((await branches(made)).length, 33);
  for (const name of readdirSync(dir)) assert.is(run(join(dir, name), 'git status --porcelain'), '');
  assert.is(holderOf(join(made.dir, '.git/ptask/worktrees')), undefined);
});

test('one that fails leaves nothing', async () => {
  const made = await rig();
  const before = gitFingerprint(join(made.dir, '.git'));
  try {
    await made.worktrees.add({ ...(await beginning(made, 'x', 'HEAD')), head: `${'0'.repeat(39)}1` });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /git update-ref/);
  }
  assert.equal(gitFingerprint(join(made.dir, '.git')), before);
  assert.equal(
    made.undoLog.map(({ op }) => op),
    ['make', 'gone'],
  );
});

let adder: Promise<string> | undefined;

async function startChild(top: string, dir: string, undoLog: string, ids: readonly string[]) {
  adder ??= program('support/git-worktrees-child.ts');
  return spawn(process.execPath, [await adder, top, dir, undoLog, ...ids], {
    stdio: 'inherit',
    env: hermeticEnv(),
    detached: true,
  });
}
