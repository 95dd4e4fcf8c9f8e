// Text cut to the cells of a screen, and the last lines of what a program printed. Knows nothing of tasks.

import { withoutCodes } from '../../present/terminal-codes.ts';
import { fitting, widthOf } from '../layout.ts';

export type Paint = (text: string) => string;
/** Plain text and how it is painted. */
export type Piece = [text: string, paint?: Paint | undefined];

const ASCII = /^[\x20-\x7e]*$/;

/** Plain text in at most so many cells. */
export function cut(text: string, width: number, ellipsis: string): string {
  if (ASCII.test(text) ? text.length <= width : widthOf(text) <= width) return text;
  const room = width - widthOf(ellipsis);
  if (room <= 0) return ellipsis.slice(0, Math.max(0, width));
  return fitting(text, room).trimEnd() + ellipsis;
}

/** Pieces in a row in at most so many cells: the one that does not fit is cut, those after it are left out. */
export function row(pieces: readonly Piece[], width: number, ellipsis: string): string {
  let line = '';
  let left = width;
  for (const [text, paint] of pieces) {
    const shown = cut(text, left, ellipsis);
    // Spaces at the end of a line help nobody, and a painted nothing still has its control sequences.
    if (shown !== '') line += paint ? paint(shown) : shown;
    left -= widthOf(shown);
    if (shown.length < text.length || left <= 0) break;
  }
  return line.trimEnd();
}

const ESC = '\u001b';
// A program that draws one line again and again goes back to its beginning, or erases it whole.
const BACK = new RegExp(`${ESC}\\[(?:[01]?G|2K)|\\r`, 'g');
const UP_OR_DOWN = new RegExp(`${ESC}\\[\\d*[ABEF]`, 'g');
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it takes away
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** The last lines that say something, as they would stand on a screen: without colours, each at its last redrawing. */
export function lastLines(text: string, count: number): string[] {
  const lines: string[] = [];
  const all = text.replace(/\r+\n/g, '\n').replace(UP_OR_DOWN, '\n').split('\n');
  for (let at = all.length - 1; at >= 0 && lines.length < count; at -= 1) {
    const line = lastDrawn(all[at] as string);
    if (line !== '') lines.unshift(line);
  }
  return lines;
}

function lastDrawn(line: string): string {
  const drawings = line.split(BACK);
  for (let at = drawings.length - 1; at >= 0; at -= 1) {
    const shown = withoutCodes(drawings[at] as string)
      .replaceAll('\t', '  ')
      .replace(UNSEEN, '');
    if (shown.trim() !== '') return shown.trimEnd();
  }
  return '';
}
