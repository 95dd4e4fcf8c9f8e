// The search for the files that a task needs.
import fc from 'fast-check';
import { type Needed, smallestSet } from '../../src/run/strict-check/smallest-set.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/smallest-set');

/** A task that needs these of all paths, asked at most so often. */
async function search(
  paths: string[],
  needed: string[],
  most = Number.POSITIVE_INFINITY,
): Promise<Needed & { asked: number }> {
  let asked = 0;
  const found = await smallestSet(paths, async (some) => {
    if (asked >= most) return undefined;
    asked += 1;
    return needed.every((path) => some.includes(path));
  });
  return { ...found, asked };
}

const many = (folder: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${folder}/${String(at).padStart(4, '0')}`);

test('one of a thousand is found in a few runs', async () => {
  const paths = ['a.json', ...many('src', 500), ...many('lib/deep', 500), 'tsconfig.json'];
  const found = await search(paths, ['lib/deep/0123']);
  assert.equal(found.paths, ['lib/deep/0123']);
  assert.ok(found.isSmallest && found.asked <= 16, String(found.asked));
});

test('several are found, wherever they lie', async () => {
  const paths = ['tsconfig.json', ...many('src', 50), ...many('lib', 50)];
  const found = await search(paths, ['lib/0001', 'src/0049', 'tsconfig.json']);
  assert.equal(found.paths, ['lib/0001', 'src/0049', 'tsconfig.json']);
});

test('where there is no time the folders are named that are known to be enough', async () => {
  const paths = ['tsconfig.json', ...many('src', 50), ...many('lib', 50)];
  const found = await search(paths, ['tsconfig.json', ...many('lib', 30)], 12);
  assert.equal([found.paths, found.isSmallest], [['lib/', 'tsconfig.json'], false]);
  assert.equal((await search(paths, ['src/0000'], 0)).paths, ['']);
});

test('whatever is needed is found, and nothing else', async () => {
  const path = fc
    .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 })
    .map((names) => `${names.join('/')}.x`);
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(path, { minLength: 1, maxLength: 20 }), fc.nat(), async (paths, seed) => {
      const needed = paths.filter((_, at) => at === seed % paths.length || ((seed >> at) & 3) === 3);
      const found = await search(paths, needed);
      assert.equal(found.paths, [...needed].sort());
    }),
    { numRuns: 200 },
  );
});
