// biome-ignore-all lint/suspicious/noControlCharactersInRegex: they are what it is about
import fc from 'fast-check';
import { excerpt, type OutputSource, settle } from '../../src/report/excerpt.ts';
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

test('a plain output gets a final newline and nothing else', () => {
  assert.is(settle('one\ntwo'), 'one\ntwo\n');
  assert.is(settle('one\n'), 'one\n');
  assert.is(settle(''), '');
});

test('colours are kept and end with the output', () => {
  assert.is(settle('\x1b[31mred'), '\x1b[31mred\n\x1b[0m');
  assert.is(
    settle('\x1b[?25l\x1b]8;;http://x\x1b\\x\n'),
    '\x1b[?25l\x1b]8;;http://x\x1b\\x\n\x1b]8;;\x1b\\\x1b[?25h\x1b[0m',
  );
});

test('what would wipe the first cause off the screen is taken out', () => {
  assert.is(settle('\x1bc\x1b[2J\x1b[3J\x1b[H\x1b[1;1H\x1b[?1049hx\x1b[K\n'), 'x\x1b[K\n\x1b[0m');
});

test('what would wipe or rewrite lines above it is taken out', () => {
  const wiping = 'line1\nline2\n\x1b[5A\x1b[J\x1b[2Kwiped\n';
  assert.is(settle(wiping), 'line1\nline2\n\x1b[2Kwiped\n\x1b[0m');
  for (const sequence of [
    ...[
      '\x1b[A',
      '\x1b[3F',
      '\x1b[0J',
      '\x1b[1;5r',
      '\x1b[5S',
      '\x1b[2T',
      '\x1b[3L',
      '\x1b[2d',
      '\x1b[s',
      '\x1b[u',
    ],
    ...[
      '\x1b7',
      '\x1b8',
      '\x1bM',
      '\x1bc',
      '\x1b#8',
      '\x1b[?2026h',
      '\x1b[?7l',
      '\x1b[!p',
      '\x1b(0',
      '\x0e',
      '\x9b5A',
    ],
    ...['\x1b]0;title\x07', '\x1b]2;title\x1b\\', '\x1b]52;c;eA==\x07', '\x1bP1$r\x1b\\', '\x1b]0;no end'],
  ])
    assert.not.match(settle(`x${sequence}\ny`), /[\x0e\x9b]|\x1b(?!\[0m$)/, JSON.stringify(sequence));
});

test('nothing is put together from what is left', () => {
  assert.is(settle('\x1b\x1b[2J[5Ax'), '[5Ax\n');
  assert.is(settle('\x1b[5\nAx'), '5\nAx\n');
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom('\x1b', '[', ']', '8;', '5', ';', 'A', 'J', 'm', '?25l', '\x07', '\\', '\n', 'x'),
      ),
      (parts) => {
        const once = settle(parts.join(''));
        const rest = once.replace(/\x1b(?:\[[\d;]*m|\[\?25[lh]|\]8;[^\x07\x1b\n]*(?:\x07|\x1b\\))/g, '');
        assert.not.match(rest, '\x1b');
      },
    ),
  );
});
