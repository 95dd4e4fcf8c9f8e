import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import micromatch from 'micromatch';
import { membersOf } from '../../src/plan/interval-set.ts';
import { listFiles, listTree } from '../../src/plan/listing.ts';
import { GLOB_OPTIONS } from '../../src/plan/patterns/index.ts';
import { Expansion, wantsOf } from '../../src/plan/touches.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('plan/touches');

const FILES = [
  'a',
  'a.ts',
  'b/c.ts',
  'b/c/d.ts',
  'b-x/e',
  'b.ts',
  'node_modules/m/i.ts',
  'node_modules/n',
  '.dot/f.ts',
  'lib/b/c.ts',
];

function folder(files = FILES): string {
  const root = tempDir();
  write(root, Object.fromEntries(files.map((file) => [file, ''])));
  return root;
}

const expand = (root: string, list: string[]): string[] => {
  const expansion = new Expansion(listTree(root, wantsOf(list)));
  return [...membersOf(expansion.of(list))].map((file) => expansion.listing.path(file));
};

test('only what is wanted is listed', () => {
  const root = folder();
  assert.equal(listFiles(root, wantsOf(['b/**'])), ['b/c.ts', 'b/c/d.ts']);
  assert.equal(listFiles(root, wantsOf(['a.ts'])), ['a.ts']);
  assert.equal(
    listFiles(root, wantsOf(['**', '!node_modules/**', '!lib/**'])),
    FILES.filter((file) => !/^(node_|lib)/.test(file)).sort(),
  );
  assert.equal(listFiles(root, []), []);
});

test('what one list leaves out another may want', () => {
  const root = folder();
  const files = listFiles(root, [...wantsOf(['**', '!node_modules/**']), ...wantsOf(['node_modules/m/*'])]);
  assert.ok(files.includes('node_modules/m/i.ts'));
  assert.not(files.includes('node_modules/n'));
});

test('a folder that is a symbolic link is a file', () => {
  const root = folder(['real/x']);
  symlinkSync('real', join(root, 'link'));
  assert.equal(listFiles(root, wantsOf(['**'])), ['link', 'real/x']);
});

test('a missing root and odd names', () => {
  assert.equal(listFiles('/nowhere/at/all', wantsOf(['**'])), []);
  assert.equal(expand(folder(['new\nline', "quo'te", 'ü/é']), ['**']), ['new\nline', "quo'te", 'ü/é']);
});

const globs = fc.constantFrom(
  '**',
  '*',
  '**/*.ts',
  'b/**',
  'b*',
  'b*/*',
  'b/c*',
  'a.ts',
  'lib/b',
  '{a,b}*',
  '!b/**',
  '!node_modules/**',
  '!**/c.ts',
  '!a',
  '.*/**',
);

test('property: expansion is what micromatch says of every file, and of a folder all that is in it', () => {
  const root = folder();
  const isMatch = (file: string, glob: string): boolean =>
    micromatch.isMatch(file, /[*}]$/.test(glob) ? glob : [glob, `${glob}/**`], GLOB_OPTIONS);
  fc.assert(
    fc.property(fc.array(globs, { minLength: 1, maxLength: 4 }), (list) => {
      const says = (file: string): boolean =>
        list.some((glob) => !glob.startsWith('!') && isMatch(file, glob)) &&
        !list.some((glob) => glob.startsWith('!') && isMatch(file, glob.slice(1)));
      assert.equal(expand(root, list), [...FILES].sort().filter(says));
    }),
    { numRuns: Number(process.env.PTASK_TEST_RUNS ?? 200) },
  );
});
