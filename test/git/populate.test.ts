// A worktree is what the user's folder is: bytes, permissions, times, folders, and what git says of it.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { Snapshots } from '../../src/git/snapshot.ts';
import { Worktrees } from '../../src/git/worktrees.ts';
import { hermeticEnv } from '../support/env.ts';
import { type RepoOptions, repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { repositoryAt, viewOf } from './rig.ts';

const test = suite('git/populate');

const run = (cwd: string, script: string) =>
  execFileSync('sh', ['-ec', script], { cwd, env: hermeticEnv(), encoding: 'utf8' });

async function rig(options: RepoOptions) {
  const made = await repo(options);
  const repository = repositoryAt(made.dir);
  const view = viewOf(repository);
  const snapshots = new Snapshots(repository, { scratch: tempDir(), view });
  const worktrees = new Worktrees(repository, { dir: tempDir('w-'), view, undoLog: () => {} });
  /** A worktree as a task would get it now. */
  const open = async (id = 'x') => {
    const content = await snapshots.take({ parents: [], message: 'now' });
    const head = await made.git('rev-parse', '--quiet', '--verify', 'HEAD').catch(() => undefined);
    const worktree = await worktrees.add({ id, head, content });
    worktrees.finish(worktree, content);
    return { worktree, content };
  };
  return { ...made, worktrees, open };
}

/** All but git's own files: kinds, permissions, times to the microsecond and contents. */
function seen(top: string): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (folder: string): void => {
    for (const name of readdirSync(join(top, folder)).sort()) {
      const path = join(folder, name);
      if (path === '.git') continue;
      const stats = lstatSync(join(top, path), { bigint: true });
      const content = stats.isFile()
        ? readFileSync(join(top, path), 'latin1')
        : stats.isSymbolicLink()
          ? readlinkSync(join(top, path))
          : '';
      found[path] = `${stats.mode.toString(8)} ${stats.mtimeNs / 1000n} ${content}`;
      if (stats.isDirectory()) visit(path);
    }
  };
  visit('');
  return found;
}

function aged(top: string, folder = ''): void {
  let second = 1_600_000_000;
  for (const name of readdirSync(join(top, folder)).sort()) {
    if (name === '.git') continue;
    const at = join(top, folder, name);
    if (lstatSync(at).isDirectory()) aged(top, join(folder, name));
    second += 7.125;
    if (!lstatSync(at).isSymbolicLink()) utimesSync(at, second, second);
  }
}

const CONVERTING = [
  '*.txt text eol=crlf',
  '*.u16 text working-tree-encoding=UTF-16LE',
  '*.sec filter=rot',
  '*.id ident',
].join('\n');

test('bytes, permissions, times and folders, whatever git makes of the files', async () => {
  const made = await rig({
    files: { '.gitattributes': `${CONVERTING}\n`, '.gitignore': '*.log\n', tracked: '1' },
  });
  await made.git('config', 'filter.rot.clean', 'tr a-z b-za');
  await made.git('config', 'filter.rot.smudge', 'tr A-Z B-ZA');
  await made.git('config', 'core.autocrlf', 'true');
  await made.git('config', 'core.fileMode', 'false');
  write(made.dir, {
    'lf.txt': 'one\ntwo\r\n',
    'u.u16': Buffer.from('hé\n', 'utf16le'),
    'x.sec': 'abc\n',
    'x.id': '$Id: something of mine $\n',
    plain: 'a\nb\n',
    'sub/run.sh': { content: '#!/bin/sh\n', mode: 0o755 },
    'sub/secret': { content: 's', mode: 0o600 },
    link: { symlink: 'sub' },
  });
  await made.git('add', 'lf.txt', 'u.u16', 'x.sec', 'x.id', 'plain', 'sub/run.sh');
  await made.git('commit', '-qm', 'converted');
  write(made.dir, { tracked: '22', 'new/deep/file': 'n', 'logs/a.log': 'ignored' });
  for (const folder of ['empty', 'sub/none/at/all', 'new/hollow'])
    mkdirSync(join(made.dir, folder), { recursive: true });
  chmodSync(join(made.dir, 'empty'), 0o750);
  aged(made.dir);
  const before = await made.git('status', '--porcelain');
  const { worktree } = await made.open();
  const mine = seen(made.dir);
  delete mine['logs/a.log'];
  assert.equal(seen(worktree.path), mine);
  assert.is(run(worktree.path, 'git status --porcelain').trim(), before.trim());
  assert.is(await made.git('status', '--porcelain'), before);
});

