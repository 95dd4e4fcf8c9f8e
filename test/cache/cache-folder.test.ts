// Where results are kept: all worktrees of a repository have one place.

import { join } from 'node:path';
import { cacheFolderOf, cacheStoreOf } from '../../src/cache/cache-folder.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, tree, write } from '../support/tmp.ts';

const test = suite('cache/cache-folder');

const at = (root: string, dir?: string) => ({ root, cache: { dir } });

test('in a repository: in the git folder that all worktrees share, whatever folder the config lies in', async () => {
  const { dir, worktree } = await repo({ files: { 'sub/a': '' } });
  const expected = { folder: join(dir, '.git/ptask/cache'), mode: 0o777 };
  const linked = await worktree({ branch: 'other' });
  for (const root of [dir, join(dir, 'sub'), linked.dir, join(linked.dir, 'sub')])
    assert.equal(cacheFolderOf(at(root), { HOME: '/' }), expected, root);
  assert.equal(Object.keys(tree(dir)), ['sub/a'], 'and nothing is made');
});

test('where the config or the environment says; an empty one says nothing', async () => {
  const { dir } = await repo();
  assert.is(cacheFolderOf(at(dir, '/named'), {})?.folder, '/named');
  assert.is(cacheFolderOf(at(dir, '/named'), { PTASK_CACHE_DIR: '/other' })?.folder, '/other');
  assert.is(cacheFolderOf(at(dir), { PTASK_CACHE_DIR: 'of/mine' })?.folder, join(dir, 'of/mine'));
  assert.is(cacheFolderOf(at(dir), { PTASK_CACHE_DIR: '' })?.folder, join(dir, '.git/ptask/cache'));
  assert.is(cacheStoreOf(at(dir, '/named'), {})?.folder.path, '/named');
});

test('without a repository: among the user’s own files, where nobody else looks', () => {
  const [root, home] = [tempDir(), tempDir()];
  const place = cacheFolderOf(at(root), { XDG_CACHE_HOME: home });
  assert.match(place?.folder ?? '', new RegExp(`^${home}/ptask/.+-[0-9a-f]{12}/cache$`));
  assert.is(place?.mode, 0o700);
  assert.is(cacheFolderOf(at(join(root, 'gone')), { XDG_CACHE_HOME: home }), undefined);
});

test('where nothing may be written to there is none', () => {
  const root = tempDir();
  write(root, { file: '' });
  assert.is(cacheFolderOf(at(root), { XDG_CACHE_HOME: join(root, 'file/home') }), undefined);
  assert.is(cacheStoreOf(at(root), { XDG_CACHE_HOME: join(root, 'file/home') }), undefined);
});
