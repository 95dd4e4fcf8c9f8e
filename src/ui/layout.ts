// Lines of a given width out of styled words. Knows nothing of plans or reports.

import { stripVTControlCharacters } from 'node:util';
import type { Colors, Terminal } from './terminal.ts';

/** How a view may look: what a terminal allows, without the terminal. */
export interface Look {
  colors: Colors;
  unicode: boolean;
  columns: number;
}

export const lookOf = ({ colors, unicode, columns }: Pick<Terminal, keyof Look>): Look => ({
  ...{ colors, unicode },
  columns: columns(),
});

// Wide: CJK, Hangul, full-width forms, emoji. Zero: combining marks, joiners, variation selectors.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/gu;
const ZERO = /\p{Mark}|\u200b|\u200c|\u200d/gu;

/** The cells that text takes on the screen, its colours not counted. */
export function widthOf(text: string): number {
  const plain = text.includes('\x1b') ? stripVTControlCharacters(text) : text;
  if (/^[\x20-\x7e]*$/.test(plain)) return plain.length;
  const visible = plain.replace(ZERO, '');
  return [...visible].length + (visible.match(WIDE)?.length ?? 0);
}

/** As much of the beginning of a text without colours as fits into so many cells. */
export function fitting(text: string, cells: number): string {
  let end = 0;
  let used = 0;
  for (const character of text) {
    used += widthOf(character);
    if (used > cells) break;
    end += character.length;
  }
  return text.slice(0, end);
}

export const padEnd = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)));

/**
 * Breaks text at its spaces so that no line is wider than `width`. A word that is wider stands on a line of its own,
 * whole: a path that is cut in two cannot be copied.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(' ')) {
    const cells = widthOf(word);
    if (used > 0 && used + 1 + cells > width) {
      lines.push(line);
      line = word;
      used = cells;
    } else {
      line = used > 0 ? `${line} ${word}` : word;
      used += cells + (used > 0 ? 1 : 0);
    }
  }
  return [...lines, line].map((each) => each.trimEnd());
}

/** Wraps after a prefix; the following lines are indented to where the first one began. */
export function hang(prefix: string, text: string, columns: number): string[] {
  const indent = widthOf(prefix);
  return wrap(text, Math.max(20, columns - indent)).map(
    (line, at) => (at === 0 ? prefix : ' '.repeat(indent)) + line,
  );
}

/** Parts in a row with a separator between, broken only between parts as long as they fit into a line each. */
export function flow(parts: readonly string[], separator: string, prefix: string, columns: number): string[] {
  const indent = widthOf(prefix);
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line}${separator}${part}`;
    if (line !== '' && indent + widthOf(longer) > columns) {
      lines.push(line);
      line = part;
    } else line = longer;
  }
  if (line !== '') lines.push(line);
  return lines.flatMap((each, at) => hang(at === 0 ? prefix : ' '.repeat(indent), each, columns));
}
