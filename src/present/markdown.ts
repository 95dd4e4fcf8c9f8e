// Documents as markdown (GitHub's dialect).

import { formatBytes } from '../base/size.ts';
import type { Block, Document, Item, Row, Section } from './document.ts';
import { spoken } from './format.ts';
import { blockQuote, bullets, codeSpan, escapeMarkdown, fencedBlock, table } from './markdown-text.ts';
import { SIGNS } from './plain.ts';
import { code, joined, type Span, say, type Text } from './text.ts';

const ICONS: Record<string, string> = {
  complete: '✅',
  partial: '⚠️',
  interrupted: '⚠️',
  failed: '❌',
  passed: '✅',
  'rolled-back': '↩️',
  skipped: '⏭️',
  cancelled: '⏹️',
};

export const inMarkdown = (text: Text): string => text.map(span).join('');

function span(each: Span): string {
  if (typeof each === 'string') return escapeMarkdown(each);
  if ('task' in each) return codeSpan(each.task);
  if ('code' in each) return codeSpan(each.code);
  if ('strong' in each) return `**${inMarkdown(each.strong)}**`;
  if ('faint' in each) return inMarkdown(each.faint);
  if ('sign' in each) return SIGNS[each.sign];
  if ('icon' in each) return ICONS[each.icon] ?? '';
  return `${ICONS[each.status] ?? ''} ${spoken(each.status)}`.trim();
}

export function markdown({ title, facts, sections }: Document): string {
  const parts = [`# ${inMarkdown(title)}`, bullets(facts.map(inMarkdown)), ...sections.map(sectionMarkdown)];
  return `${parts.join('\n\n')}\n`;
}

export const sectionMarkdown = ({ title, blocks }: Section): string =>
  [`## ${title}`, ...blocks.map((each) => block(each, 3))].join('\n\n');

function block(each: Block, level: number): string {
  switch (each.kind) {
    case 'paragraph':
      return inMarkdown(each.text);
    case 'list':
      return each.isOrdered
        ? each.items.map(({ text }, at) => `${at + 1}. ${inMarkdown(text)}`).join('\n')
        : bullets(each.items.map(item));
    case 'table': {
      const rows = each.rows.map((row) => row.map((cell) => inMarkdown(cell) || ' '));
      return table(each.header.map(inMarkdown), rows, each.right ?? []);
    }
    case 'rows':
      return bullets(each.rows.map(row));
    case 'code':
      return fencedBlock(each.lines, each.language);
    case 'quote':
      return blockQuote(each.markdown);
    case 'output':
      return output(each);
    case 'part':
      return [
        `${'#'.repeat(level)} ${inMarkdown(each.title)}`,
        ...each.blocks.map((inner) => block(inner, level + 1)),
      ].join('\n\n');
  }
}

/** Of prose, and nothing that is a heading, a list, a table or code only where a line begins. */
const isOneLine = (text: string): boolean => !/\n|^\s*(?:[#>|+*=-]|\d+[.)]|```|~~~|$)/.test(text);

function item({ text, quote }: Item): string {
  if (quote === undefined) return inMarkdown(text);
  const quoted = blockQuote(quote);
  if (isOneLine(quote)) return `${inMarkdown(text)} ${quoted.replace(/^> /, '')}`;
  return `${inMarkdown(text)}\n\n${quoted.replace(/^/gm, '  ')}\n`;
}

function row({ label, texts, place, rows = [] }: Row): string {
  const said = joined([...texts, ...(place === undefined ? [] : [[code(place)]])]);
  const below = rows.length === 0 ? '' : `\n${bullets(rows.map(row)).replace(/^/gm, '  ')}`;
  return `${inMarkdown(label)}${said.length === 0 ? '' : `: ${inMarkdown(said)}`}${below}`;
}

function output({ output, log }: Extract<Block, { kind: 'output' }>): string {
  const { tail, bytes, leftOut = 0 } = output;
  if (bytes === 0 && tail.length === 0) return 'It printed nothing.';
  const kept = leftOut === 0 ? 'Full output' : `Output, but for ${formatBytes(leftOut)} in the middle`;
  const where = log === undefined ? [] : [inMarkdown(say`${kept}: ${{ code: log }}`)];
  return [...(tail.length === 0 ? [] : ['The end of its output:', fencedBlock(tail)]), ...where].join('\n\n');
}
