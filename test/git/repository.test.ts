// Finding the repository, and what keeps tasks from being isolated in it.

import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rawPath, shownPath } from '../../src/base/raw-path.ts';
import { GitError, git } from '../../src/git/git.ts';
import { indexOf } from '../../src/git/hook-index.ts';
import { whyNotIsolated } from '../../src/git/isolatable.ts';
import { findRepository, ignored, submodulesAndNested } from '../../src/git/repository.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { repositoryAt } from './rig.ts';

const test = suite('git/repository');

test('found from below, through a link, in a linked worktree, and not where there is none', async () => {
  const made = await repo({ files: { 'a/b/f': '1' } });
  const gitDir = join(made.dir, '.git');
  assert.equal(findRepository(join(made.dir, 'a/b')), {
    top: made.dir,
    gitDir,
    index: join(gitDir, 'index'),
    commonDir: gitDir,
    prefix: 'a/b',
  });
  const link = join(tempDir(), 'link');
  symlinkSync(join(made.dir, 'a'), link);
  assert.is(findRepository(link)?.prefix, 'a');
  const linked = await made.worktree({ branch: 'x' });
  const found = repositoryAt(linked.dir);
  assert.equal([found.top, found.commonDir, found.prefix], [linked.dir, gitDir, '']);
  assert.is(found.gitDir, await linked.git('rev-parse', '--git-dir'));
  write(made.dir, { 'a/.git/nothing': 'x' });
  assert.is(repositoryAt(join(made.dir, 'a')).top, made.dir);
  assert.is(findRepository(tempDir()), undefined);
});

test('in a hook the index is the one that git is about to commit, and never that of another repository', async () => {
  const made = await repo({ files: { a: '1' } });
  const other = await repo({ files: { a: '1' } });
  const at = repositoryAt(made.dir);
  const own = join(at.gitDir, 'index');
  write(made.dir, { '.git/next-index-1.lock': '' });
  const next = join(at.gitDir, 'next-index-1.lock');
  assert.is(indexOf(at, { GIT_INDEX_FILE: '.git/index' }), own);
  assert.is(indexOf(at, { GIT_INDEX_FILE: next }), next);
  assert.is(indexOf(at, { GIT_INDEX_FILE: '.git/next-index-1.lock' }), next);
  assert.is(indexOf(at, { GIT_INDEX_FILE: join(other.dir, '.git/index') }), own);
  assert.is(indexOf(at, { GIT_INDEX_FILE: '.git/gone.lock' }), own);
  assert.is(indexOf(at, {}), own);
});

test('a plain, unborn, detached, linked one can isolate', async () => {
  const made = await repo({ files: { a: '1' } });
  assert.is(await whyNotIsolated(repositoryAt(made.dir)), undefined);
  assert.is(await whyNotIsolated(repositoryAt((await made.worktree({ branch: 'x' })).dir)), undefined);
  await made.git('checkout', '-q', '--detach');
  await made.git('bisect', 'start', '-q');
  assert.is(await whyNotIsolated(repositoryAt(made.dir)), undefined);
  assert.is(await whyNotIsolated(repositoryAt((await repo({ unborn: true })).dir)), undefined);
});

