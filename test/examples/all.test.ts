// What holds for every example.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { examplesFolder } from './example.ts';

const test = suite('every example');
const names = readdirSync(examplesFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

test('is tested, by name', () => {
  const tests = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
    .join('\n');
  assert.ok(names.length >= 8);
  for (const name of names) assert.ok(tests.includes(`copyOf('${name}'`), `no test copies ${name}`);
});

test('is in the list of examples, with a README', () => {
  const list = readFileSync(join(examplesFolder, 'README.md'), 'utf8');
  for (const name of names) {
    assert.ok(list.includes(`| [${name}](${name}) `), `${name} is not in the list`);
    assert.match(readFileSync(join(examplesFolder, name, 'README.md'), 'utf8'), /^# \S/);
  }
});

test('tells an editor where the schema is', () => {
  for (const name of names) {
    const folder = join(examplesFolder, name);
    const configs = readdirSync(folder).filter((file) => file.endsWith('.config.yaml'));
    assert.ok(configs.includes('parallel.config.yaml'), name);
    for (const config of configs) {
      const [first = ''] = readFileSync(join(folder, config), 'utf8').split('\n');
      const schema = /^# yaml-language-server: \$schema=(\S+)$/.exec(first)?.[1] ?? '';
      const path = resolve(dirname(join(folder, config)), schema);
      assert.is(path, join(repositoryRoot, 'schema/parallel.config.schema.json'), `${name}/${config}`);
    }
  }
});
