import fc from 'fast-check';
import micromatch from 'micromatch';
import { asFolder, isFolder } from '../../../src/plan/patterns/folder-name.ts';
import { isExclude } from '../../../src/plan/patterns/list.ts';
import { isNormalised } from '../../../src/plan/patterns/normalised.ts';
import { GLOB_OPTIONS } from '../../../src/plan/patterns/options.ts';
import { isUnder } from '../../../src/plan/patterns/prefix.ts';
import { expandRanges } from '../../../src/plan/patterns/ranges.ts';

/** Runs of each property: small by default, hundreds of thousands at night. */
export const RUNS = Number(process.env.PTASK_TEST_RUNS ?? 300);

/**
 * The truth: micromatch itself, over a list; and what is below a name of a folder. Paths are short, so its backtracking
 * does no harm.
 */
export function truth(list: readonly string[], names: 'files' | 'folders'): (path: string) => boolean {
  const exactly = (pattern: string) =>
    pattern === '' ? () => false : micromatch.matcher(expandRanges(pattern).pattern, GLOB_OPTIONS);
  const compile = (written: string, asName: typeof names) => {
    const pattern = asName === 'folders' ? asFolder(written) : written;
    if (!isFolder(pattern)) return exactly(pattern);
    const text = expandRanges(pattern.slice(0, -1)).pattern;
    const [folder, contents] = [exactly(text), exactly(`${text}/**`)];
    return (path: string) => folder(path) || contents(path) || isUnder(path, text);
  };
  const includes = list.filter((pattern) => !isExclude(pattern)).map((pattern) => compile(pattern, names));
  const excludes = list.filter(isExclude).map((pattern) => compile(pattern.slice(1), 'folders'));
  return (path) => includes.some((match) => match(path)) && !excludes.some((match) => match(path));
}

/** Every text over these characters up to this length. */
export function texts(characters: string, length: number): string[] {
  const all = [''];
  for (let from = 0, n = 0; n < length; n++) {
    const to = all.length;
    for (; from < to; from++) for (const character of characters) all.push(all[from] + character);
  }
  return all.slice(1);
}

/** Short paths, complete over a small alphabet, and some that a small alphabet does not have. */
export const PATHS = [
  ...texts('ab./', 4),
  ...texts('a1', 3),
  ...[
    'a\nb',
    '\n',
    'a/\n',
    '\r',
    '\u2028',
    'é',
    '🎉',
    'a b',
    ' ',
    'A',
    '-',
    '_',
    'a-b',
    '$',
    '^',
    '+',
    'a+',
    '++',
    'a++',
    '$$',
    'a$',
    '+++',

    '*',
    '[a]',
    '{a}',
  ],
  ...[
    '(a)',
    'a|b',
    '!',
    '!a',
    '@',
    'a@b',
    '"',
    '"a"',
    '\\',
    'a\\b',
    '~',
    ',',
    'a,b',
    '=',
    '++',
    '$$',
    '^^',
    '--',
    ':',
    '10',
    '12',
    '20',
    '02',
    '-1',
  ],
  ...[
    '.git/a',
    '.git',
    'a/.b',
    'a.b/a.b',
    'aa/bb',
    'ab/ab',
    'a/b/a',
    'a/b/a/b',
    'b/a.b.a',
    '...',
    'a/...',
    'abab',
    'aabb',
  ],
  ...[
    'a/a.b/b',
    '.a.b',
    'aab/a',
    'a..b',
    'b.a/a',
    'ba.ab',
    'a/ab.b',
    'bbb/aaa',
    'aaaaaa',
    'a.a.a.a',
    '?',
    'a?',
    '.ab/a.b',
  ],
].filter(isNormalised);

const PARTS = [
  'a',
  'b',
  'ab',
  '.',
  '/',
  '*',
  '**',
  '?',
  '[ab]',
  '[!a]',
  '[^b]',
  '[a-c]',
  '{1..3}',
  '{a..c}',
  '{08..12}',
];
const ODD = [
  '\\*',
  '\\a',
  '\\.',
  '"a"',
  '"',
  '|',
  '+',
  '$',
  '^',
  '\n',
  'é',
  '🎉',
  '(?=a)',
  '(?!a)',
  '(?:a)',
  '\\d',
  '\\W',
  './',
];
const ODDER = [
  '..',
  '[[:alpha:]]',
  '[[:digit:].]',
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  '!',
  ',',
  '\\',
  '-',
  '~',
  '@',
  '=',
  '++',
  '$$',
  '^^',
  '--',
  '[]a]',
  '[a\\]]',
];
const SIGNS = ['', '@', '!', '*', '+', '?'];

const { glob: tame } = fc.letrec<{ glob: string; part: string }>((tie) => ({
  glob: fc.array(tie('part'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { weight: 12, arbitrary: fc.constantFrom(...PARTS) },
    { weight: 5, arbitrary: fc.constantFrom('/*', '/**', '**/', '/**/', '*.b', 'a/', '/b') },
    {
      weight: 1,
      arbitrary: fc.array(tie('glob'), { minLength: 1, maxLength: 3 }).map((globs) => `{${globs.join(',')}}`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...SIGNS), fc.array(tie('glob'), { minLength: 1, maxLength: 3 }))
        .map(([sign, globs]) => `${sign}(${globs.join('|')})`),
    },
  ),
}));

/** Globs people write. */
export const glob = tame;
/** Anything: odd signs, unbalanced brackets, pieces of regular expressions. */
export const anything = fc
  .array(
    fc.oneof({ weight: 3, arbitrary: tame }, { weight: 1, arbitrary: fc.constantFrom(...ODD, ...ODDER) }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((parts) => parts.join(''));

export const pattern = fc.oneof({ weight: 3, arbitrary: glob }, { weight: 2, arbitrary: anything });

export const list = fc
  .tuple(
    fc.array(pattern, { minLength: 1, maxLength: 3 }),
    fc.array(
      pattern.map((text) => `!${text}`),
      { maxLength: 2 },
    ),
  )
  .map(([includes, excludes]) => [...includes, ...excludes]);
