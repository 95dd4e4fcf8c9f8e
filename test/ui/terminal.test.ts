// The one door to stdout and stderr.
// biome-ignore-all lint/suspicious/noControlCharactersInRegex: they are what it is about

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTerminal, say } from '../../src/ui/terminal.ts';
import { repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('ui/terminal');

/** What acts on a terminal: clipboard, title, screens, cursor, modes, the direction of text, answers, and C1. */
const ACTING = [
  ...[
    '\x1b]52;c;eA==\x07',
    '\x1b]0;title\x07',
    '\x1b]2;title\x1b\\',
    '\x9d0;title\x9c',
    '\x1b[?1049h',
    '\x1b[2J',
  ],
  ...[
    '\x1b[H',
    '\x1b[5A',
    '\x1b[?25l',
    '\x1b[?2004h',
    '\x1b[?1000h',
    '\x1b[?1006h',
    '\x1b[1;5r',
    '\x1b(0',
    '\x0e',
  ],
  ...[
    '\x1bc',
    '\x1b[6n',
    '\x05',
    '\x07',
    '\x9b5A',
    '\x1bP+q\x1b\\',
    '\x1b_x\x1b\\',
    '\x1b^x\x1b\\',
    '\x1b[!p',
  ],
  ...[
    '\u202a',
    '\u202b',
    '\u202c',
    '\u202d',
    '\u202e',
    '\u2066',
    '\u2067',
    '\u2068',
    '\u2069',
    '\u0085',
    '\x7f',
  ],
];
/** All that may be left of it. */
const ACTS = /[\x01-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

interface Stream {
  stream: NodeJS.WriteStream;
  text: () => string;
}

function fake(isTTY: boolean): Stream {
  const pieces: Buffer[] = [];
  const stream = {
    isTTY,
    on: () => stream,
    write(piece: string | Uint8Array, done?: () => void) {
      pieces.push(Buffer.from(piece as string));
      done?.();
      return true;
    },
  };
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    text: () => Buffer.concat(pieces).toString(),
  };
}

const opened = ({ stream }: Stream, color = false) => openTerminal({ stream, env: {}, color });

test('text of ours keeps its colours and nothing else that acts', async () => {
  for (const code of ACTING) {
    const { stream, text } = fake(true);
    const terminal = opened({ stream, text });
    terminal.write(`a${code}b`);
    await terminal.put(`a${code}b`);
    say(stream, `a${code}b`);
    await terminal.document(`a${code}b`);
    assert.not.match(text(), ACTS, JSON.stringify(code));
  }
  const red = fake(true);
  opened(red).write('\x1b[31mred\x1b[39m\r\n');
  assert.is(red.text(), '\x1b[31mred\x1b[39m\r\n');
  const over = fake(true);
  opened(over).write('all is well\rnothing is\b\b');
  assert.is(over.text(), 'all is wellnothing is');
});

test('JSON means the same, and shows it', async () => {
  for (const code of ACTING) {
    const { stream, text } = fake(true);
    await opened({ stream, text }).json(`${JSON.stringify({ code })}\n`);
    assert.not.match(text().trim(), ACTS, JSON.stringify(code));
    assert.equal(JSON.parse(text()), { code });
  }
});

test('of outputs neither', () => {
  for (const color of [true, false])
    for (const code of ACTING) {
      const { stream, text } = fake(true);
      opened({ stream, text }, color).writeOutput(`a${code}b\n`);
      assert.not.match(text().trimEnd().replaceAll('\x1b[0m', ''), ACTS, JSON.stringify(code));
    }
});

test('a document as it is is for a file or a program alone', async () => {
  const { stream, text } = fake(false);
  await openTerminal({ stream, env: {} }).document('a\x1b[2Jb');
  assert.is(text(), 'a\x1b[2Jb');
});

test('nobody else writes to a stream', () => {
  const src = join(repositoryRoot, 'src');
  const doors = new Set(['ui/terminal.ts', 'ui/tree/screen.ts', 'html/page']);
  const writers = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && ![...doors].some((door) => path.startsWith(door)))
    .filter((path) =>
      /(?:process\.(?:stdout|stderr)|[.#]stream)\.write\b|\bconsole\.|writeSync\([12],/.test(
        readFileSync(join(src, path), 'utf8'),
      ),
    );
  assert.equal(writers, []);
});
