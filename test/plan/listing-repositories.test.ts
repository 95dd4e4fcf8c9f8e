// What is listed of repositories of every kind: all that a task may touch, and nothing that is git's own.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles } from '../../src/plan/listing.ts';
import { wantsOf } from '../../src/plan/touches.ts';
import { repo, runGit, worktreeAt } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('plan/listing-repositories');
const all = (root: string): string[] => listFiles(root, wantsOf(['**']));

test('tracked, staged, untracked and ignored files, but for those that are gone', async () => {
  const { dir, git } = await repo({ files: { '.gitignore': 'dist\n', tracked: '', gone: '' } });
  write(dir, { staged: '', untracked: '', 'dist/ignored': '', 'empty/keep': '' });
  await git('add', 'staged');
  await git('rm', '--quiet', 'gone');
  assert.equal(all(dir), ['.gitignore', 'dist/ignored', 'empty/keep', 'staged', 'tracked', 'untracked']);
});

test('submodules and nested repositories are folders like others, without what is in their .git', async () => {
  const inner = await repo({ files: { 'src/inner': '' } });
  const { dir, git } = await repo({ files: { outer: '' } });
  await git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.dir, 'sub');
  mkdirSync(join(dir, 'deep/nested'), { recursive: true });
  const nested = await repo({ dir: join(dir, 'deep/nested'), files: { file: '' } });
  write(dir, { 'odd/.git': 'gitdir: ../elsewhere\n', 'odd/file': '', 'not/.gitx': '', 'not/x.git/HEAD': '' });
  mkdirSync(join(dir, 'linked'));
  symlinkSync(join(nested.dir, '.git'), join(dir, 'linked/.git'));
  assert.equal(all(dir), [
    ...['.gitmodules', 'deep/nested/file', 'not/.gitx', 'not/x.git/HEAD'],
    ...['odd/file', 'outer', 'sub/src/inner'],
  ]);
});

test('what is in .git is not listed for who asks for it either', async () => {
  const { dir } = await repo({ files: { file: '' } });
  assert.equal(listFiles(dir, wantsOf(['.git/**', '.git/config', '*/config', 'file'])), ['file']);
});

test('a linked worktree', async () => {
  const { worktree } = await repo({ files: { 'src/a': '' } });
  const { dir } = await worktree({ branch: 'other' });
  write(dir, { new: '' });
  assert.equal(all(dir), ['new', 'src/a']);
});

test('a bare repository is a folder of files, and so is one outside git', async () => {
  const { dir } = await repo({ files: { file: '' } });
  const bare = join(tempDir(), 'bare');
  await runGit(dir, ['clone', '--quiet', '--bare', dir, bare]);
  assert.ok(all(bare).includes('HEAD'));
  const plain = tempDir();
  write(plain, { 'a/b': '' });
  assert.equal(all(plain), ['a/b']);
});

test('sparse: only what is there', async () => {
  const { dir, git } = await repo({ files: { 'a/x': '', 'b/x': '', top: '' } });
  await git('sparse-checkout', 'set', 'a');
  assert.equal(all(dir), ['a/x', 'top']);
  assert.equal(await worktreeAt(dir).status(), []);
});

test('names with newlines, spaces, quotes and signs of patterns', () => {
  if (process.platform === 'win32') return;
  const root = tempDir();
  const names = ['a\nb', ' c ', '"d"', '*', '[e]', '-f', 'g\\h', 'ü', '\u{1f600}'];
  write(root, Object.fromEntries(names.map((name) => [`in\n${name}/${name}`, ''])));
  assert.equal(all(root), names.map((name) => `in\n${name}/${name}`).sort());
});

test('links are files wherever they lead, and circles end', () => {
  const root = tempDir();
  write(root, { 'a/file': '' });
  for (const [link, target] of [
    ['a/up', '..'],
    ['a/dead', 'nowhere'],
    ['a/self', 'self'],
    ['b', 'a'],
  ] as const)
    symlinkSync(target, join(root, link));
  assert.equal(all(root), ['a/dead', 'a/file', 'a/self', 'a/up', 'b']);
});

test('what is no file and no folder is listed too', () => {
  if (process.platform === 'win32') return;
  const root = tempDir();
  execFileSync('mkfifo', [join(root, 'pipe')]);
  assert.equal(all(root), ['pipe']);
});
