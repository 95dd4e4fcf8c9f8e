// A problem as a person reads it: where, what, the line with a caret, and the way out.

import type { Diagnostic, Place } from '../base/diagnostic.ts';
import { fitting, hang, widthOf } from './layout.ts';
import type { Colors } from './terminal.ts';

/** Shown with their lines; the first ones are what a person begins with. */
const MOST_FRAMED = 20;
/** Shown at all. */
const MOST_SHOWN = 100;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it replaces
const CONTROL = /[\u0000-\u001f\u007f]/g;
/** What is not seen and changes how other characters are seen. */
const UNSEEN = /[\u0080-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Text from a file or a command line on one line of the screen: nothing in it moves the cursor or changes a colour. */
const plain = (text: string): string =>
  text
    .replaceAll('\t', '  ')
    .replace(CONTROL, (sign) =>
      sign === '\u007f' ? '\u2421' : String.fromCharCode(0x2400 + sign.charCodeAt(0)),
    )
    .replace(UNSEEN, '\ufffd');

/** A line as far as it fits, with a mark where it is cut; one cell is kept for it. */
function cut(text: string, cells: number): string {
  const beginning = begin(text, cells);
  const shown = fitting(beginning, cells - 1);
  return shown === beginning && text.length <= 2 * cells ? shown : `${shown}…`;
}

/** Never the whole of a line: a minified file is one line of megabytes. */
const begin = (text: string, cells: number): string => plain(text.slice(0, 2 * cells));

/** The line of a place from a little before it, and what goes before the caret and how wide that is. */
function marked(text: string, place: Place, room: number): { line: string; indent: number; width: number } {
  const at = place.column - 1;
  const isNear = at + place.length < room && widthOf(plain(text.slice(0, at + place.length))) < room;
  let from = isNear ? 0 : Math.max(0, at - Math.floor(room / 3));
  // Not into the middle of a character of two units.
  if (/[\udc00-\udfff]/.test(text.charAt(from))) from += 1;
  const mark = from > 0 ? '…' : '';
  const indent = mark.length + widthOf(plain(text.slice(from, at)));
  const left = Math.max(1, room - indent - 1);
  const width = widthOf(fitting(begin(text.slice(at, at + place.length), left), left));
  return { line: mark + cut(text.slice(from), room - mark.length), indent, width: Math.max(1, width) };
}

function frame(place: Place, colors: Colors, columns: number): string[] {
  const gutter = String(place.lines.at(-1)?.number ?? place.line).length;
  const room = Math.max(20, columns - gutter - '  > '.length - ' │ '.length);
  return place.lines.flatMap(({ number, text }) => {
    const margin = colors.dim(`${String(number).padStart(gutter)} │`);
    if (number !== place.line) return [`    ${margin} ${cut(text, room)}`.trimEnd()];
    const { line, indent, width } = marked(text, place, room);
    return [
      `  ${colors.red('>')} ${margin} ${line}`.trimEnd(),
      `    ${' '.repeat(gutter)} ${colors.dim('│')} ${' '.repeat(indent)}${colors.red('^'.repeat(width))}`,
    ];
  });
}

const at = ({ file, line, column }: Place): string => `${plain(file)}:${line}:${column}`;

/** The line that can stand alone. In a file or a pipe it is never broken, so that it can be searched for. */
function heading({ message, place }: Diagnostic, { colors, columns, isScreen }: Shown): string {
  const where = place ? `${colors.cyan(at(place))} ` : '';
  const prefix = `${colors.red(colors.bold('error'))} `;
  const text = `${where}${plain(message)}`;
  return isScreen ? hang(prefix, text, columns).join('\n') : prefix + text;
}

/** The first line is a sentence and is wrapped; what comes below it is an example and stays as it is. */
function wayOut(hint: string, colors: Colors, columns: number): string[] {
  const [sentence = '', ...example] = hint.split('\n');
  const lines = hang('  → ', plain(sentence), columns);
  return [
    ...lines.map((line) => line.replace('→', colors.green('→'))),
    ...example.map((line) => `    ${plain(line)}`.trimEnd()),
  ];
}

function whole(diagnostic: Diagnostic, shown: Shown): string {
  const { place, hint, reasons = [], related = [] } = diagnostic;
  const { colors, columns } = shown;
  return [
    heading(diagnostic, shown),
    ...(place ? frame(place, colors, columns) : []),
    ...reasons.flatMap((reason) => hang('  - ', plain(reason), columns)),
    ...related.map((other) => `  ${colors.cyan(at(other.place))} ${plain(other.message)}`),
    ...(hint ? wayOut(hint, colors, columns) : []),
  ].join('\n');
}

/** Where they are shown. */
export interface Shown {
  colors: Colors;
  columns: number;
  /** A person reads it there as it is written. */
  isScreen?: boolean;
}

/** All of them, in their order: the first ones with their lines, more as a line each, and at the end how many there are. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], shown: Shown): string {
  const framed = diagnostics.slice(0, MOST_FRAMED).map((diagnostic) => whole(diagnostic, shown));
  const listed = diagnostics.slice(MOST_FRAMED, MOST_SHOWN).map((diagnostic) => heading(diagnostic, shown));
  const rest = diagnostics.length - framed.length - listed.length;
  return [
    ...framed,
    ...(listed.length > 0 ? [listed.join('\n')] : []),
    ...(diagnostics.length > 1
      ? [`${diagnostics.length} errors${rest > 0 ? `, of which ${rest} are not shown` : ''}`]
      : []),
  ]
    .join('\n\n')
    .concat('\n');
}
