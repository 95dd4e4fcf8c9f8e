// Blocks of a document as lines in a terminal.

import type { Block, Item, Section } from '../present/document.ts';
import { printable } from '../present/format.ts';
import { plain } from '../present/plain.ts';
import { marksOf, signOf } from './marks.ts';
import { hang, type Look } from './plan-view/layout.ts';

/** Lines of somebody else that are shown of each block. */
const MOST_QUOTED = 3;

export const itemLines = ({ text, mark }: Item, look: Look, indent = ''): string[] =>
  hang(
    `${indent}${mark === undefined ? '' : `${signOf(mark, look)} `}`,
    plain(text, look.colors.bold),
    look.columns,
  );

export function blockLines(block: Block, look: Look, indent = ''): string[] {
  const { colors, columns } = look;
  switch (block.kind) {
    case 'paragraph':
      return hang(indent, plain(block.text, colors.bold), columns);
    case 'list': {
      const bullet = block.isOrdered ? `${marksOf(look).dot} ` : '';
      return block.items.flatMap((item) => itemLines(item, look, `${indent}${bullet}`));
    }
    case 'code':
      return block.language === undefined
        ? quoted(block.lines, look, indent)
        : // Whole lines, to be copied.
          block.lines.map((line) => `${indent}    ${printable(line)}`);
    case 'part':
      return [
        ...itemLines({ text: block.title, ...(block.mark && { mark: block.mark }) }, look, indent),
        ...block.blocks.flatMap((inner) => blockLines(inner, look, `${indent}  `)),
      ];
    default:
      return [];
  }
}

function quoted(lines: readonly string[], look: Look, indent: string): string[] {
  const { tail, ellipsis } = marksOf(look);
  const shown = lines
    .slice(0, MOST_QUOTED)
    .map((line) => `${indent}  ${tail} ${printable(line.replaceAll('\t', '  '))}`);
  const rest = lines.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${indent}  ${ellipsis} and ${rest} more`] : [])].map(look.colors.dim);
}

/** With its title, or nothing where it has nothing to say. */
export function sectionLines({ title, blocks }: Section, look: Look, mark = ''): string[] {
  if (blocks.length === 0) return [];
  const body = blocks.flatMap((block) => blockLines(block, look, '  '));
  return [`${mark}${look.colors.bold(title)}`, ...body];
}
