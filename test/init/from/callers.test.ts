// `ptask migrate concurrently` and `npm-run-all`: the scripts that use them, with what these start.

import { assert, suite } from '../../support/suite.ts';
import { proposed } from '../support.ts';

const test = suite('init/from/callers');

const files = {
  'package.json': {
    name: 'p',
    scripts: {
      a: 'eslint a',
      b: 'eslint b',
      c: 'eslint c',
      both: 'run-p a b',
      other: 'concurrently -n x,y "npm:c" "eslint d"',
      dev: 'concurrently "vite" "tsc -w"',
    },
  },
};

const tasksOf = (tool: string): string[] =>
  [...proposed(files, tool).yaml.matchAll(/^ {2}([\w:]+):$/gm)].map(([, name = '']) => name);

test('only what they start', () => {
  assert.equal(tasksOf('npm-run-all'), ['a', 'b', 'both']);
  assert.equal(tasksOf('concurrently'), ['c', 'other:eslint', 'other']);
});

test('groups one after the other', () => {
  const scripts = { one: 'node one.js', two: 'node two.js', all: 'npm-run-all -s one -p two' };
  const { yaml } = proposed({ 'package.json': { scripts } }, 'npm-run-all');
  assert.match(yaml, /two:\n {4}run: npm run two\n {4}needs: \[one\]/);
});
