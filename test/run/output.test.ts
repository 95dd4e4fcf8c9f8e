import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutputFile } from '../../src/run/records/output.ts';
import { smallDisk } from '../support/small-disk.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('run/output');

test('a full disk is remembered, and what is printed is still heard', () => {
  const disk = smallDisk(1);
  if (disk === undefined) return;
  const heard: string[] = [];
  const output = new OutputFile(join(disk.folder, 'out'), (text) => heard.push(text));
  writeFileSync(join(disk.folder, 'filler'), Buffer.alloc(disk.free()));
  output.write(Buffer.from('one\n'));
  output.write(Buffer.from('two\n'));
  output.close();
  assert.match(output.failure ?? '', /its output cannot be written: ENOSPC/);
  assert.equal(heard, ['one\n', 'two\n']);
  assert.equal(output.tail(), ['one', 'two']);
});

test('a character in two pieces comes out whole', () => {
  const path = join(tempDir(), 'out');
  const heard: string[] = [];
  const output = new OutputFile(path, (text) => heard.push(text));
  const bytes = Buffer.from('é✔\n');
  for (const byte of bytes) output.write(Buffer.from([byte]));
  output.note('said');
  output.close();
  assert.is(heard.join(''), 'é✔\nsaid\n');
  assert.is(readFileSync(path, 'utf8'), 'é✔\nsaid\n');
});
