// Accesses in their order to what a task reads and writes.
import type { RawPath } from '../../src/base/raw-path.ts';
import type { Access } from '../../src/run/tracing/access.ts';
import { type FileUse, FileUseBuilder } from '../../src/run/tracing/file-use.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/tracing: file use');

/** From `read a`, `rename a b`. */
function use(...lines: string[]): Partial<FileUse> {
  const builder = new FileUseBuilder();
  for (const line of lines) {
    const [kind, path, to] = line.split(' ');
    builder.add({ kind, path, to } as Access);
  }
  const found = Object.entries(builder.use());
  // Only what there is.
  return Object.fromEntries(
    found.filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value > 0)),
  );
}
const paths = (...all: string[]) => all as RawPath[];

test('what is read is read, also where it is written later', () => {
  assert.equal(use('read a', 'read a', 'write a'), { reads: paths('a'), writes: paths('a') });
});

test('what a task has made itself is none that it reads', () => {
  assert.equal(use('create a', 'read a', 'look a'), { writes: paths('a') });
  assert.equal(use('write a', 'read a'), { writes: paths('a') });
});

test('to look for what is then written or removed is not to read it', () => {
  assert.equal(use('look a', 'create a'), { writes: paths('a') });
  assert.equal(use('look a', 'remove a'), { writes: paths('a') });
  assert.equal(use('look a'), { reads: paths('a'), looks: paths('a') });
  assert.equal(use('look a', 'read a'), { reads: paths('a') });
});

test('what is made and removed again is nothing but counted', () => {
  assert.equal(use('create a', 'read a', 'remove a'), { temporary: 1 });
  assert.equal(use('folder d', 'create d/a', 'remove d/a', 'remove d'), { temporary: 1 });
});

test('what was there and is removed is written', () => {
  assert.equal(use('remove a'), { writes: paths('a') });
  assert.equal(use('remove a', 'create a', 'remove a'), { writes: paths('a') });
});

test('a draft that is renamed is what it becomes', () => {
  assert.equal(use('create a.tmp', 'rename a.tmp a'), { writes: paths('a') });
  assert.equal(use('read a', 'create a.tmp', 'rename a.tmp a'), { reads: paths('a'), writes: paths('a') });
});

test('what was there and is renamed is read, and both its names are written', () => {
  assert.equal(use('rename a b'), { reads: paths('a'), writes: paths('a', 'b'), moved: paths('b') });
});

test('a folder that was made is renamed with all that is in it', () => {
  assert.equal(use('folder t', 'create t/a', 'create t/b/c', 'rename t dist'), {
    writes: paths('dist/a', 'dist/b/c'),
    moved: paths('dist'),
  });
});

test('listed are the folders of others', () => {
  assert.equal(use('list src', 'folder dist', 'list dist'), { listed: paths('src') });
});
