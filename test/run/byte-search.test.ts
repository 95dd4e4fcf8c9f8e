import fc from 'fast-check';
import { type Accepts, ByteSearch, type Span } from '../../src/run/masking/byte-search.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/byte-search');

const ALL: Accepts = () => true;
const search = (...needles: string[]): ByteSearch =>
  new ByteSearch(needles.map((needle) => Buffer.from(needle)));

test('where values stand', () => {
  const table: [needles: string[], text: string, spans: Span[]][] = [
    [['ab'], '', []],
    [['ab'], 'a', []],
    [['ab'], 'ab', [[0, 2]]],
    [
      ['ab'],
      'xxabyab',
      [
        [2, 4],
        [5, 7],
      ],
    ],
    [
      ['aa'],
      'aaa',
      [
        [0, 2],
        [1, 3],
      ],
    ],
    [
      ['ab', 'abc'],
      'xabc ab',
      [
        [1, 4],
        [5, 7],
      ],
    ],
    [
      ['abc', 'bcd'],
      'abcd',
      [
        [0, 3],
        [1, 4],
      ],
    ],
    [['long value', 'lo'], 'a long valu', [[2, 4]]],
    [['x'.repeat(400)], `-${'x'.repeat(400)}-`, [[1, 401]]],
  ];
  for (const [needles, text, spans] of table)
    assert.equal(search(...needles).spans(Buffer.from(text), ALL), spans, `${needles} in ${text}`);
});

test('of two with one beginning the longer is taken, unless it is not accepted', () => {
  const found = search('ab', 'abcd').spans(Buffer.from('abcd'), (_, length) => length < 4);
  assert.equal(found, [[0, 2]]);
});

test('where a value may have begun', () => {
  const table: [text: string, at: number][] = [
    ['', 0],
    ['xx', 2],
    ['xxs', 2],
    ['xxsecre', 2],
    ['xxsecret', 8],
    ['xxsecrex', 8],
    ['sesecr', 2],
  ];
  for (const [text, at] of table) assert.is(search('secret').openAt(Buffer.from(text), ALL), at, text);
  assert.is(
    search('secret').openAt(Buffer.from('secr'), () => false),
    4,
  );
});

test('property: what a search byte by byte finds', () => {
  const letters = (least: number, most: number) =>
    fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: least, maxLength: most })
      .map((each) => each.join(''));
  const needles = fc.uniqueArray(letters(2, 5), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(needles, letters(0, 30), (values, text) => {
      const longestFirst = [...values].sort((a, b) => b.length - a.length);
      const expected: Span[] = [...text].flatMap((_, at): Span[] => {
        const value = longestFirst.find((each) => text.startsWith(each, at));
        return value === undefined ? [] : [[at, at + value.length]];
      });
      assert.equal(search(...values).spans(Buffer.from(text), ALL), expected);
      const open = [...text].findIndex((_, at) => {
        const rest = text.slice(at);
        return values.some((each) => each.length > rest.length && each.startsWith(rest));
      });
      assert.is(search(...values).openAt(Buffer.from(text), ALL), open < 0 ? text.length : open);
    }),
    { numRuns: 200 },
  );
});
