// Trees of directories: what they are made of, and that each bit of what is in one is told by its root.

import fc from 'fast-check';
import { type RawPath, rawPath } from '../../src/base/raw-path.ts';
import { digestOf, encodeDirectory } from '../../src/cache/action.ts';
import { merkleTree, type TreeNode } from '../../src/cache/merkle.ts';
import { oidOf } from '../../src/store/content.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cache/merkle');

type Entries = Map<RawPath, TreeNode>;

const file = (content: string, isExecutable = false): TreeNode => {
  const bytes = Buffer.from(content);
  return { kind: 'file', oid: oidOf(bytes), size: bytes.length, isExecutable };
};
const link = (target: string): TreeNode => ({ kind: 'link', target: rawPath(target) });
const entriesOf = (nodes: Record<string, TreeNode>): Entries =>
  new Map(Object.entries(nodes).map(([path, node]) => [rawPath(path), node]));
const rootOf = (nodes: Record<string, TreeNode>, ...empty: string[]): string =>
  merkleTree(entriesOf(nodes), empty.map(rawPath)).root.hash;

test('a tree of nothing is the empty directory', () => {
  const { root, directories } = merkleTree([]);
  assert.is(root.hash, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  assert.is(root.size, 0);
  assert.equal([...directories], [[root.hash, Buffer.alloc(0)]]);
});

test('each folder is a message that names what is in it, and all of them are there', () => {
  const [a, b] = [file('a'), file('b', true)];
  const { root, directories } = merkleTree(entriesOf({ 'one/two/b': b, a, 'one/l': link('../a') }), [
    rawPath('empty/in/it'),
  ]);
  const none = { files: [], directories: [], symlinks: [] };
  const fileNode = (name: string, node: TreeNode) => {
    assert.ok(node.kind === 'file');
    const { oid: hash, size, isExecutable } = node;
    return { name: rawPath(name), digest: { hash, size }, isExecutable };
  };
  const node = (name: string, bytes: Buffer) => ({ name: rawPath(name), digest: digestOf(bytes) });
  const two = encodeDirectory({ ...none, files: [fileNode('b', b)] });
  const symlinks = [{ name: rawPath('l'), target: rawPath('../a') }];
  const one = encodeDirectory({ ...none, directories: [node('two', two)], symlinks });
  const it = encodeDirectory(none);
  const inside = encodeDirectory({ ...none, directories: [node('it', it)] });
  const empty = encodeDirectory({ ...none, directories: [node('in', inside)] });
  const top = encodeDirectory({
    ...none,
    files: [fileNode('a', a)],
    directories: [node('empty', empty), node('one', one)],
  });
  assert.equal(root, digestOf(top));
  const expected = [two, one, it, inside, empty, top].map((bytes) => [digestOf(bytes).hash, bytes] as const);
  assert.equal([...directories].sort(), [...expected].sort());
});

test('folders with the same in them are one message', () => {
  const { directories } = merkleTree(entriesOf({ 'a/x': file('x'), 'b/x': file('x'), 'c/d/x': file('x') }));
  assert.is(directories.size, 3);
});

test('a folder that is said to be empty may have something in it', () => {
  const nodes = { 'a/b/c': file('c') };
  assert.is(rootOf(nodes, 'a', 'a/b', ''), rootOf(nodes));
});

test('what makes a tree another one', () => {
  const nodes = { a: file('a'), 'b/c': file('c'), 'b/l': link('c') };
  const others: [Record<string, TreeNode>, ...string[]][] = [
    [{ ...nodes, a: file('A') }],
    [{ ...nodes, a: file('a', true) }],
    [{ ...nodes, 'b/c': file('c', true) }],
    [{ ...nodes, 'b/l': link('./c') }],
    [{ ...nodes, 'b/l': file('c') }],
    [{ a: file('a'), 'b/d': file('c'), 'b/l': link('c') }],
    [{ a: file('a'), 'B/c': file('c'), 'b/l': link('c') }],
    [{ ...nodes, d: file('') }],
    [nodes, 'b/empty'],
    [nodes, 'empty'],
    [{ ...nodes, empty: file('') }],
  ];
  const roots = [rootOf(nodes), ...others.map((other) => rootOf(...other))];
  assert.is(new Set(roots).size, roots.length);
});

test('the size is a part of a name', () => {
  const node = { kind: 'file', oid: oidOf(Buffer.from('a')), isExecutable: false } as const;
  assert.is.not(rootOf({ a: { ...node, size: 1 } }), rootOf({ a: { ...node, size: 2 } }));
});

test('a path is there once, and is one thing', () => {
  const [a, l] = [file('a'), link('b')];
  const twice: [entries: [string, TreeNode][], empty?: string[]][] = [
    [
      [
        ['a', a],
        ['a', a],
      ],
    ],
    [
      [
        ['x/a', a],
        ['x/a', l],
      ],
    ],
    [
      [
        ['a', a],
        ['a/b', a],
      ],
    ],
    [
      [
        ['a/b/c', a],
        ['a/b', a],
      ],
    ],
    [
      [
        ['a', l],
        ['a/b', a],
      ],
    ],
    [[['a', a]], ['a']],
    [[['a/b', l]], ['a/b/c']],
  ];
  for (const [entries, empty = []] of twice)
    assert.throws(() => {
      merkleTree(
        entries.map(([path, node]) => [rawPath(path), node]),
        empty.map(rawPath),
      );
    }, /have one name/);
});

test('a path leads down from the root', () => {
  for (const path of ['', '/a', '/a/b', 'a//b', 'a/']) {
    assert.throws(() => rootOf({ [path]: file('a') }), /has no name|not a path in the tree/, path);
    if (path !== '') assert.throws(() => rootOf({}, path), /has no name|not a path in the tree/, path);
  }
});

test('folders may be as deep as they like', () => {
  const deep = Array.from({ length: 3_000 }, () => 'd').join('/');
  assert.is(merkleTree(entriesOf({ [`${deep}/f`]: file('f') })).directories.size, 3_001);
});

const name = fc
  .uint8Array({ minLength: 1, maxLength: 3 })
  .map((bytes) =>
    Buffer.from(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x61 : byte))).toString('latin1'),
  );
