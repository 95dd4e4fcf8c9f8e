// What was seen against what is declared.
import { type OtherTask, proposeReads, proposeWrites } from '../../src/learn/propose-list.ts';
import type { LearnedList } from '../../src/model/learned.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('learn/propose-list');

interface Given {
  seen: string[];
  declared?: string[];
  /** Of what was seen. */
  ignored?: string[];
  /** That were not seen. */
  rest?: string[];
  others?: OtherTask[];
  writes?: string[];
  shared?: string[];
}

function reads({
  seen,
  declared = [],
  ignored = [],
  rest = [],
  others = [],
  writes = [],
  shared = [],
}: Given) {
  const visible = [...seen.filter((path) => !ignored.includes(path)), ...rest];
  const about = { reads: seen, ignoredReads: new Set(ignored), listed: [], visible, shared };
  return proposeReads(about, { id: 'me', reads: declared, writes: [] }, writes, others);
}
const patterns = ({ add }: LearnedList): string[] => add.map(({ pattern }) => pattern);

test('all is declared', () => {
  const list = reads({ seen: ['src/a', 'b'], declared: ['src/**', 'b'] });
  assert.equal(list, { seen: 2, undeclared: [], add: [], excluded: [], unseen: [] });
});

test('what is missing is proposed beside what is declared', () => {
  const list = reads({
    seen: ['src/a.ts', 'src/b.ts', 'package.json', 'lib/x'],
    declared: ['src/**', 'old/**'],
  });
  assert.equal(list.undeclared, ['package.json', 'lib/x']);
  assert.equal(patterns(list), ['lib/**', 'package.json']);
  assert.equal(list.unseen, ['old/**']);
});

test('an exclude of its own leaves out what no pattern can bring back', () => {
  const list = reads({ seen: ['src/a', 'src/gen/b'], declared: ['src/**', '!src/gen/**'] });
  assert.equal([list.undeclared, list.excluded, patterns(list)], [['src/gen/b'], ['src/gen/b'], []]);
});

test('what another task makes is read by the pattern of that task', () => {
  const others = [{ id: 'build', writes: ['dist/**', '!dist/*.map'] }];
  const list = reads({ seen: ['dist/a.js', 'src/a.ts'], ignored: ['dist/a.js'], others });
  assert.equal(list.add, [
    { pattern: 'dist/**', files: 1, writers: ['build'], isIgnored: false },
    { pattern: 'src/**', files: 1, writers: [], isIgnored: false },
  ]);
});

test('not by one for everything', () => {
  const list = reads({
    seen: ['dist/a.js'],
    ignored: ['dist/a.js'],
    others: [{ id: 'all', writes: ['**'] }],
  });
  assert.equal(list.add, [{ pattern: 'dist/**', files: 1, writers: [], isIgnored: true }]);
});

test('what tasks make within a glob, and it does not read, it does not wait for', () => {
  const others = [{ id: 'gen', writes: ['src/gen/**'] }];
  const list = reads({ seen: ['src/a.ts', 'src/b.ts'], others, writes: ['src/own.ts'] });
  assert.equal(patterns(list), ['src/**', '!src/own.ts', '!src/gen/**']);
});

test('what the config declares for all cached tasks is declared', () => {
  const list = reads({ seen: ['tsconfig.base.json', 'a'], shared: ['tsconfig.base.json'] });
  assert.equal(list.undeclared, ['a']);
});

function writes(
  { seen, declared = [], rest = [], others = [] }: Given,
  read: string[] = [],
  add: string[] = [],
) {
  const list = {
    ...reads({ seen: [] }),
    add: add.map((pattern) => ({ pattern, files: 1, writers: [], isIgnored: false })),
  };
  const users = new Set([...rest, ...read]);
  const about = { writes: seen, around: [...seen, ...users], users };
  return proposeWrites(about, { reads: list, read }, { id: 'me', reads: [], writes: declared }, others);
}

test('a folder that it has made, and who writes there as well', () => {
  const list = writes({
    seen: ['dist/a', 'dist/b'],
    others: [{ id: 'pack', writes: ['dist/*.tgz', 'dist/a'] }],
  });
  assert.equal(list.add, [{ pattern: 'dist/**', files: 2, writers: ['pack'], isIgnored: false }]);
});

test('who changes files in place may change all that it reads', () => {
  const list = writes(
    { seen: ['src/a.ts'] },
    ['src/a.ts', 'src/b.ts', '.prettierrc'],
    ['src/**/*.ts', '.prettierrc'],
  );
  assert.equal(patterns(list), ['src/**/*.ts']);
});

test('declared writes that were not seen', () => {
  const list = writes({ seen: ['dist/a'], declared: ['dist/**', 'coverage/**', '!dist/*.map'] });
  assert.equal([list.undeclared, list.unseen], [[], ['coverage/**']]);
});
