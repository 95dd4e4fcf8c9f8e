import fc from 'fast-check';
import { findClash } from '../../src/plan/file-dir-conflicts.ts';
import { matcher, overlap } from '../../src/plan/patterns/index.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('plan/clashes');

const told = (a: string, b: string): string => {
  const clash = findClash(a.split(' '), b.split(' '));
  return clash ? `${clash.file} | ${clash.below} | ${clash.patterns}` : 'none';
};

test('a file against what lies below it, whichever side it stands on', () => {
  assert.is(told('dist', 'dist/app.js'), 'dist | dist/app.js | 0,0');
  assert.is(told('dist/app.js', 'dist'), 'dist | dist/app.js | 0,0');
  assert.is(told('src/** dist', 'lib dist/js/*.js'), 'dist | dist/js/a.js | 1,1');
  assert.is(told('./dist', 'dist/app.js'), 'dist | dist/app.js | 0,0');
});

test('nothing to find', () => {
  assert.is(told('dist', 'dist2/app.js'), 'none');
  assert.is(told('dist', 'dist'), 'none');
  assert.is(told('dist', 'src/dist/x'), 'none');
});

test('a wildcard that could name the file, or the folder, is not meant so', () => {
  assert.is(told('dist/*', 'dist/sub/x'), 'none');
  assert.is(told('package.json', '**/*.ts'), 'none');
  assert.is(told('package.json', '*/x'), 'none');
});

test('a list that matches the file itself overlaps in the ordinary way', () => {
  assert.ok(overlap(['src'], ['src/**']).overlap);
  assert.is(told('src', 'src/**'), 'none');
  assert.is(told('src', 'src/**/*.ts'), 'src | src/a.ts | 0,0');
});

test('excludes count on both sides', () => {
  assert.is(told('dist !dist', 'dist/app.js'), 'none');
  assert.is(told('dist', 'dist/*.js !dist/**'), 'none');
  assert.is(told('dist', 'dist/*.js !dist/a.js'), 'dist | dist/b.js | 0,0');
});

test('whatever is below a literal path by its own name is found, and what is found is one', () => {
  const name = fc.constantFrom('a', 'b', 'a+b', '@x', 'a!', 'x y', '.d', 'ü');
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
  fc.assert(
    fc.property(path, path, fc.constantFrom('', '/*', '/*/**', '/?.ts'), (file, rest, glob) => {
      const clash = findClash([`${file}/${rest}${glob}`], ['other', file]);
      assert.ok(clash, `${file} against ${file}/${rest}${glob}`);
      assert.is(clash.file, file);
      assert.ok(clash.below.startsWith(`${file}/`));
      assert.ok(matcher([`${file}/${rest}${glob}`])(clash.below));
      assert.equal(clash.patterns, [0, 1]);
    }),
  );
});
