// A problem as a person reads it: where, what, the line with a caret, and the way out.

import type { Diagnostic, Place } from '../base/diagnostic.ts';
import type { Colors } from './terminal.ts';

const MAX_SHOWN = 30;

function frame(place: Place, colors: Colors, columns: number): string {
  const gutter = String(place.lines.at(-1)?.number ?? place.line).length;
  const room = Math.max(20, columns - gutter - 6);
  // A long line is shown from a little before the place.
  const from = place.column + place.length > room ? Math.max(0, place.column - 1 - Math.floor(room / 3)) : 0;
  const rows = place.lines.flatMap(({ number, text }) => {
    // A tab is one column in the place and several on the screen.
    const shown = text.slice(from, from + room).replaceAll('\t', ' ');
    const here = number === place.line;
    const row = `${here ? colors.red('>') : ' '} ${colors.dim(`${String(number).padStart(gutter)} │`)} ${shown}`;
    if (!here) return [row.trimEnd()];
    const width = Math.max(1, Math.min(place.length, room - (place.column - 1 - from)));
    return [
      row,
      `  ${' '.repeat(gutter)} ${colors.dim('│')} ${' '.repeat(place.column - 1 - from)}${colors.red('^'.repeat(width))}`,
    ];
  });
  return rows.map((row) => `  ${row}`).join('\n');
}

const at = (place: Place): string => `${place.file}:${place.line}:${place.column}`;

function one(diagnostic: Diagnostic, colors: Colors, columns: number): string {
  const { message, place, hint, related = [] } = diagnostic;
  return [
    `${colors.red(colors.bold('error'))} ${place ? `${colors.cyan(at(place))} ` : ''}${message}`,
    ...(place ? [frame(place, colors, columns)] : []),
    ...related.flatMap((other) => [`  ${other.message} ${colors.cyan(at(other.place))}`]),
    ...(hint ? [`  ${colors.green('→')} ${hint.replaceAll('\n', '\n    ')}`] : []),
  ].join('\n');
}

export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  colors: Colors,
  columns: number,
): string {
  const shown = diagnostics.slice(0, MAX_SHOWN).map((diagnostic) => one(diagnostic, colors, columns));
  const rest = diagnostics.length - shown.length;
  return `${[...shown, ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n\n')}\n`;
}
