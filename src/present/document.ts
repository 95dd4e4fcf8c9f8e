// A document as it is made once, to be rendered as markdown, as HTML, or as lines in a terminal.

import type { Output } from '../model/report.ts';
import { formatCount } from './format.ts';
import type { Text } from './text.ts';

/** What stands before a line, as a sign where there are signs. */
export type Mark =
  | 'passed'
  | 'failed'
  | 'rolled-back'
  | 'skipped'
  | 'cancelled'
  | 'waiting'
  | 'retrying'
  | 'warning'
  | 'started'
  | 'serving'
  | 'dot'
  | 'bullet';

export interface Item {
  text: Text;
  /** Markdown of somebody else that belongs to it. */
  quote?: string;
  mark?: Mark;
  /** Left out where there is little room. */
  isDetail?: boolean;
}

/** What is said of a thing beside its name. */
export interface Row {
  label: Text;
  texts: readonly Text[];
  /** Where that is written. */
  place?: string;
  rows?: readonly Row[];
}

export type Block =
  | { kind: 'paragraph'; text: Text }
  | { kind: 'list'; items: readonly Item[]; isOrdered?: boolean }
  | { kind: 'table'; header: readonly Text[]; rows: readonly (readonly Text[])[]; right?: readonly number[] }
  | { kind: 'rows'; rows: readonly Row[] }
  | { kind: 'code'; lines: readonly string[]; language?: string }
  /** Markdown of somebody else. */
  | { kind: 'quote'; markdown: string }
  /** What a task or a validation step has printed. */
  | { kind: 'output'; name: string; output: Output; log: string | undefined }
  | { kind: 'part'; title: Text; blocks: readonly Block[]; mark?: Mark };

export interface Section {
  id: string;
  /** Nothing where the blocks say by themselves what they are. */
  title: string;
  blocks: readonly Block[];
}

export interface Document {
  title: Text;
  facts: readonly Text[];
  sections: readonly Section[];
}

/** Of some that may have nothing to say those that do. */
export const given = <T>(...all: readonly (T | false | undefined)[]): T[] =>
  all.filter((one): one is T => one !== false && one !== undefined);

/** A list or a table in which nothing stands is not there. */
export const section = (
  id: string,
  title: string,
  ...blocks: readonly (Block | readonly Block[] | false | undefined)[]
): Section => ({
  id,
  title,
  blocks: given(...blocks)
    .flat()
    .filter((block) => !isEmpty(block)),
});

const isEmpty = (block: Block): boolean =>
  ('items' in block && block.items.length === 0) || ('rows' in block && block.rows.length === 0);

export const paragraph = (text: Text): Block => ({ kind: 'paragraph', text });
export const list = (items: readonly (Item | Text)[]): Block => ({
  kind: 'list',
  items: items.map((item) => ('text' in item ? item : { text: item })),
});
/** The same sign before each of them. */
export const marked = (mark: Mark, texts: readonly Text[]): Block =>
  list(texts.map((text) => ({ mark, text })));
export const rows = (all: readonly Row[]): Block => ({ kind: 'rows', rows: all });
export const code = (lines: readonly string[], language?: string): Block => ({
  kind: 'code',
  lines,
  ...(language !== undefined && { language }),
});
export const table = (
  header: readonly (string | Text)[],
  rows: readonly (readonly Text[])[],
  right?: readonly number[],
): Block => ({
  ...{ kind: 'table', rows },
  header: header.map((cell) => (typeof cell === 'string' ? [cell] : cell)),
  ...(right && { right }),
});
/** The first rows, and how many there are besides. */
export const shortTable = (
  header: readonly string[],
  rows: readonly (readonly Text[])[],
  most: number,
  count = rows.length,
): Block[] =>
  given(
    table(header, rows.slice(0, most)),
    count > most && paragraph([`And ${formatCount(count - most)} more.`]),
  );

export const part = (title: Text, blocks: readonly Block[], mark?: Mark): Block => ({
  kind: 'part',
  title,
  blocks,
  ...(mark && { mark }),
});

/** The first of many blocks or items, and how many there are besides; one that is over is shown rather than counted. */
export function first<T>(all: readonly T[], most: number, rest: (count: number, hidden: T[]) => T): T[] {
  if (all.length <= most + 1) return [...all];
  return [...all.slice(0, most), rest(all.length - most, all.slice(most))];
}

/** Both ends of what is long, and how much is left out between them. */
export function ends<T>(all: readonly T[], most: number, between: (count: number) => T): T[] {
  const rest = all.length - 2 * most;
  return rest > 0 ? [...all.slice(0, most), between(rest), ...all.slice(-most)] : [...all];
}
