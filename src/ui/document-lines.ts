// Documents and their blocks as lines in a terminal.

import type { Block, Document, Item, Row, Section } from '../present/document.ts';
import { printable } from '../present/format.ts';
import { type Paint, plain } from '../present/plain.ts';
import type { Text } from '../present/text.ts';
import { flow, hang, type Look, padEnd, widthOf, wrap } from './layout.ts';
import { marksOf, signOf } from './marks.ts';

/** Lines of somebody else that are shown of each block. */
const MOST_QUOTED = 3;

/** What is left out is said in the same words everywhere. */
const CUT = /\band\s+[\d,]+\s+more\b(?! such)/;

/** What a command has to say, its title and facts first; ends with a newline. */
export function documentText({ title, facts, sections }: Document, look: Look, isAll = false): string {
  const head = flow(
    [title, ...facts].map((text) => shown(text, look, NAMES)),
    ` ${marksOf(look).dot} `,
    '',
    look.columns,
  );
  const lines = [head, ...sections.map((section) => sectionLines(section, look, '', true))];
  const text = lines
    .filter((some) => some.length > 0)
    .map((some) => some.join('\n'))
    .join('\n\n');
  return `${text}\n${!isAll && CUT.test(text) ? `\n${look.colors.dim('--verbose shows everything')}\n` : ''}`;
}

/** With its title, or nothing where it has nothing to say. */
export function sectionLines({ title, blocks }: Section, look: Look, mark = '', isApart = false): string[] {
  if (blocks.length === 0) return [];
  const body = blocks.flatMap((block, at) => [
    ...(isApart && at > 0 ? [''] : []),
    ...blockLines(block, look, title === '' ? '' : '  '),
  ]);
  return title === '' ? body : [`${mark}${look.colors.bold(title)}`, ...body];
}

export function blockLines(block: Block, look: Look, indent = ''): string[] {
  switch (block.kind) {
    case 'paragraph':
      return hang(indent, shown(block.text, look), look.columns);
    case 'list': {
      const bullet = block.isOrdered ? `${marksOf(look).dot} ` : '';
      return block.items.flatMap((item) => itemLines(item, look, `${indent}${bullet}`));
    }
    case 'rows':
      return rowLines(block.rows, look, indent);
    case 'code':
      return block.language === undefined
        ? quoted(block.lines, look, indent)
        : // Whole lines, to be copied.
          block.lines.map((line) => `${indent}    ${printable(line)}`);
    case 'part':
      return [
        ...itemLines({ text: block.title, ...(block.mark && { mark: block.mark }) }, look, indent, NAMES),
        ...block.blocks.flatMap((inner) => blockLines(inner, look, `${indent}  `)),
      ];
    default:
      return [];
  }
}

export const itemLines = ({ text, mark }: Item, look: Look, indent = '', paints: Paints = []): string[] =>
  hang(
    `${indent}${mark === undefined ? '' : `${signOf(mark, look)} `}`,
    shown(text, look, paints),
    look.columns,
  );

/** What is painted beside emphasis. */
type Paints = readonly ('task' | 'code')[];
const NAMES: Paints = ['task', 'code'];

function shown(text: Text, look: Look, paints: Paints = []): string {
  const { bold, cyan, dim } = look.colors;
  return plain(text, {
    strong: bold,
    // Word by word, so that no line goes on in the colour of the one before.
    faint: (words) => words.replace(/\S+/g, dim),
    sign: marksOf(look),
    ...(paints.includes('task') && { task: bold }),
    ...(paints.includes('code') && { code: cyan }),
  } satisfies Partial<Paint>);
}

/**
 * What is said of each beside its label, in a column of its own; below a label that would leave too little room for it. A
 * place that does not fit comes below its text.
 */
function rowLines(rows: readonly Row[], look: Look, indent: string): string[] {
  const room = look.columns - widthOf(indent);
  const labels = rows.map(({ label }) => shown(label, look, ['task']));
  const texts = rows.map((row) => row.texts.map((text) => shown(text, look, ['code'])));
  const widths = rows.map((row, at) =>
    row.texts.length + (row.rows?.length ?? 0) > 0 ? widthOf(labels[at] as string) : 0,
  );
  const column = Math.max(0, ...widths.filter((width) => width <= room / 3));
  const second = Math.max(
    0,
    ...rows.map(({ place }, at) => (place === undefined ? 0 : widthOf(texts[at]?.join('') ?? ''))),
  );
  return rows.flatMap(({ place, rows: below = [] }, at) => {
    const label = labels[at] as string;
    const isBeside = (widths[at] ?? 0) > 0 && widthOf(label) <= column;
    const hanging = indent + ' '.repeat(isBeside ? column + 2 : 2);
    const body = [
      ...(texts[at] ?? []).flatMap((text) => placed(text, place, second, look, hanging)),
      ...rowLines(below, look, hanging),
    ];
    if (!isBeside) return [...wrap(label, room).map((line) => indent + line), ...body];
    const [head = '', ...more] = body;
    return [`${indent}${padEnd(label, column)}  ${head.slice(hanging.length)}`, ...more];
  });
}

function placed(
  text: string,
  place: string | undefined,
  width: number,
  look: Look,
  indent: string,
): string[] {
  if (place === undefined) return hang(indent, text, look.columns);
  const where = look.colors.dim(printable(place));
  const line = `${indent}${padEnd(text, width)}  ${where}`;
  return widthOf(line) <= look.columns ? [line] : [...hang(indent, text, look.columns), indent + where];
}

function quoted(lines: readonly string[], look: Look, indent: string): string[] {
  const { tail, ellipsis } = marksOf(look);
  const some = lines
    .slice(0, MOST_QUOTED)
    .map((line) => `${indent}  ${tail} ${printable(line.replaceAll('\t', '  '))}`);
  const rest = lines.length - some.length;
  return [...some, ...(rest > 0 ? [`${indent}  ${ellipsis} and ${rest} more`] : [])].map(look.colors.dim);
}
