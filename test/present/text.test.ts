import { inMarkdown } from '../../src/present/markdown.ts';
import { plain } from '../../src/present/plain.ts';
import { chain, code, joined, listOf, say, strong, task, tasks } from '../../src/present/text.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('present/text');

const forms = (text: Parameters<typeof plain>[0]): [string, string] => [plain(text), inMarkdown(text)];

test('one sentence, in the form of where it stands', () => {
  const text = say`${task('web')} waits for ${code('db.*')}, ${strong('now')} (${1_234} ms)`;
  assert.equal(forms(text), [
    'web waits for db.*, now (1,234 ms)',
    '`web` waits for `db.*`, **now** (1,234 ms)',
  ]);
  assert.is(plain(text, { strong: (shown) => `<${shown}>` }), 'web waits for db.*, <now> (1,234 ms)');
});

test('words and names of others stay on their line and become no markup', () => {
  const text = say`${task('a\n`b`|c')} failed: ${'x\n<b> *y*\u001b[2J'}`;
  assert.equal(forms(text), [
    'a `b`|c failed: x <b> *y*\\u001b[2J',
    '``a\\n`b`\\|c`` failed: x &lt;b&gt; \\*y\\*',
  ]);
});

test('lists count what they do not name, but never only one', () => {
  const names = ['a', 'b', 'c', 'd'];
  assert.equal(
    [[], ['a'], ['a', 'b'], names].map((some) => plain(listOf(some))),
    ['', 'a', 'a and b', 'a, b, c and d'],
  );
  assert.equal(
    [2, 3].map((most) => plain(tasks(names, most))),
    ['a, b and 2 more', 'a, b, c and d'],
  );
});

test('what has nothing to say leaves no separator', () => {
  assert.is(plain(joined([['a'], [], ['b']])), 'a; b');
  assert.is(plain(say`a${undefined}b`), 'ab');
});

test('of a long chain both ends are named', () => {
  assert.is(inMarkdown(chain(['a', 'b', 'c', 'd'], 3)), '`a` → … 2 more … → `d`');
});
