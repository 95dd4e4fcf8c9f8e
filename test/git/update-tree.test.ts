// A tree with some paths as they are on the disk now.

import { chmodSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type RawPath, rawPath } from '../../src/base/raw-path.ts';
import { updateTree } from '../../src/git/hash-worktree.ts';
import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';
import { listTree, rig } from './rig.ts';

const test = suite('git/update tree');

test('only the named paths, gone ones removed, ignored ones taken', async () => {
  const made = await rig({
    files: { '.gitignore': '*.log\n', a: '1', b: '1', 'd/x': '1', 'e/x': '1', f: '1', 'l/x': '1' },
  });
  const start = await made.take();
  write(made.dir, { a: '2', b: '2', 'n.log': 'n', ':(top)': 'm' });
  rmSync(join(made.dir, 'd'), { recursive: true });
  rmSync(join(made.dir, 'e'), { recursive: true });
  rmSync(join(made.dir, 'f'));
  renameSync(join(made.dir, 'l'), join(made.dir, 'm'));
  symlinkSync('m', join(made.dir, 'l'));
  write(made.dir, { e: 'file', 'f/x': 'folder' });
  const paths = ['a', 'n.log', ':(top)', 'd/x', 'e', 'e/x', 'f', 'f/x', 'l', 'l/x', 'never'] as RawPath[];
  const next = await updateTree(made.repository, start, paths);
  assert.equal(await listTree(made, next), [
    '100644 .gitignore',
    '100644 :(top)',
    '100644 a',
    '100644 b',
    '100644 e',
    '100644 f/x',
    '120000 l',
    '100644 n.log',
  ]);
  assert.is(await made.git('cat-file', 'blob', `${next}:b`), '1');
  write(made.dir, { a: '3' });
  const last = await updateTree(made.repository, next, [rawPath('a'), rawPath('b')]);
  assert.is(await made.git('cat-file', 'blob', `${last}:a`), '3');
  assert.is(await updateTree(made.repository, start, []), start);
});

test('bytes, modes and kinds tell', async () => {
  const made = await rig({ files: { '.gitattributes': '* text\n', a: '1\n', b: '1', x: '1', 'd/y': '1' } });
  const tree = await made.take();
  const now = (...paths: string[]) => updateTree(made.repository, tree, paths as RawPath[]);
  assert.is(await now('a', 'b', 'x', 'd/y', 'd', 'never', 'd/y/z'), tree);
  write(made.dir, { a: '1\r\n' });
  assert.is.not(await now('a'), tree);
  chmodSync(join(made.dir, 'b'), 0o755);
  assert.ok((await listTree(made, await now('b'))).includes('100755 b'));
  rmSync(join(made.dir, 'x'));
  symlinkSync('b', join(made.dir, 'x'));
  assert.ok((await listTree(made, await now('x'))).includes('120000 x'));
});
