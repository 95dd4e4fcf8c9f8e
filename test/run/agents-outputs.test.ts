/** The values that tasks leave in PTASK_OUTPUT. */
import fc from 'fast-check';
import { parseOutputs } from '../../src/run/agents/outputs.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/agents/outputs');

const read = (text: string) => {
  const { values, problems } = parseOutputs(text);
  return { values: Object.fromEntries(values), problems };
};

test('lines and blocks', () => {
  const text =
    'a=1\n\nb = two words \nc<<EOF\nfirst\n\n  x=y\nEOF\nempty=\nurl=http://x/?q=1<<2\nnone<<END\nEND\n';
  assert.equal(read(text).values, {
    a: '1',
    c: 'first\n\n  x=y',
    empty: '',
    url: 'http://x/?q=1<<2',
    none: '',
  });
  assert.equal(read(text).problems, ['line 3: `b ` cannot be a key']);
});

test('the last value of a key counts; line ends of Windows and a mark at the beginning are none of it', () => {
  assert.equal(read('\uFEFFa=1\r\na=2\r\nb<<E\r\nx\r\ny\r\nE\r\n'), {
    values: { a: '2', b: 'x\ny' },
    problems: [],
  });
});

test('what cannot be understood is told with its line, and the rest counts', () => {
  assert.equal(read('a=1\nhello\n=x\nb<<EOF\nnever\nc=3\n<<X\nX\n9=x\n'), {
    values: { a: '1', c: '3' },
    problems: [
      'line 2: `hello` is neither key=value nor key<<EOF',
      'line 3: it has no key',
      'line 4: the end of `b<<EOF` is missing: a line that says `EOF`',
      'line 5: `never` is neither key=value nor key<<EOF',
      'line 7: it has no key',
      'line 9: `9` cannot be a key',
    ],
  });
  const { problems } = read('x\n'.repeat(1_000));
  assert.is(problems.length, 21);
  assert.is(problems.at(-1), 'and 980 more lines like these');
});

test('a name of every object is a key like others, and a long line is shown cut', () => {
  assert.equal(
    [...parseOutputs('__proto__=1\nconstructor=2\n').values],
    [
      ['__proto__', '1'],
      ['constructor', '2'],
    ],
  );
  assert.is(read('x'.repeat(10_000)).problems[0]?.length, 105);
});

test('whatever is written as a block is read as it was', () => {
  const value = fc.string({ unit: 'grapheme' }).filter((text) => !/\r|(?:^|\n)EOF(?:\n|$)/.test(text));
  fc.assert(
    fc.property(value, (text) => {
      assert.equal(read(`k<<EOF\n${text}\nEOF\n`), { values: { k: text }, problems: [] });
    }),
  );
});
