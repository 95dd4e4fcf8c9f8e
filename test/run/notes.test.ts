import fc from 'fast-check';
import type { Note } from '../../src/model/report.ts';
import { formatNote, NoteParser, parseNotes } from '../../src/run/records/notes.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/notes');

test('each kind of line', () => {
  const text = `understanding: Orders need pages.
plan: two steps
issue: the index is missing
Issue [HIGH] : no pages => read one by one
handoff: the service is in src/orders.ts
file src/orders.ts: adds list()
file "two words: x.md": a path with blanks
note: that is all
`;
  assert.equal(parseNotes(text), [
    { kind: 'understanding', text: 'Orders need pages.' },
    { kind: 'plan', text: 'two steps' },
    { kind: 'issue', text: 'the index is missing' },
    { kind: 'issue', severity: 'high', text: 'no pages', resolution: 'read one by one' },
    { kind: 'handoff', text: 'the service is in src/orders.ts' },
    { kind: 'file', path: 'src/orders.ts', text: 'adds list()' },
    { kind: 'file', path: 'two words: x.md', text: 'a path with blanks' },
    { kind: 'text', text: 'that is all' },
  ]);
});

test('a note goes on until a blank line, a heading or the next key, and indented beyond a blank line', () => {
  const text = `plan:
1. read
2. write

   - with care

understanding: first
second

# Done

A paragraph.

    code
issue: a
# b
`;
  assert.equal(parseNotes(text), [
    { kind: 'plan', text: '1. read\n2. write\n\n - with care' },
    { kind: 'understanding', text: 'first\nsecond' },
    { kind: 'text', text: '# Done\n\nA paragraph.\n\n    code' },
    { kind: 'issue', text: 'a' },
    { kind: 'text', text: '# b' },
  ]);
});

test('what is no known line is kept as text', () => {
  assert.equal(parseNotes('file systems are slow: wait\nplanning: no\n'), [
    { kind: 'text', text: 'file systems are slow: wait\nplanning: no' },
  ]);
  assert.equal(parseNotes('issue[urgent-ish]: x => y'), [
    { kind: 'issue', text: '[urgent-ish] x', resolution: 'y' },
  ]);
  assert.equal(parseNotes('issue[critical]: x'), [{ kind: 'issue', severity: 'high', text: 'x' }]);
  assert.equal(parseNotes('plan:\n\n\nissue: => only this\nissue: =>\nfile a:\n'), [
    { kind: 'issue', text: 'only this' },
    { kind: 'file', path: 'a', text: '' },
  ]);
});

test('an issue is resolved behind its last arrow, or behind the first that begins a line', () => {
  assert.equal(parseNotes('issue: (x) => y is slow => cached'), [
    { kind: 'issue', text: '(x) => y is slow', resolution: 'cached' },
  ]);
  assert.equal(parseNotes('issue: a => b\n  => c => d'), [
    { kind: 'issue', text: 'a => b', resolution: 'c => d' },
  ]);
  assert.equal(parseNotes('issue: a=>b'), [{ kind: 'issue', text: 'a=>b' }]);
});

test('escape sequences, bytes that are no text, and lines of Windows', () => {
  assert.equal(parseNotes('plan: \u001b[31mred\u001b[0m\u0000\u0007\u202e\r\n  more\r\n'), [
    { kind: 'plan', text: 'red\nmore' },
  ]);
  const noise = Buffer.from(Array.from({ length: 4_096 }, (_, at) => (at * 7) % 256)).toString('utf8');
  for (const { text } of parseNotes(noise)) assert.not.match(text, /[^\P{Cc}\t\n]/u);
});

test('a note of megabytes is cut', () => {
  for (const text of [`plan: ${'x'.repeat(10_000_000)}`, `plan:\n${'  a line\n'.repeat(1_000_000)}`]) {
    const [note, ...more] = parseNotes(text);
    assert.is(more.length, 0);
    assert.ok(note && note.text.length < 40_000, `${note?.text.length}`);
  }
  assert.match(parseNotes(`plan:\n${'  a line\n'.repeat(10_000)}`)[0]?.text ?? '', /… \(cut\)$/);
});

test('what was given out before its end goes on as a note of its kind; a row cannot', () => {
  const parser = new NoteParser();
  assert.is(parser.line('plan: one'), undefined);
  assert.equal(parser.pause(), { kind: 'plan', text: 'one' });
  assert.is(parser.pause(), undefined);
  assert.is(parser.line('  two'), undefined);
  assert.equal(parser.line('issue: three'), { kind: 'plan', text: 'two' });
  assert.equal(parser.pause(), { kind: 'issue', text: 'three' });
  parser.line('  four');
  assert.equal(parser.end(), { kind: 'text', text: '  four'.trim() });
});

test('a note that is written is read as it was', () => {
  const line = fc.stringMatching(/^[a-zA-Z=:>`"#[\]. -]{1,20}$/).filter((text) => text.trim() !== '');
  const text = fc
    .tuple(line, fc.array(fc.oneof(line, fc.constant('')), { maxLength: 4 }), line)
    .map(([first, rest, last]) =>
      [first, ...rest, last]
        .map((each) => each.trimEnd())
        .join('\n')
        .trim(),
    )
    // Several blank lines say what one says.
    .map((each) => each.replace(/\n{3,}/g, '\n\n'));
  const plain = text.filter((each) => !each.includes('=>'));
  const note: fc.Arbitrary<Note> = fc.oneof(
    fc.record({ kind: fc.constantFrom('understanding', 'plan', 'handoff'), text }) as fc.Arbitrary<Note>,
    fc.record({
      kind: fc.constant('file'),
      path: line.map((each) => each.trim()),
      text,
    }) as fc.Arbitrary<Note>,
    fc.record({
      kind: fc.constant('issue'),
      severity: fc.constantFrom('low', 'medium', 'high'),
      text: plain,
      resolution: text,
    }) as fc.Arbitrary<Note>,
  );
  fc.assert(
    fc.property(fc.array(note, { minLength: 1, maxLength: 4 }), (notes) => {
      const read = parseNotes(notes.map(formatNote).join(''));
      assert.equal(
        read,
        notes.map((each) => ({ ...each })),
      );
    }),
    { numRuns: 500 },
  );
});
