// A tree with some paths as they are on the disk now.

import { chmodSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type RawPath, rawPath } from '../../src/base/raw-path.ts';
import { treeChanges } from '../../src/git/diff.ts';
import { isUnchanged } from '../../src/git/unchanged.ts';
import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';
import { listTree, rig } from './rig.ts';

const test = suite('git/snapshot update');

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
  const next = await made.snapshots.update(start, paths);
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
  const last = await made.snapshots.update(next, [rawPath('a'), rawPath('b')]);
  assert.is(await made.git('cat-file', 'blob', `${last}:a`), '3');
  assert.is(await made.snapshots.update(start, []), start);
});

test('a file that is unchanged is told by its content as git adds it, and by its mode', async () => {
  const made = await rig({
    files: { '.gitattributes': '*.txt text\n', 'a.txt': '1\n', b: '1', 'l/x': '1', x: '1' },
  });
  const top = made.dir;
  const tree = await made.take();
  const same = (...paths: string[]) => isUnchanged(top, tree, paths as RawPath[], false);
  assert.ok(await same('a.txt', 'b', 'never', 'l/never', 'l/x'));
  write(top, { 'a.txt': '1\r\n' });
  assert.ok(await same('a.txt'), 'git would add it with the line end that it has in the tree');
  write(top, { b: '2' });
  assert.not.ok(await same('a.txt', 'b'));
  write(top, { b: '1' });
  assert.ok(await same('b'));
  chmodSync(join(top, 'b'), 0o755);
  assert.not.ok(await same('b'));
  chmodSync(join(top, 'b'), 0o644);
  rmSync(join(top, 'x'));
  assert.not.ok(await same('x'), 'it is gone');
  write(top, { never: 'now' });
  assert.not.ok(await same('never'), 'it is new');
  assert.not.ok(await same('l'), 'a folder');
  symlinkSync('b', join(top, 'x'));
  assert.not.ok(await same('x'), 'a link');
  assert.not.ok(await same('one\nother'), 'not to be asked for in lines');
});

test('what a tree led to is followed, whatever stands where', async () => {
  const made = await rig({ files: { a: '1', 'b/x': '1', c: '1' } });
  const start = await made.take();
  write(made.dir, { a: '2' });
  const second = await made.snapshots.update(start, [rawPath('a')]);
  rmSync(join(made.dir, 'b'), { recursive: true });
  rmSync(join(made.dir, 'c'));
  write(made.dir, { b: 'file', 'c/x': 'folder' });
  const third = await made.take();
  await made.snapshots.follow(second, third, await treeChanges(made.repository, second, third));
  write(made.dir, { a: '4' });
  const last = await made.snapshots.update(third, [rawPath('a')]);
  assert.equal(await listTree(made, last), ['100644 a', '100644 b', '100644 c/x']);
  assert.is(await made.git('cat-file', 'blob', `${last}:a`), '4');
});
