import fc from 'fast-check';
import { excerpt, type OutputSource } from '../../src/report/excerpt.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('report/excerpt');

function source(text: string): OutputSource & { readBytes: number } {
  const bytes = new TextEncoder().encode(text);
  const result = { bytes: bytes.length, readBytes: 0, read };
  function read(start: number, end: number) {
    result.readBytes += end - start;
    return bytes.subarray(start, end);
  }
  return result;
}

test('up to 1 MiB everything', () => {
  const text = 'ä'.repeat(512 * 1024);
  assert.equal(excerpt(source(text)), { head: text, leftOut: 0, tail: '' });
  assert.equal(excerpt(source('')), { head: '', leftOut: 0, tail: '' });
});

test('beyond that the beginning and the end, between lines, and only those are read', () => {
  const text = Array.from({ length: 400_000 }, (_, line) => `line ${line}\n`).join('');
  const from = source(text);
  const { head, leftOut, tail } = excerpt(from);
  assert.ok(text.startsWith(head) && text.endsWith(tail));
  assert.ok(head.endsWith('\n') && /^line \d+\n/.test(tail));
  assert.ok(head.length > 65_000 && head.length <= 65_536);
  assert.ok(tail.length > 524_000 && tail.length <= 524_288);
  assert.is(head.length + leftOut + tail.length, text.length);
  assert.is(from.readBytes, 576 * 1024);
});

test('one endless line is cut between characters', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3 }), (shift) => {
      const text = 'x'.repeat(shift) + '😀'.repeat(400_000);
      const { head, leftOut, tail } = excerpt(source(text));
      assert.not.match(head + tail, '\ufffd');
      const bytes = (part: string) => new TextEncoder().encode(part).length;
      assert.is(bytes(head) + leftOut + bytes(tail), bytes(text));
    }),
  );
});
