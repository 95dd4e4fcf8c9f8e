/** Problems as they stand in a terminal. */
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { createColors } from 'picocolors';
import { type Diagnostic, SourceText } from '../../src/base/diagnostic.ts';
import { renderDiagnostics } from '../../src/ui/diagnostics.ts';
import { widthOf } from '../../src/ui/layout.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('ui/diagnostics');

const render = (diagnostics: Diagnostic[], columns = 80): string =>
  renderDiagnostics(diagnostics, { colors: createColors(false), columns });

/** The frame of the first occurrence of `marked` in a text: its line and the line of carets. */
function frame(text: string, marked: string, columns = 80): [line: string, carets: string] {
  const at = text.indexOf(marked);
  const place = new SourceText('f', text).place(at, at + marked.length);
  const rows = render([{ message: 'm', place }], columns).split('\n');
  const index = rows.findIndex((row) => /^ +│ +\^/.test(row));
  return [rows[index - 1] ?? '', rows[index] ?? ''];
}

/** The text above the carets, by the cells of the screen. */
function above([line, carets]: [string, string]): string {
  const [from, to] = [carets.indexOf('^'), carets.lastIndexOf('^') + 1];
  let cell = 0;
  let text = '';
  for (const character of line) {
    if (cell >= from && cell < to) text += character;
    cell += widthOf(character);
  }
  return text;
}

test('where, what, the line with a caret, what else is involved, the way out', () => {
  const source = new SourceText('parallel.config.yaml', 'tasks:\n  a:\n    runn: x\n');
  const text = render([
    {
      message: '`runn` is no key',
      place: source.place(16, 20),
      hint: 'did you mean `run`?',
      related: [{ message: 'the task', place: source.place(9) }],
    },
  ]);
  assert.is(
    text,
    [
      'error parallel.config.yaml:3:5 `runn` is no key',
      '    2 │   a:',
      '  > 3 │     runn: x',
      '      │     ^^^^',
      '  parallel.config.yaml:2:3 the task',
      '  → did you mean `run`?',
      '',
    ].join('\n'),
  );
});

test('colours only where they are wanted', () => {
  const place = new SourceText('f', 'x').place(0);
  const text = renderDiagnostics([{ message: 'm', place, hint: 'h' }], {
    colors: createColors(true),
    columns: 80,
  });
  assert.match(text, '\x1b[31m');
  assert.is(stripVTControlCharacters(text), render([{ message: 'm', place, hint: 'h' }]));
});

test('numbers of lines are aligned', () => {
  const source = new SourceText('f', 'x\n'.repeat(12));
  assert.equal(
    render([{ message: 'm', place: source.place(18) }])
      .split('\n')
      .slice(1, 5),
    ['     9 │ x', '  > 10 │ x', '       │ ^', '    11 │ x'],
  );
});

test('the caret stands under wide characters, tabs and characters that are not seen', () => {
  for (const [text, marked] of [
    ["reads: ['日本/**', '../日本']", '../日本'],
    ["reads: ['é🎉/**', '../🎉']", "'../🎉'"],
    ['a:\t\tb\tc', 'b'],
    ['e\u0301e\u0301 x', 'x'],
    ['a\u001b[31mb', 'b'],
    ['日本', '本'],
  ] as const)
    assert.is(above(frame(text, marked)), marked, text);
});

test('a long line is shown around the place, in one row of the screen', () => {
  const long = `${'aaaaaaaa, '.repeat(100)}'../b', ${'日本語, '.repeat(100)}`;
  for (const columns of [20, 40, 80, 200]) {
    const shown = frame(long, "'../b'", columns);
    assert.is(above(shown), "'../b'", `${columns}`);
    if (columns >= 40) for (const row of shown) assert.ok(widthOf(row) <= columns, `${columns}: ${row}`);
    assert.match(shown[0], /│ ….*…$/);
  }
});

test('a place at the end and at the beginning of a long line', () => {
  const long = `${'x'.repeat(500)}END`;
  assert.is(above(frame(long, 'END')), 'END');
  assert.match(frame(long, 'x'.repeat(500))[0], /x…$/);
  assert.is(widthOf(frame(long, 'x'.repeat(500))[1]), 79);
});

