// What a task has done, from how it was and how it is; and what is still to be done where that is known.
import fc from 'fast-check';
import { ancestorsOf, parentOf } from '../../src/base/path-names.ts';
import type { RawPath } from '../../src/base/raw-path.ts';
import { changesBetween, changesTo } from '../../src/cache/task-result.ts';
import type { Entry, Image } from '../../src/store/image.ts';
import { assert, suite } from '../support/suite.ts';
import { raw, sha256 } from './support.ts';

const test = suite('cache/task-result');

const NOTHING = { get: (): Promise<never> => Promise.reject(new Error('nothing is read')) };

/** `folder/` with its mode, `link@` with its target, else files: their content, before it their mode where it is no usual one. */
function image(files: Record<string, string>): Image {
  const made: Image = { entries: new Map(), folders: new Map(), leftOut: [] };
  for (const [name, text] of Object.entries(files)) {
    if (name.endsWith('/')) made.folders.set(raw(name.slice(0, -1)), Number.parseInt(text, 8));
    else made.entries.set(raw(name.replace('@', '')), entryOf(name, text));
  }
  return made;
}

function entryOf(name: string, text: string): Entry {
  const print = `1:${text.length}:0:0:0`;
  if (name.endsWith('@')) return { kind: 'link', target: raw(text), print };
  const [, mode = '644', content = ''] = /^(?:([0-7]{3}) )?(.*)$/.exec(text) ?? [];
  return { kind: 'file', oid: sha256(content), mode: Number.parseInt(mode, 8), print };
}

const own = (...paths: string[]): Set<RawPath> => new Set(paths.map(raw));

const between = (before: object, after: object, mine = own(), isOfGit = false): Record<string, string> =>
  Object.fromEntries(
    changesBetween(image({ ...before }), mine, image({ ...after }), isOfGit).map((change) => [
      change.path,
      `${change.isMade ? 'made ' : ''}${change.kind}${'mode' in change ? ` ${change.mode.toString(8)}` : ''}`,
    ]),
  );

test('what is new, changed and gone', () => {
  assert.equal(between({ a: 'x', b: 'x', c: 'x' }, { a: 'x', b: 'y', d: '755 z' }), {
    b: 'file 644',
    d: 'made file 755',
    c: 'absent',
  });
});

test('its own former results are as good as not there', () => {
  assert.equal(between({ a: 'x', b: 'x' }, { a: 'x' }, own('a', 'b')), { a: 'made file 644' });
});

test('what was in a folder is gone by the file in its place', () => {
  assert.equal(between({ 'd/': '755', 'd/a': 'x', 'd/e/': '755' }, { d: 'x' }), { d: 'made file 644' });
});

test('a file is gone where a folder has come', () => {
  assert.equal(between({ d: 'x' }, { 'd/': '755', 'd/a': 'x' }), { 'd/a': 'made file 644', d: 'absent' });
  assert.equal(between({ d: 'x' }, { 'd/': '755' }), { d: 'made folder 755' });
});

test('folders count where they are empty or of unusual permissions', () => {
  assert.equal(between({}, { 'd/': '755', 'd/a': 'x' }), { 'd/a': 'made file 644' });
  assert.equal(between({}, { 'd/': '700', 'd/a': 'x' }), { 'd/a': 'made file 644', d: 'made folder 700' });
  assert.equal(between({ 'd/': '755', 'd/a': 'x' }, { 'd/': '755' }), { d: 'folder 755', 'd/a': 'absent' });
});

test('git gives files other permissions, but for that to execute', () => {
  const before = { a: '600 x', b: '600 x', c: '600 x' };
  const after = { a: '644 x', b: '644 y', c: '755 x' };
  assert.equal(between(before, after, own(), true), { b: 'file 600', c: 'file 755' });
});

const to = (before: object, after: object, now: object, mine = own()): Record<string, string> =>
  Object.fromEntries(
    changesTo(
      changesBetween(image({ ...before }), mine, image({ ...after }), false),
      image({ ...now }),
      mine,
      NOTHING,
    ).map(({ path, after: state }) => [path, state.kind]),
  );

test('what is as it is to be is left', () => {
  assert.equal(to({}, { a: 'x', 'l@': 'a', 'd/': '755' }, { a: 'x', 'l@': 'a', 'd/': '755' }), {});
  assert.equal(to({}, { a: 'x', 'd/': '700' }, { a: '600 x', 'd/': '755' }), { a: 'file', d: 'folder' });
});

test('what is in the way goes', () => {
  assert.equal(to({ 'd/': '755', 'd/a': 'x' }, { d: 'x' }, { 'd/': '755', 'd/a': 'x' }), {
    d: 'file',
    'd/a': 'absent',
  });
  assert.equal(to({ d: 'x' }, { 'd/': '755', 'd/a': 'x' }, { d: 'x' }), { 'd/a': 'file', d: 'absent' });
});

