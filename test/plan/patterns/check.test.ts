import { checkList, checkPattern } from '../../../src/plan/patterns/check.ts';
import { assert, suite } from '../../support/suite.ts';

const test = suite('plan/patterns/check');

/** A pattern, what the message says, and the hint. */
const PROBLEMS: [string, RegExp, string?][] = [
  ['', /empty/i, 'write `**` for everything'],
  [' ', /empty/i, 'write `**` for everything'],
  ['!', /lone `!`/, 'write `!dist/**`'],
  ['!!a', /one `!`/, 'write `!a`'],
  ['/abs/**', /absolute/, 'write `abs/**`'],
  ['!/abs/**', /absolute/, 'write `!abs/**`'],
  ['C:\\x', /absolute/],
  ['c:/x', /absolute/],
  ['\\\\server\\x', /absolute/],
  ['~/x', /absolute/],
  ['~', /absolute/],
  ['../x', /leave the root/],
  ['..', /leave the root/],
  ['a/../../x', /leave the root/],
  ['*/../x', /leave the root/],
  ['{../a,b}', /leave the root/],
  ['a/../b', /never contains `\.\.`/, 'write `b`'],
  ['.', /root itself/, 'write `**` for everything in it'],
  ['./', /root itself/, 'write `**` for everything in it'],
  ['a/./b', /`\.`/, 'write `a/b`'],
  ['././a', /`\.`/, 'write `a`'],
  ['a//b', /`\/\/`/, 'write `a/b`'],
  ['*/', /end with `\/`/, 'write `*/**` for what is in the folder'],
  ['!dist/*/', /end with `\/`/, 'write `!dist/*/**` for what is in the folder'],
  ['dist/**/', /end with `\/`/, 'write `dist/**` for what is in the folder'],
  ['**/', /end with `\/`/, 'write `**` for what is in the folder'],
  ['src\\a', /backslash/i, 'write `src/a`'],
  ['src\\*\\a.ts', /backslash/i, 'write `src/*/a.ts`'],
  ['a\\', /backslash/i, 'write `a/`'],
  ['a{b', /unbalanced bracket/],
  ['a[b', /unbalanced bracket/],
  ['a(b', /unbalanced bracket/],
  ['a)b', /unbalanced bracket/],
  ['a]b', /unbalanced bracket/],
  ['[z-a]', /not a valid glob/],
  ['{1..100000}', /too large/],
  ['app/(shop)/*', /`\(shop\)` is a group/, 'write `app/\\(shop\\)/*`'],
  ['{1.5..3}', /not a range/],
  ['{a..10}', /not a range/],
  ['a'.repeat(10_001), /longer than/],
  ['('.repeat(100), /nests/],
  ['+(a|*)', /literal text/],
  ['a/*(|b)', /literal text/],
  [
    'logs/app.[[:digit:]].log',
    /loses `app`/,
    'write a class such as `[0-9]` for `[[:digit:]]`, and `*` for `***`',
  ],
  ['app.log/***', /loses `app`/, 'write a class such as `[0-9]` for `[[:digit:]]`, and `*` for `***`'],
  ['(?<=a)b', /look-behind/],
  ['(?!a)a', /no path/],
  ['a/(?!*)b', /no path/],
  ['!(a)!(b)!(c)!(d)'.repeat(600), /too large/],
];

for (const [pattern, message, hint] of PROBLEMS) {
  test(`${pattern.slice(0, 30)} is a problem`, () => {
    const problem = checkPattern(pattern);
    assert.match(problem?.message ?? 'no problem', message);
    assert.is(problem?.hint, hint);
  });
}

const FINE = [
  'a',
  './a',
  '**',
  '*',
  'src/**',
  '!src/**',
  '!(a|b)',
  '!!(a)',
  '@scope/pkg/**',
  'a b',
  '.env',
  '.*',
  '...',
  'a..b',
  '..a',
];
FINE.push(
  'app/[id]/@(a|b)/page.tsx',
  '(a|b)/*.ts',
  'a\\*b',
  '\\[id\\]',
  '\\(x\\)/*',
  '{1..20}',
  '{a,b}/{c,d}',
  '{,a}',
  '**/*.{ts,tsx}',
  'a\nb',
);
FINE.push(
  'c++/*',
  '[[:alpha:]]',
  '!(*.d).ts',
  '**/!(*.test).ts',
  'é',
  '日本/**',
  '"a b"',
  'a\\ b',
  'x{1..3}.json',
  '*(a|b)',
  '~a',
  'C:a',
);

for (const pattern of FINE) {
  test(`${JSON.stringify(pattern)} is fine`, () => assert.is(checkPattern(pattern), undefined));
}

test('a list of excludes alone is a problem', () => {
  assert.match(checkList(['!a', '!b'])?.message ?? '', /excludes alone/);
  assert.is(checkList(['!a', 'b']), undefined);
  assert.is(checkList(['!(a)']), undefined);
  assert.is(checkList([]), undefined);
});
