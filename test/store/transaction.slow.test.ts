// What a transaction refuses, what it never touches, and what is in the way.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { look } from '../../src/base/look.ts';
import { locate } from '../../src/base/raw-path.ts';
import { type Fingerprint, fingerprintOf } from '../../src/base/stat-fingerprint.ts';
import type { Change, PathState } from '../../src/store/change.ts';
import { ObjectStore } from '../../src/store/objects.ts';
import { recover, Transactions } from '../../src/store/transaction.ts';
import { rawTree } from '../support/raw-tree.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { asOrdinaryUser, type Bench, bench, raw } from './support.ts';

const test = suite('store/transaction');

const absent: PathState = { kind: 'absent' };
const file = ({ store }: Bench, content: string, mode = 0o644): PathState => ({
  kind: 'file',
  mode,
  content: { oid: store.putBytes(Buffer.from(content)) },
});
const printAt = (root: string, path: string): Fingerprint => {
  const stats = look(locate(root, raw(path)));
  if (stats === undefined) throw new Error(`nothing at ${path}`);
  return fingerprintOf(stats);
};
const change = (path: string, after: PathState, before?: Fingerprint): Change => ({
  path: raw(path),
  ...(before !== undefined && { before }),
  after,
});

async function refused(here: Bench, changes: Change[], edited: string[]): Promise<void> {
  const before = rawTree(here.root);
  assert.equal(await here.transactions.replace(changes, 'test'), { ok: false, edited });
  assert.equal(rawTree(here.root), before);
  assert.not.ok(existsSync(join(here.folder, '0001')));
}

test('a file that was edited since, made since or is gone refuses all of it, by name', async () => {
  const here = bench();
  write(here.root, { a: 'a', b: 'b', c: 'c', d: 'd' });
  const prints = ['a', 'b', 'c'].map((name) => printAt(here.root, name));
  writeFileSync(join(here.root, 'b'), 'B');
  rmSync(join(here.root, 'c'));
  const changes = ['a', 'b', 'c'].map((name, index) => change(name, file(here, 'new'), prints[index]));
  await refused(here, [...changes, change('d', file(here, 'new'), 'absent')], ['b', 'c', 'd']);
});

test('paths outside of the root, of git and of ptask are nobody’s to change', async () => {
  const here = bench();
  for (const path of [
    '',
    '/a',
    '../a',
    'a/../b',
    'a//b',
    './a',
    '.git/config',
    '.GIT',
    'a/.PTASK',
    '.ptask/x',
    'a\0b',
  ]) {
    const error = await here.transactions
      .replace([change(path, absent)], 'test')
      .catch((thrown: Error) => thrown);
    assert.instance(error, Error, path);
  }
  const both = [change('a', file(here, '')), change('a/b', file(here, ''))];
  assert.instance(await here.transactions.replace(both, 'test').catch((thrown: Error) => thrown), Error);
});

test('nothing is written or removed through a link to a folder', async () => {
  const here = bench();
  const outside = tempDir();
  write(outside, { x: 'user' });
  symlinkSync(outside, join(here.root, 'link'));
  await refused(here, [change('link/x', file(here, 'new'))], ['link']);
  await refused(here, [change('link/new/x', file(here, 'new'))], ['link']);
  const result = await here.transactions.replace(
    [change('link/x', absent)],
    'there is no such file in the root',
  );
  assert.ok(result.ok);
  assert.equal(readFileSync(join(outside, 'x'), 'utf8'), 'user');
});

test('a folder that holds something else is in the way of a file', async () => {
  const here = bench();
  write(here.root, { 'd/mine': 'user', 'd/e/x': 'x' });
  await refused(here, [change('d', file(here, 'new')), change('d/e/x', absent)], ['d/mine']);
});

test('a file is in the way of a folder unless it goes by a change of its own', async () => {
  const here = bench();
  write(here.root, { f: 'user' });
  await refused(here, [change('f/g', file(here, 'new'))], ['f']);
  assert.ok(
    (await here.transactions.replace([change('f/g', file(here, 'new')), change('f', absent)], 'test')).ok,
  );
});

test('only folders that a deletion has emptied go', async () => {
  const here = bench();
  write(here.root, { 'a/b/c': 'c', 'a/e/': '', 'x/y/z': 'z', 'x/mine': 'user', 'p/q/r': 'r' });
  const changes = ['a/b/c', 'x/y/z', 'p/q/r'].map((path) => change(path, absent));
  assert.ok((await here.transactions.replace(changes, 'test')).ok);
  assert.equal(Object.keys(rawTree(here.root)), ['a/', 'a/e/', 'x/', 'x/mine']);
});

test('names of one file: the others keep their content, also when all is undone', async () => {
  const here = bench();
  write(here.root, { a: 'one' });
  linkSync(join(here.root, 'a'), join(here.root, 'b'));
  const print = printAt(here.root, 'a');
  const changes = [change('a', file(here, 'A'), print), change('b', absent, print)];
  const result = await here.transactions.replace(changes, 'test');
  assert.equal(result, { ok: true, id: '0001' });
  assert.equal(rawTree(here.root), { a: '644 A' });
});

