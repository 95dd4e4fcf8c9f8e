import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, Repository } from '../../../src/init/read/repository.ts';
import { assert, suite } from '../../support/suite.ts';
import { folderWith } from '../support.ts';

const test = suite('init/read/repository');

test('files below a folder, without what is installed and what git ignores by name', () => {
  const repository = new Repository(
    folderWith({
      '.gitignore': '# made\n/dist/\n**/coverage/**\n!keep\n*.log\n',
      ...{
        'a.ts': '',
        'dist/a.js': '',
        'src/b.ts': '',
        'src/coverage/c': '',
        'node_modules/x/y.js': '',
        'keep/d': '',
      },
    }),
  );
  assert.equal([...repository.files('')], ['.gitignore', 'a.ts', 'keep/d', 'src/b.ts']);
  assert.ok(repository.isFolder('src') && !repository.isFolder('a.ts') && repository.has('dist/a.js'));
  assert.equal(repository.ignored.endings, ['*.log']);
});

test('links that lead in a circle, and one that leads to a folder', () => {
  const dir = folderWith({ 'src/a.ts': '' });
  for (const name of ['one', 'two', 'three']) symlinkSync('.', join(dir, name));
  symlinkSync('src', join(dir, 'link'));
  const repository = new Repository(dir);
  assert.equal([...repository.files('')], ['link', 'one', 'src/a.ts', 'three', 'two']);
  assert.ok(repository.isFolder('link'));
});

test('what is no text is nothing, and a mistake is told once', () => {
  const repository = new Repository(
    folderWith({ 'a.json': '\0', 'b.json': '{', 'c.yaml': 'a: [', 'd/x': '' }),
  );
  assert.is(repository.json('a.json'), undefined);
  assert.is(repository.text('d'), undefined);
  for (const _ of [1, 2]) assert.is(repository.json('b.json') ?? repository.yaml('c.yaml'), undefined);
  assert.equal(
    repository.problems.map(({ place }) => place?.file),
    ['b.json', 'c.yaml'],
  );
});

test('YAML whose aliases come to more than anybody writes', () => {
  const bomb = `a: &a [x, x]\n${[...'bcdefghijklmnopqrst'].map((name, at) => `${name}: &${name} [${`*${'abcdefghijklmnopqrs'[at]}, `.repeat(8)}]`).join('\n')}\n`;
  const repository = new Repository(folderWith({ 'x.yaml': bomb }));
  assert.is(repository.yaml('x.yaml'), undefined);
  assert.is(repository.problems.length, 1);
});

test('paths that lead out of the repository', () => {
  assert.is(inFolder('a/b', '../c'), 'a/c');
  assert.is(inFolder('a', '../..'), undefined);
  assert.is(inFolder('', './x//y/'), 'x/y');
});
