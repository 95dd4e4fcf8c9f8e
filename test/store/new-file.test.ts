// A file that is made as it is to be.

import { lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../src/base/error-code.ts';
import { writeNew } from '../../src/store/new-file.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('store/new-file');

test('it has the mode that is asked for, whatever the umask, and is told as it is', () => {
  const dir = tempDir();
  for (const umask of [0o022, 0o077, 0])
    for (const mode of [0o644, 0o777, 0o400, 0o000, 0o4755]) {
      const path = join(dir, `${umask}-${mode}`);
      const before = process.umask(umask);
      const told = writeNew(path, Buffer.from('text'), mode);
      process.umask(before);
      const is = lstatSync(path, { bigint: true });
      assert.is(Number(is.mode & 0o7777n), mode);
      assert.equal([told.ino, told.size, told.mode, told.mtimeNs], [is.ino, 4n, is.mode, is.mtimeNs]);
    }
});

test('nothing is written over, nor through a link', () => {
  const dir = tempDir();
  write(dir, { there: 'there' });
  symlinkSync('nowhere', join(dir, 'link'));
  for (const name of ['there', 'link']) {
    try {
      writeNew(join(dir, name), Buffer.from('text'), 0o644);
      assert.unreachable();
    } catch (error) {
      assert.is(codeOf(error), 'EEXIST');
    }
  }
  assert.is(readFileSync(join(dir, 'there'), 'utf8'), 'there');
  assert.is(writeNew(join(dir, 'empty'), new Uint8Array(), 0o644).size, 0n);
});