test('an edit that is made while the changes are being made takes all of them back', {
  timeout: 60_000,
}, async () => {
  const here = bench();
  const names = Array.from({ length: 3_000 }, (_, index) => `f${index}`);
  write(here.root, Object.fromEntries(names.map((name) => [name, 'old'])));
  const before = rawTree(here.root);
  const running = here.transactions.replace(
    names.map((name) => change(name, file(here, 'new'))),
    'test',
  );
  while (!existsSync(join(here.folder, '0001/manifest'))) await nextTurn();
  write(here.root, { f2999: 'typed by a person' });
  assert.equal(await running, { ok: false, edited: ['f2999'] });
  assert.equal(rawTree(here.root), { ...before, f2999: '644 typed by a person' });
});

test('undo names what was edited since', async () => {
  const here = bench();
  write(here.root, { a: 'a', b: 'b', c: 'c' });
  const changes = ['a', 'b', 'new'].map((path) => change(path, file(here, 'x')));
  await here.transactions.replace([...changes, change('c', absent)], 'test');
  write(here.root, { a: 'y', c: 'again' });
  // The same content again is no edit.
  rmSync(join(here.root, 'b'));
  write(here.root, { b: 'x' });
  assert.equal((await here.transactions.undo('0001')).edited, ['a', 'c']);
});

test('a damaged or missing saved content is told by the path it was for, and nothing changes', async () => {
  const here = bench();
  write(here.root, { a: 'user' });
  const oid = here.store.putBytes(Buffer.from('saved'));
  const object = join(here.root, '.ptask/store', oid.slice(0, 2), oid.slice(2));
  const wanted = change('a', { kind: 'file', mode: 0o644, content: { oid } });
  writeFileSync(object, 'SAVED');
  for (const what of ['damaged', 'missing']) {
    const error = (await here.transactions
      .replace([wanted], 'test')
      .catch((thrown: unknown) => thrown)) as Error;
    assert.match(error.message, new RegExp(`^a cannot be put back: the saved content ${oid} is ${what}$`));
    rmSync(object, { force: true });
  }
  assert.equal(rawTree(here.root), { a: '644 user' });
});

test('a FIFO is neither replaced nor waited for', async () => {
  const here = bench();

  execFileSync('mkfifo', [join(here.root, 'pipe')]);
  await refused(here, [change('pipe', file(here, 'new'))], ['pipe']);
  const gone = await here.transactions.replace([change('pipe', absent)], 'removed');
  assert.ok(gone.ok);
  assert.not.ok(existsSync(join(here.root, 'pipe')));
});

const isRoot = process.geteuid?.() === 0;
const ofOthers = 'a file of somebody else stays his, with its permissions, when root replaces it';
const othersTest = async (): Promise<void> => {
  const here = bench();
  write(here.root, { a: { content: 'a', mode: 0o644 }, tool: { content: 'b', mode: 0o755 } });
  const whose = (path: string): string => {
    const { uid, gid, mode } = lstatSync(join(here.root, path));
    return `${uid}:${gid} ${(mode & 0o7777).toString(8)}`;
  };
  for (const path of ['a', 'tool']) chownSync(join(here.root, path), 4711, 4712);
  chmodSync(join(here.root, 'tool'), 0o6755);
  const changes = [change('a', file(here, 'A')), change('tool', file(here, 'B', 0o6755))];
  const done = await here.transactions.replace(changes, 'test');
  assert.ok(done.ok);
  assert.is(readFileSync(join(here.root, 'tool'), 'utf8'), 'B');
  assert.equal([whose('a'), whose('tool')], ['4711:4712 644', '4711:4712 6755']);
};
if (isRoot) test(ofOthers, othersTest);
else test.skip(ofOthers, 'only root may give files away');

test(
  'on another file system than the root: copied, rolled back and undone all the same',
  asOrdinaryUser(async () => {
    if (!existsSync('/dev/shm') || lstatSync('/dev/shm').dev === lstatSync(tempDir()).dev) return;
    const folder = mkdtempSync('/dev/shm/tx-');
    try {
      const here = bench();
      const transactions = new Transactions(
        folder,
        here.root,
        new ObjectStore(join(here.root, '.ptask/store')),
      );
      write(here.root, { a: 'a', 'd/x': 'x', l: { symlink: 'a' }, ro: { content: 'ro', mode: 0o4444 } });
      mkdirSync(join(here.root, 'locked'));
      write(here.root, { 'locked/y': 'y' });
      chmodSync(join(here.root, 'locked'), 0o555);
      const before = rawTree(here.root);
      const changes = [
        change('a', file(here, 'A')),
        change('d/x', absent),
        change('d', file(here, 'D')),
        change('l', { kind: 'link', target: raw('b') }),
        change('ro', absent),
        change('locked/y', file(here, 'Y', 0o600)),
        change('n/e/w', file(here, 'new')),
      ];
      const result = await transactions.replace(changes, 'test');
      assert.equal(result, { ok: true, id: '0001' });
      const after = rawTree(here.root);
      assert.equal(after, {
        a: '644 A',
        d: '644 D',
        l: '-> b',
        'locked/': '555',
        'locked/y': '600 Y',
        'n/': '755',
        'n/e/': '755',
        'n/e/w': '644 new',
      });
      const { changes: back } = await transactions.undo('0001');
      assert.ok((await transactions.replace(back, 'undo')).ok);
      assert.equal(rawTree(here.root), before);
      // As if killed just before the end.

      renameSync(join(folder, '0002/done'), join(folder, '0002/manifest'));
      assert.equal(await recover(folder, here.root), { rolledBack: ['undo'], edited: [] });
      assert.equal(rawTree(here.root), after);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }),
);
