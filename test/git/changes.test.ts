// What has changed since a branch: committed, staged, in the tree, untracked, renamed and deleted.

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { changesSince } from '../../src/git/changes.ts';
import { findRepository, type Repository } from '../../src/git/repository.ts';
import { type Repo, repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('git/changes');

const open = (dir: string): Repository => findRepository(dir) as Repository;

/** The paths, or why there are none. */
async function changed({ dir }: { dir: string }, ref?: string): Promise<string> {
  const found = await changesSince(open(dir), ref);
  return 'why' in found ? `${found.why} | ${found.hint}` : `${found.ref}: ${found.paths.join(' ')}`;
}

const FILES = { a: '1', b: '2', 'c/d': '3', '.gitignore': 'out\n' };

test('whatever is not as in the commit, under both names of what was renamed', async () => {
  const made = await repo({ files: FILES });
  assert.is(await changed(made), 'main: ');
  write(made.dir, { a: 'changed', new: 'x', out: 'ignored', 'c/é "x"\n': 'odd' });
  await made.git('mv', 'b', 'renamed');
  await made.git('rm', '-q', '--cached', 'c/d');
  assert.is(await changed(made), 'main: a b c/d c/Ã© "x"\n new renamed');
  await made.commit({}, 'all of it');
  assert.is(await changed(made), 'main: ', 'of main itself only what is not committed');
  assert.is(await changed(made, 'HEAD~1'), 'HEAD~1: a b c/Ã© "x"\n new renamed');
});

test('what is staged and then as before again has not changed', async () => {
  const made = await repo({ files: FILES });
  write(made.dir, { a: 'staged' });
  await made.git('add', 'a');
  write(made.dir, { a: '1' });
  assert.is(await changed(made), 'main: ');
});

test('the other side of a fork does not count', async () => {
  const made = await repo({ files: FILES });
  await made.git('checkout', '-q', '-b', 'topic');
  await made.commit({ mine: '1' });
  await made.git('checkout', '-q', 'main');
  await made.commit({ theirs: '1' });
  await made.git('checkout', '-q', 'topic');
  assert.is(await changed(made), 'main: mine');
  assert.is(await changed(made, 'main'), 'main: mine');
});

/** A clone on a branch of its own, of a repository on `trunk`. */
async function cloned(): Promise<{ origin: Repo; clone: { dir: string; git: Repo['git'] } }> {
  const origin = await repo({ files: FILES });
  await origin.git('branch', '-m', 'trunk');
  const clone = await repo({ dir: tempDir(), unborn: true });
  await clone.git('remote', 'add', 'origin', origin.dir);
  await clone.git('fetch', '-q', 'origin');
  await clone.git('checkout', '-q', '-b', 'topic', '--no-track', 'origin/trunk');
  return { origin, clone };
}

test('the default branch is what the remote says, else one of a usual name', async () => {
  const { origin, clone } = await cloned();
  write(clone.dir, { a: 'changed' });
  assert.is(
    await changed(clone),
    'no default branch is known to compare with | say what to compare with: --since <ref>',
  );
  await clone.git('remote', 'set-head', 'origin', 'trunk');
  assert.is(await changed(clone), 'origin/trunk: a');
  await clone.git('remote', 'rename', 'origin', 'company/git');
  assert.is(await changed(clone), 'company/git/trunk: a');
  await clone.git('remote', 'set-head', 'company/git', '-d');
  await clone.git('branch', 'master', 'HEAD');
  assert.is(await changed(clone), 'master: a');
  await origin.git('branch', 'main');
  await clone.git('remote', 'add', 'origin', origin.dir);
  await clone.git('fetch', '-q', 'origin');
  assert.is(await changed(clone), 'origin/main: a');
});

test('what cannot be compared is told', async () => {
  const unborn = await repo({ unborn: true });
  assert.match(await changed(unborn), /^there is no commit yet/);
  const made = await repo({ files: FILES });
  for (const ref of ['nope', '--all', '-x', 'main:a', ''])
    assert.is(await changed(made, ref), `there is no commit \`${ref}\` | fetch it, or name another`);
  await made.git('checkout', '-q', '--orphan', 'other');
  await made.git('commit', '-qm', 'other');
  assert.match(
    await changed(made),
    /^HEAD and main have no commit in common here \| if this is a shallow clone/,
  );
});

test('a submodule whose commit has changed, and a repository that git does not know', async () => {
  const inner = await repo({ files: { x: '1' } });
  const made = await repo({ files: FILES });
  await made.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.dir, 'sub');
  await made.commit({}, 'with a submodule');
  const nested = await repo({ dir: join(made.dir, 'nested'), files: { y: '1' } });
  assert.ok(nested);
  write(made.dir, { 'sub/x': 'dirty' });
  assert.is(await changed(made), 'main: nested/');
  await made.git('-C', 'sub', '-c', 'user.name=x', '-c', 'user.email=x@y', 'commit', '-qam', 'more');
  assert.is(await changed(made), 'main: nested/ sub/');
});

test('from a folder below, and by way of a link to the work tree', async () => {
  const made = await repo({ files: FILES });
  write(made.dir, { 'c/d': 'changed' });
  assert.is(await changed({ dir: join(made.dir, 'c') }), 'main: c/d');
  const link = join(tempDir(), 'link');
  symlinkSync(made.dir, link);
  assert.is(await changed({ dir: link }), 'main: c/d');
});
