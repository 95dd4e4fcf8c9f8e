// Files that no task declares.
import { noiseOf, sourceOf } from '../../src/learn/noise.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('learn/noise');

const of = (path: string, ...there: string[]): string | undefined =>
  noiseOf(path, (each) => there.includes(each));

test('packages, caches, and what is git’s and ptask’s', () => {
  const told = {
    'node_modules/a/index.js': 'packages',
    'packages/a/node_modules/.bin/tsc': 'packages',
    '.venv/lib/site.py': 'packages',
    '.git/HEAD': 'own',
    '.ptask/runs/x': 'own',
    '.eslintcache': 'caches',
    'packages/a/tsconfig.tsbuildinfo': 'caches',
    'pkg/__pycache__/a.cpython-311.pyc': 'caches',
    '.next/cache/x': 'caches',
    'node_modules/.cache/x': 'packages',
  };
  for (const [path, kind] of Object.entries(told)) assert.is(of(path), kind, path);
});

test('names that only look like it', () => {
  for (const path of [
    'src/cache/a.ts',
    '.gitignore',
    '.github/x.yml',
    '.next/out.js',
    'src/node_modules.ts',
    'venv.txt',
  ])
    assert.is(of(path), undefined, path);
});

test('target is a cache where Cargo keeps it', () => {
  assert.is(of('target/debug/x', 'Cargo.toml'), 'caches');
  assert.is(of('crates/a/target/x', 'crates/a/Cargo.toml'), 'caches');
  assert.is(of('target/classes/A.class', 'pom.xml'), undefined);
});

test('what Python has compiled stands for its source', () => {
  assert.is(sourceOf('pkg/__pycache__/a.cpython-311.pyc'), 'pkg/a.py');
  assert.is(sourceOf('__pycache__/a.cpython-311.opt-1.pyc'), 'a.py');
  assert.is(sourceOf('pkg/a.py'), undefined);
});