test('its own that is not of the result goes, and a folder of it is as a new one', () => {
  assert.equal(to({}, { 'o/': '755', 'o/a': 'x' }, { 'o/': '755', 'o/b': 'x' }, own('o', 'o/b')), {
    'o/a': 'file',
    'o/b': 'absent',
  });
  assert.equal(to({}, { 'o/': '755', 'o/a': 'x' }, { 'o/': '700', 'o/a': 'x' }, own('o', 'o/a')), {
    o: 'folder',
  });
});

test('a folder in which all goes stays where the task has left it', () => {
  const [before, after] = [{ 'd/': '755', 'd/a': 'x' }, { 'd/': '755' }];
  assert.equal(to(before, after, before), { d: 'folder', 'd/a': 'absent' });
});

/** A tree of few names: files with a content or a mode, links, folders. */
const trees: fc.Arbitrary<Record<string, string>> = fc
  .array(
    fc.tuple(
      fc.constantFrom('a', 'd', 'd/a', 'd/b', 'd/e', 'd/e/a', 'f', 'f/a'),
      fc.constantFrom('file x', 'file y', 'file 755 x', 'link a', 'folder 755', 'folder 700'),
    ),
    { maxLength: 5 },
  )
  .map((parts) => {
    const tree: Record<string, string> = {};
    for (const [path, what] of parts) grow(tree, path, what);
    return tree;
  });

const within = (path: string): string[] => ancestorsOf(raw(path)).map(String).filter(Boolean);

/** Puts something into a tree of `path → what`, where there is room for it. */
function grow(tree: Record<string, string>, path: string, what: string): void {
  const isRoom = within(path).every((folder) => (tree[folder] ?? 'folder').startsWith('folder'));
  if (path in tree || !isRoom) return;
  for (const folder of within(path)) tree[folder] ??= 'folder 755';
  tree[path] = what;
}

const imageOf = (tree: Record<string, string>): Image =>
  image(
    Object.fromEntries(
      Object.entries(tree).map(([path, what]) => {
        const [kind, text] = [what.split(' ')[0], what.slice(what.indexOf(' ') + 1)];
        return [kind === 'folder' ? `${path}/` : kind === 'link' ? `${path}@` : path, text];
      }),
    ),
  );

const flat = ({ entries, folders }: Image): Record<string, string> =>
  Object.fromEntries([
    ...[...entries].map(([path, entry]): [string, string] => [
      path,
      entry.kind === 'link' ? `link ${entry.target}` : `file ${entry.mode} ${entry.oid}`,
    ]),
    ...[...folders].map(([path, mode]): [string, string] => [path, `folder ${mode}`]),
  ]);

/** What a transaction makes of a tree: what has no place any more goes, and so do folders that it leaves empty. */
function done(now: Image, changes: ReturnType<typeof changesTo>): Record<string, string> {
  const tree = flat(now);
  const stays = new Set(
    changes.flatMap(({ path, after }) => (after.kind === 'folder' ? [String(path)] : [])),
  );
  const gone = changes.filter(({ after }) => after.kind === 'absent').map(({ path }) => String(path));
  for (const path of gone) if (!tree[path]?.startsWith('folder')) delete tree[path];
  for (const { path, after } of changes) {
    if (after.kind === 'absent') continue;
    for (const folder of within(path)) tree[folder] ??= `folder ${0o755}`;
    if (after.kind === 'folder') tree[path] = `folder ${after.mode}`;
    if (after.kind === 'link') tree[path] = `link ${after.target}`;
    if (after.kind === 'file' && 'oid' in after.content)
      tree[path] = `file ${after.mode} ${after.content.oid}`;
  }
  const isEmpty = (folder: string): boolean =>
    !Object.keys(tree).some((path) => parentOf(raw(path)) === folder);
  for (const path of gone.flatMap((each) => [each, ...within(each)]).sort((a, b) => b.length - a.length))
    if (tree[path]?.startsWith('folder') && !stays.has(path) && isEmpty(path)) delete tree[path];
  return tree;
}

test('property: what is left to change makes of any tree of the same inputs what the task has made of its own', () => {
  fc.assert(
    fc.property(trees, trees, trees, trees, (inputs, mine, others, left) => {
      const with_ = (made: Record<string, string>): [Image, Set<RawPath>] => {
        const tree = { ...inputs };
        for (const [path, what] of Object.entries(made)) grow(tree, path, what);
        const isMade = (path: string): boolean => !(path in inputs);
        return [imageOf(tree), own(...Object.keys(tree).filter(isMade))];
      };
      const [before, ownBefore] = with_(mine);
      const [now, ownNow] = with_(others);
      const after = imageOf(left);
      const result = changesBetween(before, ownBefore, after, false);
      assert.equal(done(now, changesTo(result, now, ownNow, NOTHING)), flat(after));
    }),
    { numRuns: 2_000 },
  );
});
