import micromatch from 'micromatch';
import { matcher, staticPrefix } from '../../../src/plan/patterns/index.ts';
import { isNormalised } from '../../../src/plan/patterns/normalised.ts';
import { isUnder } from '../../../src/plan/patterns/prefix.ts';
import { expandRanges } from '../../../src/plan/patterns/ranges.ts';
import { assert, suite } from '../../support/suite.ts';

const test = suite('plan/patterns/parts');

test('ranges are written out as bash does', () => {
  const expand = (text: string) => expandRanges(text).pattern;
  assert.is(expand('{1..3}'), '{1,2,3}');
  assert.is(expand('{3..1}'), '{3,2,1}');
  assert.is(expand('{-1..1}'), '{-1,0,1}');
  assert.is(expand('{08..10}'), '{08,09,10}');
  assert.is(expand('{-05..-04}'), '{-05,-04}');
  assert.is(expand('{1..10..4}'), '{1,5,9}');
  assert.is(expand('{a..e..2}x{1..1}'), '{a,c,e}x1');
  assert.is(expand('{Y..b}'), '{Y,Z,\\[,\\\\,\\],\\^,\\_,\\`,a,b}');
  for (const text of ['a..b', '{a..10}', '{1..}', '{..3}', '\\{1..3}', '[{1..3}]', '"{1..3}"', '{1...3}']) {
    assert.is(expand(text), text);
  }
});

test('ranges agree with micromatch.braces', () => {
  for (const text of ['{1..20}', '{01..12}', '{9..2}', '{1..30..7}', '{a..f}', 'x{-3..3}y', '{f..a..2}']) {
    const expected = micromatch.braces(text, { expand: true });
    const match = matcher([text]);
    for (const path of expected) assert.ok(match(path), path);
    for (const path of ['0', '21', '00', '013', 'g', 'x4y', 'e-'])
      assert.is(match(path), expected.includes(path), path);
  }
});

test('ranges that are too large are named', () => {
  assert.is(expandRanges('{1..1000}').tooLarge, undefined);
  assert.is(expandRanges('a/{1..1001}').tooLarge, '{1..1001}');
  assert.is(expandRanges('{1..99999999999999999999}').tooLarge, '{1..99999999999999999999}');
  assert.is(expandRanges('{1..100000..1000}').tooLarge, undefined);
});

test('the static prefix', () => {
  const prefixes: Record<string, string> = {
    'src/**': 'src',
    'src/api/*.ts': 'src/api',
    'src/a*': 'src',
    'src/a.ts': 'src/a.ts',
    './src/*': 'src',
    '**/x': '',
    '*': '',
    'src/{a,b}/c': 'src',
    'src/@(a|b)/c': 'src',
    'a/b|c/d': '',
    'a/(b|c/d': '',
    'app/\\[id\\]/**': 'app',
    '!(a)/b': '',
    'a+/b*': 'a+',
  };
  for (const [pattern, prefix] of Object.entries(prefixes)) assert.is(staticPrefix(pattern), prefix, pattern);
});

test('under a folder', () => {
  assert.ok(isUnder('a/b', 'a') && isUnder('a', 'a') && isUnder('a', ''));
  assert.not(isUnder('ab', 'a') || isUnder('a', 'a/b'));
});

test('normalised paths', () => {
  for (const path of ['a', 'a/b', '.a', '..a', '...', 'a/.b/..c', '\n', ' ', '\\'])
    assert.ok(isNormalised(path), path);
  for (const path of ['', '/', 'a/', '/a', 'a//b', '.', '..', './a', 'a/..', '../a', 'a/./b', 'a\0b']) {
    assert.not(isNormalised(path), path);
  }
});

test('a list: some include, no exclude, in any order', () => {
  const match = matcher(['!src/gen/**', 'src/**', 'package.json', '!**/*.snap']);
  assert.ok(match('src/a.ts') && match('package.json') && match('src/.hidden'));
  assert.not(match('src/gen/a.ts') || match('src/a.snap') || match('lib/a.ts'));
  assert.not(matcher(['!a'])('b'));
  assert.not(matcher([])('b'));
  assert.not(matcher(['**'])(''));
});

test('an include that is not decided matches whatever it could; an exclude of the kind takes nothing', () => {
  assert.ok(matcher(['src/(a)\\1'])('src/x'));
  assert.not(matcher(['src/(a)\\1'])('lib/x'));
  assert.ok(matcher(['src/**', '!src/(a)\\1'])('src/aa'));
});
