// What a task has done, from how it was and how it is; and what is still to be done where that is known.
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
