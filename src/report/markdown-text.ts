// Text that somebody else wrote, inside markdown (GitHub's dialect) without becoming markdown or HTML.

import { withoutCodes } from './terminal-codes.ts';
import { printable } from './words.ts';

/** Plain text on one line, as safe in a table cell as anywhere. */
export function escapeMarkdown(text: string): string {
  return printable(withoutCodes(text).replace(/\s*[\r\n]+\s*/g, ' '))
    .replace(/[\\`*[\]|~]/g, '\\$&')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** A code span. In a table a `|` has to be escaped even in code. */
export function codeSpan(text: string): string {
  // A table reads `\\|` as a backslash and the end of the cell, and code knows no way to say it otherwise.
  if (text.includes('\\|')) return `<code>${escapeMarkdown(text)}</code>`;
  const inside = printable(text);
  const fence = '`'.repeat(longestRun(inside) + 1);
  const pad = /^`|`$|^ .* $/.test(inside) ? ' ' : '';
  return `${fence}${pad}${inside.replaceAll('|', '\\|')}${pad}${fence}`;
}

/** A fenced block, its fence longer than any backticks inside; escape sequences of terminals are taken out. */
export function fencedBlock(lines: readonly string[], language = 'text'): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a viewer of markdown cannot show
  const text = withoutCodes(lines.join('\n')).replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}${text.endsWith('\n') ? '' : '\n'}${fence}`;
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}

/** A table with a header row; the cells are markdown already. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, column) => (right.includes(column) ? '---:' : '---'));
  return [row(header), row(rule), ...rows.map(row)].join('\n');
}

/**
 * Markdown of somebody else as a block quote: its headings, lists and code stay what they are, and none of it goes on
 * beyond the quote. HTML in it becomes text.
 */
export function blockQuote(markdown: string): string {
  const text = withoutCodes(markdown)
    .replace(/[^\P{Cc}\t\n]/gu, '')
    .trimEnd();
  let fence: string | undefined;
  const lines = text.split('\n').map((line) => {
    const [, mark] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
    const isInside = fence !== undefined;
    if (fence === undefined) fence = mark;
    else if (mark?.startsWith(fence) && line.trim() === mark) fence = undefined;
    return `> ${isInside || mark !== undefined ? line : withoutHtml(line)}`.trimEnd();
  });
  return lines.join('\n');
}

/** What could be a tag or a comment, but not in code. */
const withoutHtml = (line: string): string =>
  line.replace(/(`+)[^`]*\1(?!`)|<(?=[A-Za-z/!?])/g, (found) => (found === '<' ? '&lt;' : found));

/** A list, one item a line. */
export const bullets = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');
