// What is noted comes to the disk, whatever has become of it meanwhile. That it survives a power cut: test/fault.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noteFile, noteFolder, noteNew, onDisk, putOnDisk } from '../../src/base/on-disk.ts';
import { makeFolder } from '../../src/base/own-folders.ts';
import { assert, suite } from '../support/suite.ts';
import { exists, tempDir } from '../support/tmp.ts';

const test = suite('base/on-disk');

const ODD: Record<string, (at: string) => void> = {
  'nothing there any more': () => {},
  'a link to itself': (at) => symlinkSync(at, at),
  'a folder': (at) => mkdirSync(at),
  'a FIFO, which nobody writes to': (at) => void execFileSync('mkfifo', [at]),
  'a file that nobody may read': (at) => {
    writeFileSync(at, 'secret');
    chmodSync(at, 0);
  },
};

for (const [name, make] of Object.entries(ODD))
  test(`${name}: nothing to wait for, and no error`, { timeout: 10_000 }, async () => {
    const at = join(tempDir(), 'it');
    make(at);
    noteNew(at);
    await onDisk();
    noteFolder(at);
    await onDisk();
  });

test('many files, a name that is no UTF-8, and a folder that went with all that was in it', async () => {
  const dir = tempDir();
  for (let n = 0; n < 200; n++) {
    writeFileSync(join(dir, String(n)), String(n));
    noteNew(join(dir, String(n)));
  }
  const odd = Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xff, 0xfe])]);
  writeFileSync(odd, '');
  noteNew(odd);
  await onDisk();
  noteFile(odd);
  noteFile(join(dir, '7'));
  rmSync(dir, { recursive: true });
  await onDisk();
});

test('a folder is made with those above it; a disk that cannot is told', async () => {
  const dir = tempDir();
  makeFolder(join(dir, 'a/b/c'));
  assert.ok(exists(dir, 'a/b/c'));
  makeFolder(join(dir, 'a/b/c'));
  await onDisk();
  writeFileSync(join(dir, 'a/file'), '');
  putOnDisk(join(dir, 'a/file'));
  assert.throws(() => makeFolder(join(dir, 'a/file/b')), /ENOTDIR|EEXIST/);
});
