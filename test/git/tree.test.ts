// Trees without git: what differs, what is changed, what an index holds and what merges is what git says.

import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { RawPath } from '../../src/base/raw-path.ts';
import { commitAsPtask } from '../../src/git/commit.ts';
import { git, records } from '../../src/git/git.ts';
import { removal, setEntries } from '../../src/git/index-file.ts';
import { IndexStat } from '../../src/git/index-stat.ts';
import { areApart, merge } from '../../src/git/merge.ts';
import { putBlob } from '../../src/git/objects.ts';
import {
  type Blob,
  editTree,
  entriesAfter,
  entriesAt,
  formatTree,
  parseTree,
  treeChanges,
  treeEntries,
  treeOf,
  treeOfIndex,
} from '../../src/git/tree.ts';
import { runGit } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { type Rig, rig } from './rig.ts';

const test = suite('git/tree');

const path = fc.constantFrom('a', 'a/b', 'a/b/c', 'a-b', 'a.c', 'd', 'd/e', 'd/f', 'g/h/i', 'ü', 'z');
const content = fc.constantFrom('1\n2\n3\n4\n5\n6\n', '1\n2\n3\n4\n5\n7\n', 'x\n', '');
const mode = fc.constantFrom('100644', '100644', '100755', '120000');
const files = fc.dictionary(path, fc.record({ content, mode }), { maxKeys: 6 });
type Files = typeof files extends fc.Arbitrary<infer F> ? F : never;

/** Without a file where another one needs a folder. */
const entriesOf = (all: Files): [RawPath, Files[string]][] =>
  Object.entries(all).flatMap(([name, file]) =>
    Object.keys(all).some((other) => other.startsWith(`${name}/`))
      ? []
      : [[Buffer.from(name).toString('latin1') as RawPath, file] as [RawPath, Files[string]]],
  );

async function write({ repository }: Rig, all: Files): Promise<string> {
  const entries = await Promise.all(
    entriesOf(all).map(async ([name, file]) => ({
      ...{ path: name, mode: file.mode },
      oid: await putBlob(repository, Buffer.from(file.content)),
    })),
  );
  return editTree(repository, await treeOf(repository, undefined), entries);
}

async function byGit({ dir, repository }: Rig, from: string, to: string): Promise<string[]> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', from, to];
  const fields = records((await git(repository.top, args)).stdout);
  assert.ok(dir);
  return fields.filter((_, at) => at % 2 === 1).sort();
}

test('what differs, what is changed and what merges, as git says', { timeout: 120_000 }, async () => {
  const made = await rig({});
  const { repository } = made;
  const scratch = tempDir();
  await fc.assert(
    fc.asyncProperty(files, files, files, async (first, second, third) => {
      const [base, ours, theirs] = await Promise.all([first, second, third].map((each) => write(made, each)));
      if (base === undefined || ours === undefined || theirs === undefined) throw new Error('no tree');
      const [ourChanges, theirChanges] = [
        await treeChanges(repository, base, ours),
        await treeChanges(repository, base, theirs),
      ];
      assert.equal(
        ourChanges.map((change) => change.path),
        await byGit(made, base, ours),
      );
      // Changed into the other by git and by hand.
      const gone = ourChanges.filter(({ after }) => after === undefined);
      const rest = ourChanges.filter(({ after }) => after !== undefined);
      const entries = entriesAfter([...gone, ...rest]);
      assert.is(await editTree(repository, base, entries), ours);
      const index = join(scratch, 'index');
      await git(made.dir, ['read-tree', base], { env: { GIT_INDEX_FILE: index } });
      assert.is(await treeOfIndex(repository, new IndexStat(index)), base, 'an index that knows its trees');
      await setEntries(made.dir, index, entries);
      assert.is(await treeOfIndex(repository, new IndexStat(index)), ours, 'one that knows a part of them');
      const held = await treeEntries(repository, ours);
      const at = await entriesAt(repository, ours, [...held.map((entry) => entry.path), 'never' as RawPath]);
      assert.equal(
        [...at].map(([name, entry]) => ({ path: name, ...entry })),
        held.map((entry) => ({ ...entry })),
      );
      if (!areApart(ourChanges, theirChanges)) return;
      const commit = (tree: string, parents: string[]) =>
        commitAsPtask(repository, { tree, parents, message: 'x' });
      const root = await commit(base, []);
      const sides = { base: root, ours: await commit(ours, [root]), theirs: await commit(theirs, [root]) };
      const merged = await merge(repository, sides);
      assert.ok(merged.clean);
      const args = [
        '-c',
        'merge.directoryRenames=false',
        'merge-tree',
        '--write-tree',
        sides.ours,
        sides.theirs,
      ];
      assert.is(merged.tree, await runGit(made.dir, args));
    }),
    { numRuns: 40 },
  );
  assert.is(
    execFileSync('git', ['fsck', '--strict', '--no-dangling'], { cwd: made.dir, encoding: 'utf8' }),
    '',
  );
});

