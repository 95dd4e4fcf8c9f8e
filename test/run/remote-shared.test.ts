/** What every remote task finds, above all where `node_modules` is a link to another one's. */

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { shownPath } from '../../src/base/raw-path.ts';
import { TreeView } from '../../src/cache/tree-view.ts';
import { sharedFiles } from '../../src/run/remote/shared-files.ts';
import { StatCache } from '../../src/store/stat-cache.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('run/remote-shared');

/** By path what is there: where a link leads, or which file it is. */
async function found(root: string, ...globs: string[]): Promise<Record<string, string>> {
  const known = new StatCache(tempDir());
  const files = await sharedFiles(root, new TreeView(root, known), known, globs);
  return Object.fromEntries(
    [...files]
      .map(([path, { entry, at }]): [string, string] => [
        shownPath(path),
        entry.kind === 'link' ? `-> ${shownPath(entry.target)}` : String(at),
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

test('a folder that is a link is there as what it leads to, with the links in it', async () => {
  const other = tempDir();
  const away = tempDir();
  write(away, { 'lib/index.js': 'x' });
  write(other, { 'modules/a/cli.js': 'a', 'modules/.bin/': '' });
  symlinkSync('../a/cli.js', join(other, 'modules/.bin/a'));
  symlinkSync(join(other, 'modules/a'), join(other, 'modules/.bin/whole'));
  symlinkSync(join(away, 'lib'), join(other, 'modules/linked'));
  symlinkSync('nowhere', join(other, 'modules/dangling'));
  const root = tempDir();
  symlinkSync(join(other, 'modules'), join(root, 'node_modules'));
  assert.equal(await found(root, 'node_modules/**'), {
    'node_modules/.bin/a': '-> ../a/cli.js',
    'node_modules/.bin/whole': '-> ../a',
    'node_modules/a/cli.js': join(other, 'modules/a/cli.js'),
    'node_modules/dangling': '-> nowhere',
    'node_modules/linked/index.js': join(away, 'lib/index.js'),
  });
});

test('links that lead in circles end somewhere', async () => {
  const [one, two, root] = [tempDir(), tempDir(), tempDir()];
  write(one, { 'm/a': 'a' });
  write(two, { 'n/b': 'b' });
  symlinkSync(join(two, 'n'), join(one, 'm/two'));
  symlinkSync(join(one, 'm'), join(two, 'n/one'));
  symlinkSync(join(one, 'm'), join(root, 'lib'));
  assert.equal(Object.keys(await found(root, 'lib/**')), ['lib/a', 'lib/two/b']);
});

test('a link in the repository stays one', async () => {
  const root = tempDir();
  write(root, { 'lib/a': 'a' });
  symlinkSync('a', join(root, 'lib/b'));
  assert.equal(await found(root, 'lib/**'), { 'lib/a': join(root, 'lib/a'), 'lib/b': '-> a' });
});
