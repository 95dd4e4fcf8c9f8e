// Paths to the globs that a person would have written.
import { cover } from '../../src/learn/cover.ts';
import { matcher } from '../../src/plan/patterns/index.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('learn/cover');

/** @param rest what is there and was not seen */
const globs = (seen: string, rest = '', listed: readonly string[] = []): string[] =>
  cover(words(seen), { all: [...words(seen), ...words(rest)], listed: new Set(listed) });
/** @param rest what is left from earlier @param users what is the user's own */
const made = (seen: string, rest = '', users = ''): string[] =>
  cover(words(seen), {
    all: [...words(seen), ...words(rest), ...words(users)],
    users: new Set(words(users)),
  });
const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);
const many = (count: number, name: (index: number) => string): string =>
  Array.from({ length: count }, (_, at) => name(at)).join(' ');

test('nothing for nothing', () => {
  assert.equal(globs(''), []);
  assert.equal(globs('', 'src/a.ts'), []);
});

test('a folder of which all was seen', () => {
  assert.equal(globs('src/a.ts src/b.ts src/deep/c.ts'), ['src/**']);
  assert.equal(globs('src/a.ts src/b.css src/c.json'), ['src/**']);
});

test('a folder of which most was seen: what is added to it is meant as well', () => {
  assert.equal(globs('src/a.ts src/b.ts src/c.ts', 'src/unused.ts'), ['src/**']);
});

test('of several kinds those that were seen', () => {
  assert.equal(globs('src/a.ts src/b.ts', 'src/a.css src/b.css'), ['src/**/*.ts']);
  assert.equal(globs('src/a.ts src/b.tsx src/c.ts', 'src/a.css'), ['src/**/*.{ts,tsx}']);
});

test('files without an ending are no kind of their own', () => {
  assert.equal(globs('src/a.ts src/b.ts', 'src/.gitkeep'), ['src/**']);
  assert.equal(globs('src/a.ts src/b.ts src/Makefile', 'src/x.css'), ['src/**/*.ts', 'src/Makefile']);
});

test('a few of many are names', () => {
  assert.equal(
    globs(
      'docs/a.md',
      many(9, (at) => `docs/x${at}.md`),
    ),
    ['docs/a.md'],
  );
  assert.equal(globs('scripts/build.mjs', 'scripts/a.sh scripts/b.sh scripts/c.mjs scripts/d.mjs'), [
    'scripts/build.mjs',
  ]);
});

test('a folder with one file is a name, unless it was listed or is one of sources', () => {
  assert.equal(globs('scripts/build.mjs'), ['scripts/build.mjs']);
  assert.equal(globs('scripts/build.mjs', '', ['scripts']), ['scripts/**']);
  assert.equal(globs('src/index.ts'), ['src/**']);
  assert.equal(globs('packages/a/src/index.ts', 'packages/a/x.md packages/b/y.md'), ['packages/a/src/**']);
});

test('configs in the root are names', () => {
  assert.equal(globs('package.json tsconfig.json src/a.ts src/b.ts', 'README.md'), [
    'package.json',
    'src/**',
    'tsconfig.json',
  ]);
});

test('files of the root are a pattern only where the root was listed and most are meant', () => {
  const seen = 'a.md b.md c.md d.md';
  assert.equal(globs(seen, 'x.ts', ['']), ['*.md']);
  assert.equal(globs(seen, 'x.ts'), ['a.md', 'b.md', 'c.md', 'd.md']);
  assert.equal(globs('a.md b.md c.md', 'x.ts', ['']), ['a.md', 'b.md', 'c.md']);
});

test('a neighbour that was not touched is not meant', () => {
  assert.equal(
    globs(
      'packages/a/x.ts packages/a/y.ts packages/b/x.ts packages/b/y.ts',
      'packages/c/x.ts packages/c/package.json',
    ),
    ['packages/a/**', 'packages/b/**'],
  );
  assert.equal(
    globs(
      many(20, (at) => `packages/a/src/f${at}.ts`),
      'packages/b/f.ts packages/b/package.json',
    ),
    ['packages/a/**'],
  );
});

test('a small part that was passed over is', () => {
  assert.equal(
    globs(
      many(20, (at) => `src/f${at}.ts`),
      'src/legacy/a.ts',
    ),
    ['src/**'],
  );
});

test('a large part that was passed over is not', () => {
  assert.equal(
    globs(
      'src/a/x.ts src/a/y.ts src/b/x.ts src/b/y.ts src/b/z.ts src/a/z.ts',
      many(4, (at) => `src/c/f${at}.ts`),
    ),
    ['src/a/**', 'src/b/**'],
  );
});

