// biome-ignore-all lint/suspicious/noControlCharactersInRegex: they are what it is about
import fc from 'fast-check';
import { Settling, settle, withoutCodes } from '../../src/present/terminal-codes.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('report/terminal-codes');

test('a plain output gets a final newline and nothing else', () => {
  assert.is(settle('one\ntwo'), 'one\ntwo\n');
  assert.is(settle('one\n'), 'one\n');
  assert.is(settle(''), '');
});

test('colours are kept and end with the output', () => {
  assert.is(settle('\x1b[31mred'), '\x1b[31mred\n\x1b[0m');
  assert.is(settle('\x1b[?25l\x1b]8;;http://x\x1b\\x\n'), '\x1b]8;;http://x\x1b\\x\n\x1b]8;;\x1b\\\x1b[0m');
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

const PARTS = [
  '\x1b',
  '[31m',
  '[2J',
  ']0;title',
  '\x07',
  '\x1b\\',
  '[?25l',
  '\n',
  '\r',
  'x',
  'é',
  '日',
  '\u0085',
];

test('without codes nothing of them is left, and nothing else is gone', () => {
  const codes = [
    '\x1b[1;31m',
    '\x1b[0m',
    '\x1b]0;title\x07',
    '\x1b]8;;http://x\x1b\\',
    '\x1b[2K',
    '\x1bc',
    '\x1b(B',
    '\x9b',
  ];
  for (const code of codes) assert.is(withoutCodes(`a${code}b\tc\n`), 'ab\tc\n', JSON.stringify(code));
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PARTS)), (parts) => {
      const plain = withoutCodes(parts.join(''));
      assert.not.match(plain, /[\x1b\x80-\x9f]/);
      assert.is(settle(parts.join(''), false).trimEnd(), plain.trimEnd());
    }),
  );
});

/** In chunks of so many bytes. */
function piecewise(text: string, colors: boolean, size: number): string {
  const settling = new Settling(colors);
  const bytes = Buffer.from(text);
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) out.push(settling.push(bytes.subarray(at, at + size)));
  return Buffer.concat([...out, settling.end()]).toString();
}

test('piece by piece it is the same, wherever the pieces end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...PARTS)),
      fc.boolean(),
      fc.integer({ min: 1, max: 7 }),
      (parts, colors, size) => {
        const text = parts.join('');
        const whole = settle(text, colors);
        // What switches off stands before the last newline: a line of somebody else's follows.
        const bare = (shown: string): string =>
          shown.replace(/(?:\x1b\]8;;\x1b\\)?(?:\x1b\[\?25h)?\x1b\[0m(\n?)$/, '$1').replace(/\n$/, '');
        const shown = piecewise(text, colors, size);
        assert.is(bare(shown), bare(whole));
        assert.is(shown.includes('\x1b[0m'), whole.includes('\x1b[0m'));
      },
    ),
  );
});

test('bytes that are no text, and lines that never end, arrive', () => {
  const settling = new Settling(false);
  const bytes = Buffer.from([0xff, 0x00, 0xfe, 0x41, 0x0d, 0x0a]);
  assert.equal(Buffer.concat([settling.push(bytes), settling.end()]), bytes);
  const long = 'x'.repeat(100_000);
  assert.is(piecewise(`${long}\x1b[31m${long}\x1b[0m`, false, 1_000), long + long);
});
