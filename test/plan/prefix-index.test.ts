// Whoever meets is near, however many there are.
import fc from 'fast-check';
import { findClash } from '../../src/plan/file-dir-conflicts.ts';
import { overlap } from '../../src/plan/patterns/index.ts';
import { PrefixIndex } from '../../src/plan/prefix-index.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('plan/prefix-index');
const numRuns = Number(process.env.PTASK_TEST_RUNS ?? 100);

const names = [
  'a',
  'b',
  'a.ts',
  'x.txt',
  '*',
  '?',
  '*.ts',
  'a*',
  '**',
  '{a,b}',
  '[ab]',
  '@(a|b)',
  '.',
  '"a"',
  'a+',
];
const patterns = fc
  .tuple(
    fc.constantFrom('', '', './', '!'),
    fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }),
  )
  .chain(([start, all]) => fc.constantFrom('', '', '', '/').map((end) => start + all.join('/') + end));
const lists = fc.array(fc.array(patterns, { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 12 });

test('property: lists that overlap, or have a file where the other has a folder, are near each other', () => {
  fc.assert(
    fc.property(lists, (some) => {
      const few = some.filter((list) => !list.every((glob) => glob.startsWith('!')));
      // Of many, so that they are sorted.
      const all = [...few, ...Array.from({ length: 60 }, (_, at) => [`${at % 2 ? '*/' : ''}f${at}.txt`])];
      const index = new PrefixIndex(all);
      for (const one of few) {
        const near = new Set(index.near(one));
        for (const [at, other] of all.entries())
          if (overlap(one, other).overlap || findClash(one, other))
            assert.ok(near.has(at), `${one} ${other}`);
      }
    }),
    { numRuns },
  );
});

test('files with names of their own are not near each other, but for what lies below one', () => {
  const files = Array.from({ length: 1_000 }, (_, at) => [`src/*/f${at}.txt`]);
  const index = new PrefixIndex([
    ...files,
    ['src/a/f7.txt/b'],
    ['src/**/f8.txt'],
    ['src/*/*/f9.txt'],
    ['lib/*/f7.txt'],
  ]);
  assert.equal(index.near(['src/*/f7.txt']), [7, 1_000, 1_001, 1_002]);
  assert.equal(index.near(['src/a/f8.txt']), [8, 1_001, 1_002]);
  assert.is(index.near(['src/*/f*.txt']).length, 1_003);
});
