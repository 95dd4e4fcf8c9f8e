// What git says of files by an index file of ours.

import { chmodSync, lstatSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { look } from '../../src/base/look.ts';
import { type RawPath, rawPath } from '../../src/base/raw-path.ts';
import { changedSince, type StatFile, statIndex } from '../../src/git/stat-check.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { repositoryAt } from './rig.ts';

const test = suite('git/stat-check');

const OTHER = 'zz/never' as RawPath;
const NAMES = [
  ...['a', 'dir/b', 'dir.c', 'dir/empty', 'ignored/log', 'ä ö', 'line\nbreak', '"quoted"', 'x'.repeat(200)],
  ...['run.sh', `${'deep/'.repeat(30)}er`],
];

async function made(objectFormat?: 'sha256') {
  const { dir, git } = await repo({ ...(objectFormat && { objectFormat }) });
  write(dir, { '.gitignore': 'ignored/\n' });
  await git('add', '--all');
  for (const name of NAMES) {
    write(dir, { [name]: name === 'dir/empty' ? '' : `${name}\n` });
    if (name === 'run.sh') chmodSync(join(dir, name), 0o755);
    // What is as young as the index would be read.
    utimesSync(join(dir, name), 1_000_000_000, 1_000_000_000.123_456);
  }
  const repository = repositoryAt(dir);
  const index = join(tempDir('index-'), 'seen');
  const files = NAMES.map((name): StatFile => {
    const stats = look(join(dir, name));
    if (stats === undefined) throw new Error(`${name} is not there`);
    return { path: rawPath(name), stats };
  });
  writeFileSync(index, statIndex(repository, files, OTHER));
  return { dir, changed: async () => (await changedSince(repository, index)).sort() };
}

for (const format of [undefined, 'sha256'] as const)
  test(`nothing has changed, in a repository of ${format ?? 'sha1'}`, async () => {
    const { changed } = await made(format);
    assert.equal(await changed(), [OTHER]);
  });

const edits: Record<string, [path: string, edit: (file: string, dir: string) => void]> = {
  'another content of the same size and time': [
    'dir/b',
    (file) => {
      const { atime, mtime } = lstatSync(file);
      writeFileSync(file, 'DIR/B\n');
      utimesSync(file, atime, mtime);
    },
  ],
  'another file in its place': ['a', (file, dir) => renameSync(join(dir, 'dir.c'), file)],
  'no file': ['dir/b', (file) => rmSync(file)],
  'a link': [
    'a',
    (file) => {
      rmSync(file);
      symlinkSync('dir.c', file);
    },
  ],
  'other permissions': ['run.sh', (file) => chmodSync(file, 0o644)],
  'permissions that git knows nothing of': ['a', (file) => chmodSync(file, 0o666)],
  'something where nothing was': ['dir/empty', (file) => writeFileSync(file, '1')],
  'an ignored file': ['ignored/log', (file) => writeFileSync(file, 'more\n')],
  'a name of any bytes': ['line\nbreak', (file) => writeFileSync(file, '')],
  'a folder that is a link': [
    'dir/b',
    (_, dir) => {
      renameSync(join(dir, 'dir'), join(dir, 'moved'));
      symlinkSync('moved', join(dir, 'dir'));
    },
  ],
};

const grounds = await Promise.all(Object.keys(edits).map(() => made()));
// Git may read times in whole seconds, and what is told of a file is older than that.
await setTimeout(2_100);

for (const [at, [what, [path, edit]]] of Object.entries(edits).entries())
  test(`${what} is a change`, async () => {
    const { dir, changed } = grounds[at] as Awaited<ReturnType<typeof made>>;
    edit(join(dir, path), dir);
    const said = await changed();
    assert.ok(said.includes(rawPath(path)), said.join());
    assert.ok(said.includes(OTHER));
  });
