// Merges in the object store, files of a tree as a checkout makes them, and what differs between trees.

import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { rawPath } from '../../src/base/raw-path.ts';
import { commitTree, peopleOf } from '../../src/git/commit.ts';
import { GitError } from '../../src/git/git.ts';
import { merge, mergeFile } from '../../src/git/merge.ts';
import { Snapshots } from '../../src/git/snapshot.ts';
import { stage } from '../../src/git/stage.ts';
import { treeChanges } from '../../src/git/tree.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir, type Written, write } from '../support/tmp.ts';
import { type Rig, rig, viewOf } from './rig.ts';

const test = suite('git/merge');

type Files = Record<string, Written | undefined>;

/** base ─┬─ ours, and checked out ─┬─▶ merge
 *        └─ theirs ────────────────┘  */
async function merging(files: Record<string, Written>, ours: Files, theirs: Files) {
  const made = await rig({ files });
  const base = await made.head();
  await made.git('switch', '-qc', 'theirs');
  const theirCommit = await made.commit(theirs);
  await made.git('switch', '-q', 'main');
  const ourCommit = await made.commit(ours);
  const sides = { base, ours: ourCommit, theirs: theirCommit };
  return { made, sides, result: await merge(made.repository, sides) };
}

const kinds = ({ result }: Awaited<ReturnType<typeof merging>>) =>
  result.clean
    ? []
    : result.conflicts.map(({ path, kind, stages }) => `${path}: ${kind} ${Object.keys(stages).join('')}`);

const content = (made: Rig, tree: string, path: string) => made.git('cat-file', 'blob', `${tree}:${path}`);

const lines = (...words: string[]) => words.map((word) => `${word}\n`).join('');

test('edits of different places merge, and nothing of the work tree is written', async () => {
  const { made, result } = await merging(
    { f: lines('1', '2', '3', '4', '5') },
    { f: lines('one', '2', '3', '4', '5') },
    { f: lines('1', '2', '3', '4', 'five'), 'new\n"é"': 'n' },
  );
  assert.ok(result.clean);
  assert.is(await content(made, result.tree, 'f'), lines('one', '2', '3', '4', 'five').trimEnd());
  assert.equal(await made.status(), []);
});

test('attributes of the work tree decide: union, binary, a driver', async () => {
  const merged = await merging(
    {
      '.gitattributes': '*.u merge=union\n*.bin -merge\n*.dr merge=driver\n',
      'a.u': 'x\n',
      'a.bin': 'x\n',
      'a.dr': 'x\n',
    },
    { 'a.u': 'o\n', 'a.bin': 'o\n' },
    { 'a.u': 't\n', 'a.bin': 't\n' },
  );
  assert.equal(kinds(merged), ['a.bin: binary 123']);
  assert.is(await content(merged.made, merged.result.tree, 'a.u'), 'o\nt');
});

test('each conflict is told by its own path, its kind and its stages', async () => {
  const files = { text: 'x\n', gone: 'x\n', 'd/x': 'x\n', keep: 'k\n' };
  const merged = await merging(
    files,
    { text: 'o\n', gone: undefined, 'd/x': undefined, d: 'file', both: 'o\n' },
    { text: 't\n', gone: 't\n', 'd/x': 't\n', both: 't\n' },
  );
  assert.equal(kinds(merged), [
    'both: contents 23',
    'd: file/directory 2',
    'd/x: modify/delete 13',
    'gone: modify/delete 13',
    'text: contents 123',
  ]);
});

test('a rename that git follows is a conflict: one after the other would not have followed it', async () => {
  const long = lines(...'abcdefghijklmnop'.split(''));
  for (const [ours, theirs, expected] of [
    [{ old: undefined, new: long }, { old: `${long}more\n` }, 'old: rename 13'],
    [{ old: `${long}more\n` }, { old: undefined, new: long }, 'old: rename 12'],
  ] as const)
    assert.equal(kinds(await merging({ old: long }, ours, theirs)), [expected]);
  const folder = await merging(
    { 'a/1': long, 'a/2': `${long}2` },
    { 'a/1': undefined, 'a/2': undefined, 'b/1': long, 'b/2': `${long}2` },
    { 'a/3': 'new' },
  );
  assert.ok(folder.result.clean);
  assert.is(await content(folder.made, folder.result.tree, 'a/3'), 'new');
});

