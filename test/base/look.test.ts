import { lstatSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { millisecondsOf } from '../../src/base/look.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('base/look');

test('a moment is the same number, whether told in nanoseconds or by Node', () => {
  const dir = tempDir();
  write(dir, { file: '' });
  const file = join(dir, 'file');
  for (let at = 0; at < 500; at++) {
    utimesSync(file, 0, 1_790_000_000 + at * 1.000_123_457);
    const { mtimeNs } = lstatSync(file, { bigint: true });
    assert.is(millisecondsOf(mtimeNs), lstatSync(file).mtimeMs);
  }
});
