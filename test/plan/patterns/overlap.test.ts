import { matcher, overlap } from '../../../src/plan/patterns/index.ts';
import { assert, suite } from '../../support/suite.ts';

const test = suite('plan/patterns/overlap');

const lists = (text: string): string[] => text.split(' ');

/** Two lists, separated by blanks, and the witness or 'none'. */
const FORMS: [string, string, string][] = [
  // literal paths
  ['a', 'a', 'a'],
  ['a', 'b', 'none'],
  ['a', 'a/b', 'none'],
  ['src/a.ts', 'src/*.ts', 'src/a.ts'],
  ['./src/a.ts', 'src/a.ts', 'src/a.ts'],
  ['src/a.ts', './src/*', 'src/a.ts'],
  ['a b', 'x', 'none'],
  ['c++/@x/$y^.ts', 'c++/**', 'c++/@x/$y^.ts'],
  // picomatch escapes the first of two signs only: `c++` is c and one or more +
  ['c++', 'c+', 'c+'],
  ['c++', 'c++', 'c+'],
  ['c++', 'c', 'none'],
  // stars
  ['*', '*', 'a'],
  ['**', '**', 'a'],
  ['*', '*/*', 'none'],
  ['*.ts', '*.js', 'none'],
  ['a*', '*b', 'ab'],
  ['a*b', 'ab*', 'ab'],
  ['?', '??', 'none'],
  ['src/*/a', 'src/b/*', 'src/b/a'],
  ['dist/**', 'dist/**/*.js', 'dist/a.js'],
  ['dist/**', 'dist/**', 'dist/a'],
  ['dist/**', 'dist', 'dist'],
  ['dist/**', 'dis*', 'dist'],
  ['src/**', 'lib/**', 'none'],
  ['src/**', 'srcs/**', 'none'],
  ['**/*.test.ts', 'src/**', 'src/a.test.ts'],
  ['**/b/**', 'a/*/c', 'a/b/c'],
  ['a/**/b', 'a/b', 'a/b'],
  ['a/***/b', '*/*/*', 'a/a/b'],
  ['**/*.js', '*/*.ts', 'none'],
  ['packages/*/dist/**', 'packages/core/**', 'packages/core/dist/a'],
  // dotfiles
  ['*', '.env', '.env'],
  ['**', '.github/workflows/*.yml', '.github/workflows/a.yml'],
  ['**/config', '*/config', 'a/config'],
  ['.*', '*', '.a'],
  ['.*', '**', '.a'],
  ['.*/x', '*/x', '.a/x'],
  // braces and ranges
  ['{a,b}', '{b,c}', 'b'],
  ['{a,b}/x', '{c,d}/x', 'none'],
  ['{a}', '{a}', '{a}'],
  ['{a}', 'a', 'none'],
  ['a{,b}', 'ab', 'ab'],
  ['a{,b}', 'a', 'a'],
  ['{,a}', 'a', 'a'],
  ['{a,{b,c}d}', 'c*', 'cd'],
  ['src/{a,b/**}', 'src/b/*', 'src/b/a'],
  ['{1..20}', '17', '17'],
  ['{1..20}', '1?', '10'],
  ['{1..20}', '21', 'none'],
  ['{1..20}', '0', 'none'],
  ['{01..10}', '{1..9}', 'none'],
  ['{1..9..3}', '[456]', '4'],
  ['{a..c}', '[c-z]', 'c'],
  ['part.{1..3}.json', 'part.2.json', 'part.2.json'],
  ['v1.2/{1..3}', 'v1.2/*', 'v1.2/1'],
  // classes
  ['[ab]', '[bc]', 'b'],
  ['[a-f]', '[!a-e]', 'f'],
  ['[!a]', 'a', 'none'],
  ['[^a]', 'b', 'b'],
  ['[[:digit:]]', '[[:alpha:]]', 'none'],
  ['[[:alnum:]]', '[[:upper:]]', 'A'],
  ['[]a]', ']', ']'],
  ['app/[id]/page.tsx', 'app/*/page.tsx', 'app/d/page.tsx'],
  ['app/[id]/page.tsx', 'app/[[]id[]]/*', 'app/[id]/page.tsx'],
  // extglobs
  ['@(a|b)', 'b', 'b'],
  ['?(a)b', 'b', 'b'],
  ['+(ab)', 'abab', 'abab'],
  ['+(ab)', 'aba', 'none'],
  ['*(ab|c)', 'abcab', 'abcab'],
  ['!(a|b)', 'a', 'none'],
  ['!(a|b)', '?', 'c'],
  ['!(*.ts)', '*.ts', 'none'],
  ['src/!(*.d).ts', 'src/*.d.ts', 'none'],
  ['src/!(*.d).ts', 'src/*.ts', 'src/a.ts'],
  ['*.!(js|ts)', 'a.{js,ts,go}', 'a.go'],
  ['!(!(a))', 'a', 'a'],
  ['!(!(a))', 'b', 'none'],
  ['a/!(b)/c', 'a/b/c', 'none'],
  ['(a|b)c', 'bc', 'bc'],
  // escapes, quotes, odd names
  ['\\*', '*', '*'],
  ['\\*', '[a-z]', 'none'],
  ['a\\?b', 'a?b', 'a?b'],
  ['"*"', '?', '*'],
  ['é*', '*é', 'é'],
  ['日本/*', '**/*.ts', '日本/a.ts'],
  ['🎉', '??', '🎉'],
  ['a|b', 'a|b', 'a|b'],
  ['#x', '#*', '#x'],
  // excludes
  ['src/** !src/gen/**', 'src/gen/**', 'none'],
  ['!src/gen/** src/**', 'src/gen/**', 'none'],
  ['src/** !src/gen/**', 'src/{gen,x}/*.ts', 'src/x/a.ts'],
  ['** !a', '? !b', 'c'],
  ['** !**/*', '**', 'none'],
  ['*.ts !a.ts', 'a.ts', 'none'],
  ['!a', '**', 'none'],
  ['** !!(a)', '**', 'a'],
  ['!(a) !b', '[abc]', 'c'],
  ['src/** !src/**/*.ts', 'src/** !src/**/!(*.ts)', 'none'],
  // lists: the plainest of all witnesses, from whichever includes
  ['lib/** src/**', 'src/x.ts lib/*.js', 'lib/a.js'],
  ['x-!(y)z docs/readme.md', 'docs/* q', 'docs/readme.md'],
];

