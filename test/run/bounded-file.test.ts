import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { BoundedFile } from '../../src/run/records/bounded-file.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('run/bounded-file');

const LINE = /\n… ptask: [\d.]+ (?:bytes?|kB|MB) left out here, output\.limit is [\d.]+ (?:bytes?|kB|MB) …\n/;

/** What a file comes to hold of these pieces. */
function kept(pieces: readonly Buffer[], limit: number, before?: string): { text: string; leftOut: number } {
  const path = join(tempDir(), 'out');
  if (before !== undefined) {
    const first = new BoundedFile(path, false, 1_000_000);
    first.write(Buffer.from(before));
    first.close();
  }
  const file = new BoundedFile(path, before !== undefined, limit);
  for (const piece of pieces) {
    file.write(piece);
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    assert.ok(size <= limit + 200 + (before?.length ?? 0), 'it never grows beyond');
  }
  file.close();
  assert.is(file.bytes, pieces.reduce((sum, { length }) => sum + length, 0) + (before?.length ?? 0));
  // Nothing came, no file.
  return { text: existsSync(path) ? readFileSync(path, 'utf8') : '', leftOut: file.leftOut };
}

const pieces = (text: string, size: number): Buffer[] =>
  (text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []).map((piece) => Buffer.from(piece));

test('up to the limit everything, byte for byte', () => {
  for (const length of [0, 1, 99, 100]) {
    const text = 'x'.repeat(length);
    assert.equal(kept(pieces(text, 7), 100), { text, leftOut: 0 });
  }
});

test('beyond it the beginning and the end, and how much there was between', () => {
  const text = Array.from({ length: 1_000 }, (_, at) => `line ${at}\n`).join('');
  for (const size of [1, 13, 100, 5_000, 10_000]) {
    const { text: shown, leftOut } = kept(pieces(text, size), 1_000);
    const [head = '', tail = ''] = shown.split(LINE);
    assert.ok(text.startsWith(head) && head.length === 500, 'the beginning');
    assert.ok(text.endsWith(tail) && tail.length > 400, 'the end');
    assert.is(leftOut, text.length - head.length - tail.length);
    assert.ok(tail.startsWith('line '), 'from a whole line on');
  }
});

test('what stood there before is not touched', () => {
  const { text } = kept(pieces('y'.repeat(500), 50), 100, 'before\n');
  assert.ok(text.startsWith('before\nyyyy'));
  assert.match(text, LINE);
});

test('whatever the pieces and the limit, all of it is from the two ends', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(60), { maxLength: 20 }),
      fc.integer({ min: 2, max: 200 }),
      (lengths, limit) => {
        let next = 0;
        const all = lengths.map((length) =>
          Buffer.from(Array.from({ length }, () => 'abcdefghijklmnopqrstuvwxyz'[next++ % 26]).join('')),
        );
        const whole = Buffer.concat(all).toString();
        const { text, leftOut } = kept(all, limit);
        if (whole.length <= limit) assert.is(text, whole);
        else {
          const [head = '', tail = ''] = text.split(LINE);
          assert.is(head.length + tail.length, limit);
          assert.ok(whole.startsWith(head) && whole.endsWith(tail));
          assert.is(leftOut, whole.length - limit);
        }
      },
    ),
    { numRuns: 300 },
  );
});
