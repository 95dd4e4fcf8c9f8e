// What tasks have made in a work tree, from one run to the next.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { linksIn, MadeFiles } from '../../src/cache/made.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { raw } from './support.ts';

const test = suite('cache/made');

function root(): string {
  const dir = tempDir();
  mkdirSync(join(dir, '.git'));
  return dir;
}

const made = (...paths: string[]) => new Map(paths.map((path) => [raw(path), 'state 644']));
const told = (dir: string) => {
  const { made: now, before } = new MadeFiles(dir).of('build');
  return [[...now.keys()].join(), [...before.keys()].join()];
};

test('of each task, now and before the last run that has changed it', () => {
  const dir = root();
  for (const paths of [['a'], ['a', 'b']]) new MadeFiles(dir).set('build', made(...paths));
  assert.equal(told(dir), ['a,b', 'a']);
  new MadeFiles(dir).set('build', made('a', 'b'));
  assert.equal(told(dir), ['a,b', 'a']);
  const run = new MadeFiles(dir);
  run.add('build', made('c'));
  run.set('build', made('c'));
  run.tidy();
  assert.equal(told(dir), ['c', 'a,b']);
});

test('links are told from files', () => {
  const state = new Map([
    [raw('a'), '> there'],
    [raw('b'), 'state 644'],
  ]);
  assert.equal([...linksIn({ made: state, before: new Map([[raw('c'), '> there']]) })].sort(), ['a', 'c']);
});