for (const [a, b, expected] of FORMS) {
  test(`${a}  and  ${b}`, () => {
    for (const [one, two] of [
      [lists(a), lists(b)],
      [lists(b), lists(a)],
    ] as const) {
      const { overlap: answer, exact, witness, patterns } = overlap(one, two);
      assert.is(witness ?? 'none', expected);
      assert.is(answer, expected !== 'none');
      assert.ok(exact);
      if (witness === undefined || patterns === undefined) continue;
      assert.ok(matcher(one)(witness) && matcher(two)(witness));
      assert.ok(matcher([one[patterns[0]] as string])(witness));
      assert.ok(matcher([two[patterns[1]] as string])(witness));
    }
  });
}

test('no list, and a list without includes, overlaps with nothing', () => {
  assert.equal(overlap([], ['**']), { overlap: false, exact: true });
  assert.equal(overlap(['**'], ['!a', '!b']), { overlap: false, exact: true });
});

test('the witness names the includes as they stand in the lists', () => {
  const answer = overlap(['!x', 'docs/**', 'src/**'], ['!y', '!z', 'src/a.ts']);
  assert.equal(answer, { overlap: true, exact: true, witness: 'src/a.ts', patterns: [2, 2] });
});

test('a name with a newline is not missed', () => {
  for (const glob of ['src/**', 'src/*', '**', '**/*', 'src/?', 'src/[!a]', 'src/!(a)', 'src/\n', '*/\n']) {
    assert.ok(matcher([glob])('src/\n'), glob);
    assert.is(overlap([glob], ['src/\n']).witness, 'src/\n', glob);
  }
  assert.ok(matcher(['src/**/*.ts'])('src/a\nb/\u2028.ts'));
});

test('.git and .ptask are named only where nothing else fits', () => {
  assert.is(overlap(['{.git,.ptask,out}/**'], ['*/*']).witness, 'out/a');
  assert.is(
    overlap(['{.git,something-long}/x'], ['**']).witness,
    'something-long/x'.length > 12 ? '.git/x' : '',
  );
  assert.is(overlap(['.git/**'], ['**/HEAD']).witness, '.git/HEAD');
});

test('what cannot be decided counts as overlap and says why', () => {
  const undecided: [string, RegExp][] = [
    ['(a)\\1', /back-reference/],
    ['x(?<=x)*', /look-behind/],
    ['(a\\b)*', /word boundary/],
    ['{1..100000}', /range \{1\.\.100000\}, which is too large/],
    ['a*'.repeat(6000), /longer than/],
    [`${'@('.repeat(70)}a${')'.repeat(70)}`, /nests/],
  ];
  for (const [glob, why] of undecided) {
    const answer = overlap([glob], ['**']);
    assert.is(answer.overlap, true, glob);
    assert.is(answer.exact, false, glob);
    assert.match(answer.reason ?? '', why);
  }
});

test('where the prefix, or a path both match, decides it, an undecidable pattern does not matter', () => {
  assert.equal(overlap(['src/(a)\\1'], ['lib/**']), { overlap: false, exact: true });
  assert.is(overlap(['src/(a)\\1', 'lib/*'], ['lib/**']).exact, true);
});

test('an undecidable exclude takes nothing away, and the answer says so', () => {
  const answer = overlap(['src/**', '!src/(a)\\1'], ['src/*']);
  assert.is(answer.overlap, true);
  assert.is(answer.exact, false);
  assert.is(answer.witness, 'src/a');
  assert.match(answer.reason ?? '', /back-reference/);
  assert.is(overlap(['src/**', '!lib/(a)\\1'], ['src/*']).exact, true);
});