test('one after the other: what stands in the way gives way, and what is not there is not removed', async () => {
  const made = await rig({ files: { 'a/b': '1', 'a/c': '1', d: '1' } });
  const { repository } = made;
  const tree = await made.git('rev-parse', 'HEAD^{tree}');
  const { oid, mode: plain } = (await entriesAt(repository, tree, ['d' as RawPath])).get(
    'd' as RawPath,
  ) as Blob;
  const at = (name: string) => ({ path: name as RawPath, mode: plain, oid });
  const list = async (...entries: Parameters<typeof editTree>[2]) =>
    (await treeEntries(repository, await editTree(repository, tree, entries))).map(
      (entry) => entry.path as string,
    );
  assert.equal(await list(at('a')), ['a', 'd']);
  assert.equal(await list(at('d/e/f')), ['a/b', 'a/c', 'd/e/f']);
  assert.equal(await list(removal('a' as RawPath, oid), removal('x/y' as RawPath, oid)), ['a/b', 'a/c', 'd']);
  const all = ['a/b', 'a/c', 'd'].map((name) => removal(name as RawPath, oid));
  assert.is(await editTree(repository, tree, all), await treeOf(repository, undefined));
});

test('an index without its trees, one with a file that is only meant to be added, and one in conflict', async () => {
  const made = await rig({ files: { 'a/b': '1', c: '1' } });
  const { repository } = made;
  const index = join(tempDir(), 'index');
  await made.git('add', '-N', '.').catch(() => {});
  copyFileSync(join(made.dir, '.git/index'), index);
  const lines = (await made.git('ls-files', '--stage')).split('\n');
  const on = { env: { GIT_INDEX_FILE: index } };
  await git(made.dir, ['read-tree', '--empty'], on);
  await git(made.dir, ['update-index', '--index-info'], { ...on, input: `${lines.join('\n')}\n` });
  assert.is(await treeOfIndex(repository, new IndexStat(index)), await made.git('rev-parse', 'HEAD^{tree}'));
  const oid = lines[0]?.split(' ')[1];
  const sides = [1, 2, 3].map((stage) => `100644 ${oid} ${stage}\tx\n`).join('');
  await git(made.dir, ['update-index', '--index-info'], { ...on, input: sides });
  try {
    await treeOfIndex(repository, new IndexStat(index));
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'git write-tree: x is in conflict');
  }
});

test('a tree object is taken apart and put together', () => {
  const oid = 'ab'.repeat(20);
  const listing = new Map([
    ['a', { mode: '40000', oid }],
    ['a-b', { mode: '100644', oid }],
    ['a0', { mode: '160000', oid }],
  ]);
  const bytes = formatTree(listing);
  assert.match(bytes.toString('latin1'), /^100644 a-b\0.{20}40000 a\0.{20}160000 a0\0/s);
  assert.equal([...parseTree(bytes, 20)].sort(), [...listing]);
});