const treeNode: fc.Arbitrary<TreeNode> = fc.oneof(
  fc.tuple(fc.string(), fc.boolean()).map(([content, isExecutable]) => file(content, isExecutable)),
  name.map((target): TreeNode => ({ kind: 'link', target: target as RawPath })),
);
/** No path of one leads through a file of it. */
const tree: fc.Arbitrary<Entries> = fc
  .array(fc.tuple(fc.array(name, { minLength: 1, maxLength: 4 }), treeNode), { maxLength: 30 })
  .map((entries) => {
    const paths = new Map(entries.map(([names, node]) => [names.join('/') as RawPath, node]));
    const all = [...paths.keys()];
    return new Map([...paths].filter(([path]) => !all.some((other) => other.startsWith(`${path}/`))));
  });

test('in whichever order a tree is told, its root is the same', () => {
  const shuffled = tree.chain((entries) =>
    fc.tuple(fc.constant(entries), fc.shuffledSubarray([...entries], { minLength: entries.size })),
  );
  fc.assert(
    fc.property(shuffled, ([entries, other]) => {
      assert.equal(merkleTree(entries), merkleTree(other));
    }),
  );
});

test('all that a directory names is there', () => {
  fc.assert(
    fc.property(tree, (entries) => {
      const { root, directories } = merkleTree(entries);
      assert.ok(directories.has(root.hash));
      for (const [hash, bytes] of directories) {
        assert.is(hash, oidOf(bytes));
        const isNamed = [...directories.values()].some((each) => each.includes(hash));
        assert.ok(hash === root.hash || isNamed);
      }
    }),
  );
});

test('one change anywhere makes another root', () => {
  const changed = tree
    .filter((entries) => entries.size > 0)
    .chain((entries) =>
      fc.tuple(fc.constant(entries), fc.constantFrom(...entries.keys()), fc.constantFrom(...CHANGES)),
    );
  fc.assert(
    fc.property(changed, ([entries, path, change]) => {
      const other = new Map(entries);
      change(other, path, entries.get(path) as TreeNode);
      assert.is.not(merkleTree(entries).root.hash, merkleTree(other).root.hash);
    }),
  );
});

type Change = (entries: Entries, path: RawPath, node: TreeNode) => void;

const CHANGES: readonly Change[] = [
  (entries, path) => entries.delete(path),
  (entries, path, node) => {
    entries.delete(path);
    entries.set(`${path}-a-longer-name` as RawPath, node);
  },
  (entries, path, node) => {
    entries.delete(path);
    entries.set(`${path}/in-a-folder` as RawPath, node);
  },
  (entries, path, node) => {
    const other: TreeNode =
      node.kind === 'file'
        ? { ...node, isExecutable: !node.isExecutable }
        : node.kind === 'link'
          ? { ...node, target: `${node.target}x` as RawPath }
          : node;
    entries.set(path, other);
  },
  (entries, path, node) => {
    const other: TreeNode = node.kind === 'file' ? { ...node, size: node.size + 1 } : file('');
    entries.set(path, other);
  },
  (entries, path, node) => {
    const last = node.kind === 'file' && node.oid.endsWith('0') ? '1' : '0';
    entries.set(path, node.kind === 'file' ? { ...node, oid: node.oid.slice(0, -1) + last } : file('x'));
  },
];
