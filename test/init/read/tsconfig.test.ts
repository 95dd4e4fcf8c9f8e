import { Repository } from '../../../src/init/read/repository.ts';
import { readTsConfig } from '../../../src/init/read/tsconfig.ts';
import { assert, suite } from '../../support/suite.ts';
import { type Files, folderWith } from '../support.ts';

const test = suite('init/read/tsconfig');

const read = (files: Files, path = '.') =>
  readTsConfig(new Repository(folderWith(files)), path === '.' ? '' : path);

test('options come from what a config extends, paths relative to where they are written', () => {
  const config = read(
    {
      'packages/a/tsconfig.json': '{ // comment\n "extends": "../../base", "include": ["src"], }',
      'base.json': { extends: ['./strict.json'], compilerOptions: { outDir: 'out', composite: true } },
      'strict.json': { compilerOptions: { outDir: 'other', noEmit: true } },
    },
    'packages/a',
  );
  assert.equal(config?.files, ['packages/a/tsconfig.json', 'base.json', 'strict.json']);
  assert.equal(config?.include, ['packages/a/src']);
  assert.is(config?.options.outDir, 'out');
  assert.is(config?.options.noEmit, true);
  assert.is(config?.options.isIncremental, true);
});

test('the last of several that are extended counts first', () => {
  const config = read({
    'tsconfig.json': { extends: ['./a.json', './b.json'] },
    'a.json': { compilerOptions: { outDir: 'a', declarationDir: 'types' } },
    'b.json': { compilerOptions: { outDir: 'b' } },
  });
  assert.is(config?.options.outDir, 'b');
  assert.is(config?.options.declarationDir, 'types');
});

test('${configDir} is the folder of the config that is compiled', () => {
  const config = read(
    {
      'a/tsconfig.json': { extends: '../base.json' },
      'base.json': { compilerOptions: { outDir: '${configDir}/lib' } },
    },
    'a',
  );
  assert.is(config?.options.outDir, 'a/lib');
});

test('configs that extend each other, one that is installed, and one that is not there', () => {
  assert.equal(
    read({ 'tsconfig.json': { extends: './b.json' }, 'b.json': { extends: './tsconfig.json' } })?.files,
    [...['tsconfig.json', 'b.json']],
  );
  assert.equal(read({ 'tsconfig.json': { extends: '@tsconfig/node20' } })?.files, ['tsconfig.json']);
  assert.is(read({}), undefined);
});

test('projects that it names, and folders that aliases lead to', () => {
  const config = read({
    'tsconfig.json': {
      references: [{ path: './core' }, { path: 'tsconfig.node.json' }],
      compilerOptions: { baseUrl: 'src', paths: { '@/*': ['./*'], '#shared/*': ['../shared/*'] } },
    },
    'core/tsconfig.json': {},
  });
  assert.equal(config?.references, ['core/tsconfig.json', 'tsconfig.node.json']);
  assert.equal(config?.alsoIn, ['src', 'shared']);
});