test('what is under way, unresolved, sparse or refused by git is named', async () => {
  const why = async (prepare: (made: Awaited<ReturnType<typeof repo>>) => Promise<unknown>) => {
    const made = await repo({ files: { a: '1', 'd/b': '1' } });
    await made.git('switch', '-qc', 'side');
    await made.commit({ a: 'side' });
    await made.git('switch', '-q', 'main');
    await made.commit({ a: 'main' });
    await prepare(made);
    return (await whyNotIsolated(repositoryAt(made.dir))) ?? '';
  };
  const fails = (promise: Promise<unknown>) =>
    promise.then(
      () => assert.unreachable(),
      () => {},
    );
  assert.match(await why(({ git }) => fails(git('merge', 'side'))), 'a merge is in progress');
  assert.match(await why(({ git }) => fails(git('rebase', 'side'))), 'a rebase is in progress');
  assert.match(await why(({ git }) => fails(git('cherry-pick', 'side'))), 'a cherry-pick is in progress');
  assert.match(
    await why(({ git }) => fails(git('revert', 'HEAD~1').then(() => git('revert', 'side')))),
    'a revert is in progress',
  );
  assert.match(
    await why(async (made) => {
      write(made.dir, { a: 'edit' });
      await made.git('stash');
      await made.commit({ a: 'other' });
      await fails(made.git('stash', 'pop'));
    }),
    'unresolved conflicts',
  );
  assert.match(await why(({ git }) => git('sparse-checkout', 'set', 'd')), 'sparse checkout');
  assert.match(await why(({ git }) => git('config', 'core.bare', 'true')), 'bare');
  assert.match(
    await why(({ git }) => git('config', 'core.repositoryFormatVersion', '99')),
    /Expected git repo version/,
  );
  assert.match(await why(({ git }) => git('config', 'core.worktree', tempDir())), 'takes');
});

test('git that is missing or too old is named', async () => {
  const made = await repo({ files: { a: '1' } });
  const path = process.env.PATH;
  const bin = tempDir();
  try {
    process.env.PATH = bin;
    assert.match((await whyNotIsolated(repositoryAt(made.dir))) ?? '', 'the program git was not found');
    writeFileSync(join(bin, 'git'), '#!/bin/sh\necho git version 2.37.4\n', { mode: 0o755 });
    assert.match(
      (await whyNotIsolated(repositoryAt(made.dir))) ?? '',
      'git version 2.37.4 is too old, 2.38 is needed',
    );
  } finally {
    process.env.PATH = path;
  }
});

test('ignored: not what is tracked all the same, and what lies beyond a link', async () => {
  const made = await repo({ files: { '.gitignore': '*.log\nbuild/\n', 'd/x': '1' } });
  write(made.dir, { 'kept.log': '1', 'a.log': '1', ':(top)x.log': '1' });
  symlinkSync('d', join(made.dir, 'l'));
  await made.git('add', '-f', 'kept.log');
  const asked = [
    'kept.log',
    'a.log',
    'new.log',
    'build/x',
    'd/x',
    'l/x',
    'l',
    ':(top)x.log',
    'é.log',
    'é',
  ].map(rawPath);
  const found = await ignored(repositoryAt(made.dir), asked);
  assert.equal([...found].map(shownPath).sort(), [
    ':(top)x.log',
    'a.log',
    'build/x',
    'l/x',
    'new.log',
    'é.log',
  ]);
  assert.is((await ignored(repositoryAt(made.dir), [])).size, 0);
});

test('submodules and repositories inside are listed', async () => {
  const other = await repo({ files: { f: '1' } });
  const made = await repo({ files: { a: '1', '.gitignore': 'hidden/\n' } });
  await made.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other.dir, 'sub');
  for (const name of ['in/nested', 'hidden']) {
    mkdirSync(join(made.dir, name), { recursive: true });
    execFileSync('git', ['init', '-q'], { cwd: join(made.dir, name) });
  }
  assert.equal(await submodulesAndNested(repositoryAt(made.dir)), ['in/nested', 'sub'].map(rawPath));
});

test("a hook's variables do not decide, and an error is a sentence", async () => {
  const made = await repo({ files: { a: '1' } });
  process.env.GIT_DIR = '/nowhere';
  process.env.GIT_ICASE_PATHSPECS = '1';
  try {
    const { stdout } = await git(made.dir, ['rev-parse', 'HEAD']);
    assert.is(stdout.toString().trim(), await made.head());
    await git(made.dir, ['cat-file', '-t', 'nowhere']);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, GitError);
    assert.is((error as Error).message, 'git cat-file: Not a valid object name nowhere');
  } finally {
    delete process.env.GIT_DIR;
    delete process.env.GIT_ICASE_PATHSPECS;
  }
});