test('what is staged, changed, deleted and untracked is so there as well, and the history is the same', async () => {
  for (const version of ['2', '3', '4']) {
    const made = await rig({ files: { a: '1', b: '1', c: '1', 'd/e': '1', gone: '1', hidden: '1' } });
    await made.git('config', 'index.version', version);
    await made.git('tag', '-am', 'one', 'v1');
    write(made.dir, { a: '22', b: '22', staged: 's', later: 'l', untracked: 'u' });
    await made.git('add', 'b', 'staged');
    await made.git('add', '-N', 'later');
    await made.git('rm', '-q', 'd/e');
    await made.git('update-index', '--assume-unchanged', 'hidden');
    await made.git('update-index', `--index-version=${version}`);
    write(made.dir, { b: '333' });
    run(made.dir, 'rm gone');
    const { worktree } = await made.open();
    const all =
      'git status --porcelain; git diff; git diff --cached; git log --oneline; git describe; git ls-files -v';
    assert.is(run(worktree.path, all), run(made.dir, all), `version ${version}`);
  }
});

test('a split index, a checksum left out, and none at all', async () => {
  const split = await rig({ files: { a: '1', b: '1' } });
  await split.git('update-index', '--split-index');
  write(split.dir, { a: '2', n: 'new' });
  await split.git('add', 'n');
  const { worktree } = await split.open();
  assert.is(run(worktree.path, 'git status --porcelain'), 'A  n\n'.replace('A  n', ' M a\nA  n'));

  const bare = await rig({ files: { a: '1' } });
  run(bare.dir, 'rm .git/index');
  const without = await bare.open();
  assert.is(run(without.worktree.path, 'git status --porcelain'), run(bare.dir, 'git status --porcelain'));

  const unborn = await rig({ unborn: true, files: { a: '1' } });
  const young = await unborn.open();
  assert.is(run(young.worktree.path, 'git status --porcelain'), '?? a\n');
  assert.is(run(young.worktree.path, 'git ls-tree -r HEAD'), '', 'nothing that a push would publish');
});

test('git need not read a file again that it knew, and reads the others', async () => {
  const made = await rig({ files: { same: '1', edited: '1' } });
  aged(made.dir);
  await made.git('status');
  write(made.dir, { edited: '2' });
  const { worktree } = await made.open();
  const modified = run(worktree.path, 'git diff-files --name-only');
  // Without a look at the content git takes what it cannot vouch for as changed.
  assert.is(modified, 'edited\n');
});

test('reused, it is the same as a new one; times that say nothing are left out', async () => {
  const made = await rig({ files: { a: '1', 'd/b': '1', 'd/c': '1' } });
  mkdirSync(join(made.dir, 'hollow'));
  aged(made.dir);
  const first = await made.open();
  run(first.worktree.path, 'echo 2 > a; rm -r d hollow; mkdir -p x/y; chmod 600 .; git commit -qam mine');
  write(made.dir, { a: '3', 'd/new': 'n' });
  aged(made.dir);
  const { content } = await made.open('fresh');
  const reused = await made.worktrees.reuse(first.worktree, {
    id: 'again',
    head: await made.head(),
    content: { ...content, isElsewhere: (path) => path === 'd/b' },
  });
  if (!reused.ok) throw new Error(reused.why);
  made.worktrees.finish(reused.worktree, content);
  const [mine, theirs] = [seen(made.dir), seen(reused.worktree.path)];
  assert.ok(statSync(join(reused.worktree.path, 'd/b')).mtimeMs > statSync(join(made.dir, 'd/b')).mtimeMs);
  delete mine['d/b'];
  delete theirs['d/b'];
  assert.equal(theirs, mine);
  assert.is(run(reused.worktree.path, 'git status --porcelain'), run(made.dir, 'git status --porcelain'));
});

test('a repository of the other kind of names', async () => {
  const dir = tempDir();
  run(dir, 'git init -q -b main --object-format=sha256 && echo 1 > a && git add a && git commit -qm one');
  write(dir, { a: '2', n: 'new' });
  const repository = repositoryAt(dir);
  const view = viewOf(repository);
  const content = await new Snapshots(repository, { scratch: tempDir(), view }).take({
    parents: [],
    message: 'x',
  });
  const worktrees = new Worktrees(repository, { dir: tempDir('w-'), view, undoLog: () => {} });
  const head = run(dir, 'git rev-parse HEAD').trim();
  const worktree = await worktrees.add({ id: 'x', head, content });
  assert.is(run(worktree.path, 'git status --porcelain'), ' M a\n?? n\n');
});
