/** The tree that a task finds on another machine: one part of it is made once for all, and comes to the same. */

import { rawPath } from '../../src/base/raw-path.ts';
import { digestOf } from '../../src/cache/action.ts';
import type { TaskInputs } from '../../src/cache/task-inputs.ts';
import { TreeView } from '../../src/cache/tree-view.ts';
import { givenTree, sharedTree } from '../../src/run/remote/given.ts';
import { sharedFiles } from '../../src/run/remote/shared-files.ts';
import { StatCache } from '../../src/store/stat-cache.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('run/remote-given');

const FILES = {
  ...{ 'node_modules/a/x.js': 'x', 'node_modules/b.js': 'b', 'node_modules/cache/c': 'c', 'top.json': '{}' },
  ...{ 'src/a': 'a', 'src/deep/b': 'b' },
};

/** The tree with some folders told to be the same for all, or with none; and what is to be uploaded for it. */
async function both(reads: string[], writes: string[], folders: string[] = []): Promise<[unknown, unknown]> {
  const root = tempDir();
  write(root, FILES);
  const known = new StatCache(tempDir());
  const view = new TreeView(root, known);
  const found = await sharedFiles(root, view, known, ['node_modules/**', 'top.json']);
  const shared = sharedTree(root, found);
  const [read, written] = await Promise.all([view.image(reads), view.image(writes)]);
  const passed = new Map([...written.folders, ...folders.map((path) => [rawPath(path), 0o755] as const)]);
  const inputs = {
    entries: new Map([...read.entries, ...written.entries]),
    ...{ emptyFolders: [], written: { ...written, folders: passed }, own: new Set() },
  } as unknown as TaskInputs;
  const of = (whole: typeof shared): unknown => {
    const tree = givenTree(root, inputs, whole, new Map([['ptask/given/x', Buffer.from('x')]]));
    // All of which the tree is made is there to be uploaded.
    const names = new Set(tree.sources.map(({ digest }) => digest.hash));
    assert.ok(names.has(tree.root.hash));
    for (const { digest, read: bytes } of tree.sources) {
      const [one = Buffer.alloc(0)] = bytes() as Iterable<Uint8Array>;
      assert.equal(digestOf(Buffer.from(one)), digest);
    }
    return { root: tree.root, names: [...names].sort(), files: [...tree.files.keys()].sort() };
  };
  return [of(shared), of({ ...shared, folders: new Map() })];
}

test('a folder that is the same for all is as if it were made for the task', async () => {
  for (const [reads, writes, folders] of [
    [['src/**'], ['out/**'], []],
    // Its writes lead through the folder, or into it.
    [['src/**'], ['*.md'], ['node_modules', 'src']],
    [['src/**'], ['node_modules/cache/**'], []],
    [['node_modules/a/**'], [], []],
    [['src/**'], ['**/x'], ['node_modules', 'node_modules/a', 'node_modules/empty']],
  ] as const) {
    const [whole, made] = await both([...reads], [...writes], [...folders]);
    assert.equal(whole, made);
  }
});
