// Patterns into the lists of a config: only lines that have to change do.
import { SourceText } from '../../src/base/diagnostic.ts';
import { addPatterns, type ListField, whyNotAdd } from '../../src/config/add-patterns.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('config/add-patterns');

function added(text: string, ...all: [task: string, field: ListField, ...patterns: string[]][]): string {
  const additions = all.map(([task, field, ...patterns]) => ({ task, field, patterns }));
  const result = addPatterns(new SourceText('p.yaml', text), additions);
  return result.ok ? result.value : result.diagnostics.map(({ message }) => message).join('\n');
}
const refused = (text: string, task: string): string[] =>
  whyNotAdd(new SourceText('p.yaml', text), task, 'reads').map(
    ({ message, place }) => `${place?.line}: ${message}`,
  );

test('into a list on a line, with its comment', () => {
  const text = 'tasks:\n  a:\n    reads: [src/**, "b c"]  # why\n    run: x\n';
  assert.is(added(text, ['a', 'reads', 'd', '*.md']), text.replace('"b c"]', `"b c", d, '*.md']`));
  assert.is(added('tasks:\n  a:\n    reads: []\n', ['a', 'reads', 'd']), 'tasks:\n  a:\n    reads: [d]\n');
  assert.is(
    added('tasks:\n  a:\n    reads: [ x, ]\n', ['a', 'reads', 'd']),
    'tasks:\n  a:\n    reads: [ x, d ]\n',
  );
});

test('into a list of lines, as it is indented', () => {
  const text = 'tasks:\n  a:\n    reads:\n    - src/**\n    # why\n    -   b # so\n    run: x\n';
  assert.is(
    added(text, ['a', 'reads', 'c', '!d']),
    text.replace('# so\n', `# so\n    -   c\n    -   '!d'\n`),
  );
});

test('a line that would be too long becomes lines', () => {
  const long = 'x'.repeat(90);
  assert.is(
    added(`tasks:\n  a:\n    reads: [${long}]\n    run: x\n`, ['a', 'reads', 'second']),
    `tasks:\n  a:\n    reads:\n      - ${long}\n      - second\n    run: x\n`,
  );
});

test('a list of its own goes behind what it is read with', () => {
  const text = 'tasks:\n  a:\n    run: |\n      one\n      two\n    needs: [b]\n  b: # empty\n    run: y';
  assert.is(
    added(text, ['a', 'writes', 'dist/**'], ['a', 'reads', 'src/**'], ['b', 'reads', 'x']),
    'tasks:\n  a:\n    run: |\n      one\n      two\n    reads: [src/**]\n    writes: [dist/**]\n    needs: [b]\n  b: # empty\n    run: y\n    reads: [x]',
  );
  assert.is(
    added('tasks:\n  a:\n    run: x\n', ['a', 'reads', '1', '2', '3', '4']),
    "tasks:\n  a:\n    run: x\n    reads:\n      - '1'\n      - '2'\n      - '3'\n      - '4'\n",
  );
});

test('a task on a line stays on it', () => {
  assert.is(
    added('tasks: { a: { run: x } }\n', ['a', 'reads', 'b']),
    'tasks: { a: { run: x, reads: [b] } }\n',
  );
  assert.is(
    added('tasks:\n  a: {run: x, reads: [b]}\n', ['a', 'reads', 'c']),
    'tasks:\n  a: {run: x, reads: [b, c]}\n',
  );
});

test('a single glob becomes a list', () => {
  assert.is(
    added('tasks:\n  a:\n    reads: "b" # c\n', ['a', 'reads', 'd']),
    'tasks:\n  a:\n    reads: ["b", d] # c\n',
  );
});

test('ends of lines, anchors and tags of others stay', () => {
  assert.is(
    added('x: &x [q]\r\ntasks:\r\n  a:\r\n    run: x\r\n', ['a', 'reads', 'b']),
    'x: &x [q]\r\ntasks:\r\n  a:\r\n    run: x\r\n    reads: [b]\r\n',
  );
  assert.is(
    added('tasks:\n  a:\n    reads: &r [b]\n', ['a', 'reads', 'c']),
    'tasks:\n  a:\n    reads: &r [b, c]\n',
  );
});

test('what others have as well is not changed', () => {
  const shared =
    'x: &src [q]\nb: &base { reads: [q] }\ntasks:\n  a:\n    reads: *src\n  c:\n    <<: *base\n  d:\n    reads: &d [x]\n  e:\n    reads: *d\n';
  assert.equal(refused(shared, 'a'), ['5: `reads` of `a` is an alias of a list that others have as well']);
  assert.equal(refused(shared, 'c'), [
    '7: `reads` of `c` comes from a merged map, and other tasks have it as well',
  ]);
  assert.equal(refused(shared, 'd'), ['9: `reads` of `d` is the list of `*d`, which others have as well']);
  assert.equal(refused('tasks:\n  a: &a { run: x }\n  b: *a\n', 'b'), [
    '3: `reads` of `b` cannot be changed: the task is an alias',
  ]);
  assert.match(refused(shared, 'none')[0] ?? '', /the task is not written in this file/);
  assert.equal(refused('tasks:\n  a: { run: x }\n', 'a'), []);
});