test('neighbours that are long are cut', () => {
  const rows = render([
    { message: 'm', place: new SourceText('f', `${'y'.repeat(300)}\nx`).place(301) },
  ]).split('\n');
  assert.is(widthOf(rows[1] ?? ''), 80);
  assert.match(rows[1] ?? '', /y…$/);
});

test('a line of megabytes is no trouble', () => {
  const source = new SourceText('f', `${'日本'.repeat(1_000_000)}x`);
  const many = Array.from({ length: 20 }, (_, at) => ({ message: 'm', place: source.place(at * 90_000) }));
  assert.match(render(many), '日本');
});

test('a long hint is wrapped, an example below it is not', () => {
  const hint = `${'word '.repeat(30).trim()}:\n\ntasks:\n  a: ${'x'.repeat(100)}`;
  const rows = render([{ message: 'm', hint }]).split('\n');
  assert.ok(rows.slice(0, 4).every((row) => row.length <= 80));
  assert.match(rows[1] ?? '', /^ {2}→ word word/);
  assert.match(rows[2] ?? '', /^ {4}word word/);
  assert.equal(rows.slice(3), ['', '    tasks:', `      a: ${'x'.repeat(100)}`, '']);
});

test('reasons stand between the message and the way out, wrapped', () => {
  const rows = render([{ message: 'm', reasons: ['one', 'word '.repeat(30).trim()], hint: 'h' }]).split('\n');
  assert.equal(rows.slice(0, 2), ['error m', '  - one']);
  assert.match(rows[2] ?? '', /^ {2}- word word/);
  assert.match(rows[3] ?? '', /^ {4}word/);
  assert.ok(rows.every((row) => row.length <= 80));
  assert.is(rows.at(-2), '  → h');
});

test('nothing from a file moves the cursor or hides text', () => {
  const nasty = 'a\u001b[2J\rb\u0007\u202ec\u009b\nd';
  const source = new SourceText(nasty.replace('\n', ''), nasty.replace('\n', ''));
  const text = render([
    {
      message: nasty,
      place: source.place(0),
      hint: nasty,
      related: [{ message: nasty, place: source.place(1) }],
    },
  ]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
  assert.not.match(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  assert.match(text, 'a␛[2J␍b␇');
});

const many = (count: number): Diagnostic[] => {
  const source = new SourceText('f', 'line\n'.repeat(count));
  return Array.from({ length: count }, (_, at) => ({
    message: `problem ${at + 1}`,
    place: source.place(at * 5),
    hint: 'fix',
  }));
};

test('thirty problems: all are told, the first twenty with their lines', () => {
  const text = render(many(30));
  for (let at = 1; at <= 30; at += 1) assert.match(text, new RegExp(`error f:${at}:1 problem ${at}\n`));
  assert.is(text.match(/\^/g)?.length, 20);
  assert.match(text, /problem 20\n(.*\n)+\nerror f:21:1 problem 21\nerror f:22/);
  assert.match(text, /problem 30\n\n30 errors\n$/);
});

test('a thousand problems: as many as anyone reads, and how many there are', () => {
  const text = render(many(1_000));
  assert.match(text, /problem 100\n\n1000 errors, of which 900 are not shown\n$/);
  assert.not.match(text, 'problem 101');
});

test('one problem is not counted', () => assert.not.match(render(many(1)), '1 error'));

test('any text at any width: rows of the screen, and the caret inside them', () => {
  const unit = fc.oneof(
    fc.constantFrom('a', ' ', '\t', '日', '🎉', 'e\u0301', '\u001b', '\n'),
    fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
  );
  const text = fc.array(unit, { minLength: 1, maxLength: 200 }).map((units) => units.join(''));
  fc.assert(
    fc.property(
      text,
      fc.nat(400),
      fc.nat(50),
      fc.integer({ min: 40, max: 120 }),
      (source, start, length, columns) => {
        const place = new SourceText('f', source).place(start, start + length);
        const rows = render([{ message: 'm', place }], columns)
          .trimEnd()
          .split('\n')
          .slice(1);
        for (const row of rows) assert.ok(widthOf(row) <= columns, JSON.stringify([row, columns]));
        assert.is(rows.filter((row) => /^ +│ *\^+$/.test(row)).length, 1);
      },
    ),
    { numRuns: 500 },
  );
});
