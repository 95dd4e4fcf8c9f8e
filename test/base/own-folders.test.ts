// What is done in folders of our own stays there, whatever takes their place: while they are held, and where none can be held.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFile, replaceFile } from '../../src/base/own-files.ts';
import {
  inFolder,
  isThere,
  linkOwn,
  lookAt,
  makeFolder,
  NotOurs,
  namesIn,
  remove,
} from '../../src/base/own-folders.ts';
import { repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir, tree, write } from '../support/tmp.ts';

const test = suite('base/own-folders');

/** A folder of ours with a file, and one of somebody's. */
function ground(): { own: string; mine: string; swap(): void } {
  const [root, mine] = [tempDir(), tempDir()];
  const own = join(root, '.ptask/runs');
  makeFolder(own);
  write(own, { it: 'ours\n' });
  write(mine, { it: 'mine\n' });
  return {
    own,
    mine,
    swap() {
      renameSync(own, join(root, 'aside'));
      symlinkSync(mine, own);
    },
  };
}

test('a link that is swapped in while something is done does not change where', () => {
  if (process.platform !== 'linux') return;
  const { own, mine, swap } = ground();
  const before = tree(mine);
  inFolder(own, (at) => {
    swap();
    writeFileSync(join(at, 'it'), 'written\n');
    writeFileSync(join(at, 'new'), '');
    rmSync(join(at, 'it'));
  });
  assert.equal(tree(mine), before);
  assert.ok(exists(join(own, '../../aside/new')));
});

test('nothing is written, read, made or removed through a link', () => {
  const { own, mine, swap } = ground();
  swap();
  const before = tree(mine);
  for (const work of [
    () => replaceFile(join(own, 'it'), 'written\n'),
    () => makeFolder(join(own, 'new')),
    () => linkOwn(join(own, 'it'), join(own, 'second')),
  ])
    assert.throws(work, (error: unknown) => error instanceof NotOurs && error.message.startsWith(own));
  remove(join(own, 'it'));
  assert.is(readFile(join(own, 'it')), undefined);
  assert.is(lookAt(join(own, 'it')), undefined);
  assert.equal(namesIn(own), []);
  assert.equal(tree(mine), before);
});

test('a folder with links in it goes, and not what they lead to', () => {
  const { own, mine } = ground();
  symlinkSync(mine, join(own, 'link'));
  write(own, { 'deep/er/file': '' });
  remove(own);
  assert.not(exists(own));
  assert.ok(isThere(join(own, '..')));
  assert.is(readFileSync(join(mine, 'it'), 'utf8'), 'mine\n');
});

test('a folder that was swept away and made again is the one that is used', () => {
  const { own } = ground();
  replaceFile(join(own, 'a'), '1');
  rmSync(join(own, '..'), { recursive: true });
  replaceFile(join(own, 'a'), '2');
  assert.is(readFileSync(join(own, 'a'), 'utf8'), '2');
  assert.is(readFileSync(join(own, '../.gitignore'), 'utf8'), '*\n');
});

test('many at once, one in the other: each is what it was', () => {
  const root = tempDir();
  const folders = Array.from({ length: 12 }, (_, n) => join(root, '.ptask', String(n)));
  for (const each of folders) makeFolder(each);
  const nest = ([folder, ...more]: readonly string[]): void => {
    if (folder === undefined) return;
    inFolder(folder, (at) => {
      nest(more);
      writeFileSync(join(at, 'name'), folder);
    });
  };
  nest(folders);
  for (const each of folders) assert.is(readFileSync(join(each, 'name'), 'utf8'), each);
});

test('an error tells the path that people know', () => {
  const { own } = ground();
  mkdirSync(join(own, 'folder'));
  assert.throws(
    () => replaceFile(join(own, 'folder'), ''),
    (error: unknown) => error instanceof Error && error.message.includes(own) && !/proc/.test(error.message),
  );
});

/** Where folders cannot be held. */
const ELSEWHERE = `
  Object.defineProperty(process, 'platform', { value: 'freebsd' });
  const { inFolder, remove } = await import('./src/base/own-folders.ts');
  const { openOwn, replaceFile } = await import('./src/base/own-files.ts');
  const { renameSync, symlinkSync } = await import('node:fs');
  const [own, mine, aside] = process.argv.slice(1);
  const swap = () => { renameSync(own, aside); symlinkSync(mine, own); };
  const told = (work) => { try { work(); return 'done'; } catch (error) { return error.name; } };
  replaceFile(own + '/more', 'x');
  remove(own + '/more');
  console.log(told(() => inFolder(own, swap)));
  console.log(told(() => openOwn(own + '/it')), told(() => replaceFile(own + '/it', '')));
`;

test('where folders cannot be held, what has taken the place of one is seen afterwards', () => {
  const { own, mine } = ground();
  const before = tree(mine);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', ELSEWHERE, own, mine, join(own, '../aside')],
    { cwd: repositoryRoot, encoding: 'utf8' },
  );
  assert.is(stdout, 'NotOurs\nNotOurs NotOurs\n', stderr);
  assert.equal(tree(mine), before);
});
