import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
// @ts-expect-error: a script of the build, in JavaScript
import { keepLastChunks } from '../../scripts/last-chunks.mjs';
// @ts-expect-error: another one
import { licences } from '../../scripts/licences.mjs';
// @ts-expect-error: another one
import { digestOfSources, isBuilt, writeBuiltFrom } from '../../scripts/sources.mjs';
import { hermeticEnv, repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('scripts/build');

test('a build that fails leaves dist as it was and nothing beside it, nor what a killed one has left', () => {
  const dir = tempDir();
  mkdirSync(join(dir, 'scripts'));
  for (const file of ['build.mjs', 'declarations.mjs', 'last-chunks.mjs', 'licences.mjs', 'sources.mjs'])
    copyFileSync(join(repositoryRoot, 'scripts', file), join(dir, 'scripts', file));
  mkdirSync(join(dir, 'schema'));
  symlinkSync(join(repositoryRoot, 'node_modules'), join(dir, 'node_modules'));
  // No process has such a number.
  write(dir, {
    'dist/cli.cjs': 'old',
    'dist.99999999.next/cli.cjs': '',
    'src/cli/main.ts': "import './gone.ts';\n",
  });
  const built = spawnSync(process.execPath, [join(dir, 'scripts/build.mjs')], {
    cwd: dir,
    env: hermeticEnv(),
  });
  assert.is.not(built.status, 0);
  assert.equal(readdirSync(dir).sort(), ['dist', 'node_modules', 'schema', 'scripts', 'src']);
  assert.is(readFileSync(join(dir, 'dist/cli.cjs'), 'utf8'), 'old');
});

test('the chunks that a ptask was started with stay for a day', () => {
  const dir = tempDir();
  write(dir, {
    'one/chunks/a-1': '1',
    'one/chunks/same': 's',
    'two/chunks/a-2': '2',
    'two/chunks/same': 's',
  });
  write(dir, { 'three/chunks/a-3': '3', 'three/chunks/same': 's' });
  const chunks = (name: string): string[] => readdirSync(join(dir, name, 'chunks')).sort();
  keepLastChunks(join(dir, 'none'), join(dir, 'one'));
  keepLastChunks(join(dir, 'one'), join(dir, 'two'));
  assert.equal(chunks('two'), ['a-1', 'a-2', 'same']);
  keepLastChunks(join(dir, 'two'), join(dir, 'three'));
  assert.equal(chunks('three'), ['a-1', 'a-2', 'a-3', 'same']);
  write(dir, { 'four/chunks/same': 's' });
  keepLastChunks(join(dir, 'three'), join(dir, 'four'), Date.now() + 86_400_000);
  assert.equal(chunks('four'), ['a-3', 'same'], 'the others were replaced a day ago');
});

test('a dist is built of just these sources, or not', () => {
  const dir = tempDir();
  write(dir, { 'schema/a.json': '{}', 'scripts/x.mjs': '', 'src/a.ts': '1', 'package.json': '{}' });
  assert.not.ok(isBuilt(dir));
  write(dir, { 'src/generated/g.ts': 'made', 'dist/chunks/a.cjs': '' });
  writeBuiltFrom(dir, join(dir, 'dist'), digestOfSources(dir));
  assert.ok(isBuilt(dir));
  write(dir, { 'src/generated/g.ts': 'made anew', 'src/model/plan.ts': 'made', 'docs/a.md': 'x' });
  assert.ok(isBuilt(dir), 'what is made of the others says nothing');
  write(dir, { 'src/a.ts': '2' });
  assert.not.ok(isBuilt(dir));
  write(dir, { 'src/a.ts': '1', 'src/b.ts': '' });
  assert.not.ok(isBuilt(dir));
  rmSync(join(dir, 'src/b.ts'));
  assert.ok(isBuilt(dir));
  for (const path of ['dist/chunks/a.cjs', 'src/generated/g.ts']) {
    rmSync(join(dir, path));
    assert.not.ok(isBuilt(dir), path);
    write(dir, { [path]: '' });
  }
  assert.ok(isBuilt(dir));
  write(dir, { 'dist/.last-chunks.json': '{}' });
  assert.not.ok(isBuilt(dir), 'what is published has no chunks of an earlier build');
});

/** Modules as a bundler names them. */
const modules = (dir: string, ...paths: string[]): string[] =>
  paths.map((path) => join(dir, 'node_modules', path));

test('every package in a bundle has its licence beside it, however its file is named', () => {
  const dir = tempDir();
  const named = (path: string, file: string, name = path) => ({
    [`node_modules/${path}/package.json`]: JSON.stringify({ name, version: '1.0.0', license: 'MIT' }),
    [`node_modules/${path}/${file}`]: `the words of ${name}`,
  });
  write(dir, {
    ...named('a', 'LICENSE-MIT.txt'),
    ...named('@of/b', 'licence.md'),
    ...named('a/node_modules/c', 'COPYING', 'c'),
    'node_modules/a/esm/package.json': '{ "type": "module" }',
    'node_modules/a/lib/license-checker.js': '',
  });
  const text = licences([
    ...modules(dir, 'a/esm/index.js', 'a/index.js', '@of/b/index.mjs', 'a/node_modules/c/x.js'),
    join(dir, 'src/own.ts'),
    `\0${modules(dir, 'a/other.cjs')[0]}?commonjs-es-import`,
  ]);
  for (const name of ['a', '@of/b', 'c']) assert.match(text, `${name} 1.0.0 (MIT)\n\nthe words of ${name}\n`);
  assert.is(text.match(/the words of/g)?.length, 3);
});

test('a package without one ends the build', () => {
  const dir = tempDir();
  write(dir, {
    'node_modules/d/package.json': '{ "name": "d", "version": "2.0.0" }',
    'node_modules/d/README.md': 'x',
  });
  assert.throws(
    () => licences(modules(dir, 'd/index.js')),
    /d 2\.0\.0 is bundled, and has no text of its licence/,
  );
});

test('what is shipped has the words of each of them', () => {
  const text = readFileSync(join(repositoryRoot, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
  const [, ...parts] = text.split(/^(?=\S+ \d+\.\d+\.\d+\S* \(.*\)$)/m);
  const names = parts.map((part) => part.split(' ')[0]);
  for (const name of ['emoji-regex', 'yaml', 'listr2', 'execa']) assert.ok(names.includes(name), name);
  for (const part of parts) assert.match(part, /copyright|permission is hereby granted/i, part.slice(0, 100));
});