test('tests beside what was read are left out, where none was read', () => {
  assert.equal(globs('src/a.ts src/b.ts', 'src/a.test.ts src/b.test.ts'), ['src/**', '!src/**/*.test.ts']);
  assert.equal(globs('src/a.ts src/b.ts', 'src/__tests__/a.ts src/__tests__/b.ts'), [
    'src/**',
    '!src/**/__tests__/**',
  ]);
  assert.equal(globs('pkg/a.go pkg/b.go', 'pkg/a_test.go'), ['pkg/**', '!pkg/**/*_test.go']);
});

test('where a test was read tests are files as others', () => {
  assert.equal(globs('src/a.ts src/a.test.ts src/b.ts', 'src/b.test.ts'), ['src/**']);
});

test('no exclude for tests that no glob matches', () => {
  assert.equal(globs('package.json', 'src/a.test.ts'), ['package.json']);
});

test('signs that mean something in globs', () => {
  assert.equal(globs('app/[id]/page.tsx app/[id]/x.tsx', 'app/b/y.tsx app/b/z.tsx app/c/z.tsx'), [
    'app/\\[id\\]/**',
  ]);
  assert.equal(globs('a{b}.txt'), ['a\\{b\\}.txt']);
});

test('the same in three or more folders is the same in any', () => {
  const seen = many(
    5,
    (at) => `packages/p${at}/src/a.ts packages/p${at}/src/b.ts packages/p${at}/package.json`,
  );
  const rest = many(
    5,
    (at) =>
      `packages/p${at}/README.md packages/p${at}/test/a.ts packages/p${at}/test/b.ts packages/p${at}/test/c.ts`,
  );
  assert.equal(globs(seen, rest), ['packages/**/*.json', 'packages/*/src/**']);
});

test('not where another folder has the same', () => {
  const seen = many(3, (at) => `packages/p${at}/src/a.ts packages/p${at}/src/b.ts`);
  const rest = `packages/q/src/a.ts packages/q/src/b.ts packages/q/package.json packages/r/src/x.ts packages/r/src/y.ts`;
  assert.equal(globs(seen, rest), ['packages/p0/**', 'packages/p1/**', 'packages/p2/**']);
});

test('at most a dozen or so, as long as folders can be combined', () => {
  const seen = many(30, (at) => `docs/d${at}/a.md`);
  const rest = many(30, (at) => `docs/d${at}/b.md docs/d${at}/c.md`);
  assert.equal(globs(seen, rest), ['docs/*/a.md']);
  const names = many(30, (at) => `docs/d${at}/a${at}.md`);
  assert.equal(globs(names, rest), ['docs/**']);
});

test('what was made: a folder that was made as a whole, with one file as well', () => {
  assert.equal(made('dist/index.js'), ['dist/**']);
  assert.equal(made('dist/index.js dist/a.css', 'dist/old.js'), ['dist/**']);
  assert.equal(made('build/a/x.o build/a/y.o', 'build/b/z.o build/b/q.o'), ['build/a/**']);
  assert.equal(made('app out.txt', '', 'README.md src/a.c'), ['app', 'out.txt']);
  assert.equal(made('src/gen.ts src/c.ts src/d.ts src/e.ts', '', 'src/a.ts src/b.ts'), [
    'src/c.ts',
    'src/d.ts',
    'src/e.ts',
    'src/gen.ts',
  ]);
});

test('what was made beside its sources', () => {
  assert.equal(made('src/a.js src/b.js', '', 'src/a.ts src/b.ts src/c.ts'), ['src/**/*.js']);
});

test('all that was seen is matched, whatever there is', () => {
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const names = ['a', 'b', '[c]', 'd e', 'src', '__tests__', 'x.test'];
  const ends = ['.ts', '.tsx', '.css', '', '.d.ts'];
  const path = (): string =>
    `${Array.from({ length: 1 + random(3) }, () => names[random(names.length)]).join('/')}${random(3)}${ends[random(ends.length)]}`;
  for (let round = 0; round < 200; round++) {
    const all = [...new Set(Array.from({ length: 1 + random(30) }, path))];
    const seen = all.filter(() => random(2) === 0);
    const isMade = random(2) === 0;
    const listed = new Set(random(2) === 0 ? ['', 'src', 'a'] : []);
    const found = cover(seen, {
      all,
      listed,
      ...(isMade && { users: new Set(all.filter(() => random(2) === 0)) }),
    });
    const matches = matcher(found);
    assert.equal(
      seen.filter((each) => !matches(each)),
      [],
      JSON.stringify({ all, seen, found }),
    );
  }
});