test('what cannot be merged is an error and never a conflict', async () => {
  const made = await rig({ files: { a: '1' } });
  const head = await made.head();
  for (const theirs of ['nowhere', `${'0'.repeat(39)}1`]) {
    try {
      await merge(made.repository, { base: head, ours: head, theirs });
      assert.unreachable();
    } catch (error) {
      assert.instance(error, GitError);
    }
  }
});

test('one file decided one way', async () => {
  const { made, result } = await merging({ f: 'x\n' }, { f: 'o\n' }, { f: 't\n' });
  if (result.clean) return assert.unreachable();
  const { stages } = result.conflicts[0] as NonNullable<(typeof result.conflicts)[0]>;
  const sides = { base: stages[1]?.oid ?? '', ours: stages[2]?.oid ?? '', theirs: stages[3]?.oid ?? '' };
  const said = async (favour: 'ours' | 'theirs' | 'union') =>
    made.git('cat-file', 'blob', (await mergeFile(made.repository, sides, favour)) ?? '');
  assert.equal([await said('ours'), await said('theirs'), await said('union')], ['o', 't', 'o\nt']);
  write(made.dir, { bin: Buffer.from([0, 1, 2]) });
  const binary = await made.git('hash-object', '-w', 'bin');
  assert.is(await mergeFile(made.repository, { ours: binary, theirs: sides.theirs }, 'ours'), undefined);
});

test('staged files are the bytes of the tree, whatever the attributes say', async () => {
  const files: Record<string, Written> = {
    '.gitattributes':
      '*.txt text eol=crlf\n*.u16 working-tree-encoding=UTF-16LE\n*.sec filter=none\n*.id ident\n',
    'd/a.txt': 'one\ntwo\r\n',
    'u.u16': 'not that encoding',
    'x.sec': 'abc\n',
    'x.id': '$Id$\n',
    run: { content: '#!', mode: 0o755 },
    link: { symlink: 'nowhere' },
    'na\nme "é"': 'n',
  };
  const made = await rig({ files: { a: '1' } });
  await made.git('config', 'filter.none.smudge', 'false');
  await made.git('config', 'filter.none.required', 'true');
  await made.git('config', 'core.autocrlf', 'true');
  const view = viewOf(made.repository);
  const snapshots = new Snapshots(made.repository, { scratch: tempDir(), view });
  const before = await made.git('rev-parse', 'HEAD^{tree}');
  write(made.dir, files);
  const { tree } = await snapshots.take({ parents: [], message: 'bytes' });
  const changes = await treeChanges(made.repository, before, tree);
  const folder = join(tempDir(), 'out');
  const staged = await stage(made.repository, view, { changes, folder });
  assert.is(staged.size, changes.length);
  for (const [path, written] of Object.entries(files)) {
    if (typeof written === 'string')
      assert.is(readFileSync(staged.get(rawPath(path)) ?? '', 'utf8'), written, path);
  }
  assert.is(statSync(join(folder, 'run')).mode & 0o100, 0o100);
  assert.is(readlinkSync(join(folder, 'link')), 'nowhere');
});

test('nothing to stage is nothing', async () => {
  const made = await rig({ files: { a: '1' } });
  const folder = join(tempDir(), 'out');
  assert.is((await stage(made.repository, viewOf(made.repository), { changes: [], folder })).size, 0);
  assert.ok(exists(folder));
});

test('commits of people carry their name, or that of the account', async () => {
  const made = await rig({ files: { a: '1' } });
  const head = await made.head();
  const tree = await made.git('rev-parse', 'HEAD^{tree}');
  const commit = { tree, parents: [head], message: 'subject é' };
  const { repository } = made;
  const shown = async () => {
    const oid = await commitTree(repository, commit, await peopleOf(repository));
    return made.git('log', '-1', '--format=%an <%ae>|%cn|%s', oid);
  };
  assert.is(await shown(), 'Ada <ada@example.com>|Ada|subject é');
  const kept = { ...process.env };
  try {
    for (const name of Object.keys(process.env))
      if (/^GIT_(AUTHOR|COMMITTER)_/.test(name)) delete process.env[name];
    await made.git('config', 'user.useConfigOnly', 'true');
    assert.match(await shown(), /^\S+ <ptask@localhost>\|\S+\|subject é$/);
  } finally {
    Object.assign(process.env, kept);
  }
});
