/** Blobs of files as they are now, told by what git itself makes of them without any filter. */
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { rawPath } from '../../src/base/raw-path.ts';
import { hashFiles } from '../../src/git/hash-worktree.ts';
import { findRepository, type Repository } from '../../src/git/repository.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { write } from '../support/tmp.ts';

const test = suite('git/hash-worktree');

/** `mode oid` of each path, or nothing. */
async function told(dir: string, paths: string[]): Promise<Record<string, string>> {
  const found = await hashFiles(findRepository(dir) as Repository, paths.map(rawPath));
  return Object.fromEntries(
    [...found].map(([path, blob]) => [path, blob === undefined ? '' : `${blob.mode} ${blob.oid}`]),
  );
}

const NAMES = ['plain', 'sub/exec', 'link', '"quoted"', 'line\nend', 'back\\slash', ' space '];

test('the bytes, whatever the names and the attributes', async () => {
  const { dir, git } = await repo({ files: { '.gitattributes': '*.txt text eol=lf\n' } });
  write(dir, Object.fromEntries(NAMES.filter((name) => name !== 'link').map((name) => [name, `${name}\n`])));
  write(dir, { 'crlf.txt': 'a\r\nb\r\n' });
  chmodSync(join(dir, 'sub/exec'), 0o755);
  symlinkSync('plain', join(dir, 'link'));
  const paths = [...NAMES, 'crlf.txt'];
  const found = await told(dir, paths);
  // So that git itself converts nothing.
  write(dir, { '.git/info/attributes': '* -text\n' });
  await git('add', '.');
  const staged = (await git('ls-files', '-z', '--stage')).split('\0').flatMap((line) => {
    const [, entry = '', path = ''] = /^(\d+ \w+) 0\t(.*)$/s.exec(line) ?? [];
    return paths.includes(path) ? [[path, entry]] : [];
  });
  assert.is(staged.length, paths.length);
  assert.equal(
    found,
    Object.fromEntries(paths.map((path) => [path, new Map(staged as [string, string][]).get(path)])),
  );
});

test('ignored files are there; what is gone, a folder, or lies beyond a link is not', async () => {
  const { dir, git } = await repo({ files: { '.gitignore': 'ignored\n', gone: 'x\n' } });
  write(dir, { ignored: 'x\n', 'folder/x': 'x\n' });
  rmSync(join(dir, 'gone'));
  symlinkSync('folder', join(dir, 'link'));
  const oid = (await git('hash-object', 'ignored')).trim();
  assert.equal(await told(dir, ['ignored', 'gone', 'folder', 'link/x']), {
    ignored: `100644 ${oid}`,
    gone: '',
    folder: '',
    'link/x': '',
  });
  assert.is((await git('cat-file', '-p', oid)).trim(), 'x');
  assert.equal(await told(dir, []), {});
});

test('a repository of its own is its commit', async () => {
  const { dir } = await repo({ files: { x: 'x\n' } });
  const inner = join(dir, 'inner');
  mkdirSync(inner);
  const { head } = await repo({ dir: inner, files: { y: 'y\n' } });
  assert.equal(await told(dir, ['inner']), { inner: `160000 ${await head()}` });
});
