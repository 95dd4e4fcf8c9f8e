// Text that somebody else wrote, inside markdown (GitHub's dialect) without becoming markdown or HTML.

import { printable } from './format.ts';
import { withoutCodes } from './terminal-codes.ts';

/** Most of what is told: nothing in it means anything to anybody. */
const HARMLESS = /^[A-Za-z0-9 ,.:;()'"%!?/=+✅❌✔✖⚠·×→…-]*$/;

/** Plain text on one line, as safe in a table cell as anywhere. */
export function escapeMarkdown(text: string): string {
  if (HARMLESS.test(text)) return text;
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
  // And of nothing no span is made: two backticks begin one that goes on to the next two.
  if (text === '' || text.includes('\\|')) return `<code>${escapeMarkdown(text)}</code>`;
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
 * beyond the quote. HTML in it becomes text, and so do links and pictures: looking at it loads nothing.
 */
export function blockQuote(markdown: string): string {
  const text = withoutCodes(markdown)
    .replace(/[^\P{Cc}\t\n]/gu, '')
    .trimEnd();
  let fence: string | undefined;
  let isOpen = false;
  const lines = text.split('\n').map((line) => {
    const [, mark, info = ''] = /^(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (fence !== undefined) {
      // As deep within the line as it may be: who renders it must not see a block end that does not end here.
      const [, end] = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(line) ?? [];
      if (end?.startsWith(fence)) fence = undefined;
      return `> ${line}`.trimEnd();
    }
    // The name of a language in front of a block has no backticks; with some it is code within a line.
    if (mark !== undefined && (mark.startsWith('~') || !info.includes('`'))) {
      fence = mark;
      isOpen = false;
      return `> ${line}`.trimEnd();
    }
    if (line.trim() === '') isOpen = false;
    const shown = inert(withoutBlocks(line), !isOpen);
    isOpen ||= shown.isOpen;
    return `> ${shown.text}`.trimEnd();
  });
  return lines.join('\n');
}

/**
 * A block of code that does not begin with its line would end where it pleases whoever renders it; and the address of a
 * link, on a line of its own, comes before any code in it. Boxes to tick are none.
 */
const withoutBlocks = (line: string): string =>
  line.replace(
    /^([\s>*+\-.)\d]*)(`{3,}|~{3,}|\[(?![ xX]\]))/,
    (_, before: string, mark: string) => before + entities(mark),
  );

/** What makes HTML, links and pictures out of text. Entities do, whatever stands in front of them. */
const entities = (text: string): string =>
  text.replace(/[<[\]`~]/g, (sign) => (sign === '<' ? '&lt;' : `&#${sign.charCodeAt(0)};`));
/** Becomes a link by itself, up to the next space: backticks are a part of it. */
const ADDRESS = /(?::\/\/|www\.)\S*$/i;
const ACTIVE = /<(?=[A-Za-z/!?])|\](?=[([:])/g;

/**
 * A line of text in which code stays as it is, if it may: code that goes on from line to line would have the rest of
 * both taken for what it is not.
 */
function inert(line: string, mayHaveCode: boolean): { text: string; isOpen: boolean } {
  let text = '';
  let from = 0;
  let isOpen = false;
  const outside = (end?: number): string => line.slice(from, end).replace(ACTIVE, entities);
  for (const run of line.matchAll(/\\.|`+/g)) {
    if (run.index < from || run[0].startsWith('\\')) continue;
    const after = run.index + run[0].length;
    const end = new RegExp(`(?<!\`)${run[0]}(?!\`)`).exec(line.slice(after));
    const close = after + (end?.index ?? 0) + run[0].length;
    isOpen = end === null || !mayHaveCode || ADDRESS.test(line.slice(from, run.index));
    // Some readers of markdown take the brackets first.
    isOpen ||= line.slice(after, close).includes('](');
    if (isOpen) break;
    text += outside(run.index) + line.slice(run.index, close);
    from = close;
  }
  return { text: text + outside(), isOpen };
}

/** A list, one item a line. */
export const bullets = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');
