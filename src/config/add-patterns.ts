// Adds patterns to the lists of a task in the text of a config. Only lines that have to change do: comments, order, quotes and anchors
// stay as they are. The library says where what stands; that it writes would set the whole text anew.

import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { type Diagnostic, SourceText } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { inYaml } from './yaml-format.ts';

export type ListField = 'reads' | 'writes';

export interface Addition {
  task: string;
  field: ListField;
  patterns: readonly string[];
}

/** A line with a list on it that people still like to read. */
const LONGEST_LINE = 100;
/** Patterns of a new list that go on one line. */
const MOST_ON_A_LINE = 3;

/** The text with all of them, or what keeps one of them from being added. */
export function addPatterns(source: SourceText, additions: readonly Addition[]): Result<string> {
  let { text } = source;
  const problems: Diagnostic[] = [];
  for (const addition of additions) {
    const place = placeFor(new SourceText(source.file, text), addition);
    if (place.ok) text = added(text, place.value, addition);
    else problems.push(...place.diagnostics);
  }
  return problems.length > 0 ? fail(...problems) : ok(text);
}

/** Why nothing can be added to a list. */
export function whyNotAdd(source: SourceText, task: string, field: ListField): readonly Diagnostic[] {
  const place = placeFor(source, { task, field });
  return place.ok ? [] : place.diagnostics;
}

type NodeRange = readonly [start: number, end: number];

/** Where it goes. */
type ListPlace =
  | { kind: 'list'; list: YAMLSeq; key: NodeRange }
  | { kind: 'single'; text: string; range: NodeRange }
  | { kind: 'empty'; key: NodeRange }
  | { kind: 'missing'; task: YAMLMap; indent: number };

const rangeOf = (node: unknown): NodeRange => {
  const range = isNode(node) ? node.range : undefined;
  return range ? [range[0], range[1]] : [0, 0];
};

function placeFor(
  source: SourceText,
  { task: id, field }: Pick<Addition, 'task' | 'field'>,
): Result<ListPlace> {
  const refused = (why: string, at: unknown): Result<never> => {
    const hint = `add to the \`${field}\` of \`${id}\` by hand what \`ptask learn ${id}\` shows`;
    return fail({ message: `\`${field}\` of \`${id}\` ${why}`, place: source.place(...rangeOf(at)), hint });
  };
  const doc = parseDocument(source.text, { schema: 'core', merge: true, uniqueKeys: false });
  const tasks = isMap(doc.contents) ? pairOf(doc.contents, 'tasks')?.value : undefined;
  if (!isMap(tasks)) return refused('cannot be changed: `tasks` is an alias', tasks);
  const entry = pairOf(tasks, id);
  if (entry === undefined)
    return refused('cannot be changed: the task is not written in this file by its name', tasks);
  const task = entry.value;
  if (!isMap(task)) return refused('cannot be changed: the task is an alias', task);
  const pair = pairOf(task, field);
  if (pair === undefined) {
    const merged = task.items.find((each) => isScalar(each.key) && each.key.value === '<<');
    const has = (doc.toJS() as { tasks: Record<string, Record<string, unknown>> }).tasks[id]?.[field];
    if (has !== undefined)
      return refused('comes from a merged map, and other tasks have it as well', merged?.value);
    const [first] = rangeOf(task.items[0]?.key);
    return ok({ kind: 'missing', task, indent: first - (source.text.lastIndexOf('\n', first - 1) + 1) });
  }
  const { value } = pair;
  if (isAlias(value)) return refused('is an alias of a list that others have as well', value);
  if (isSeq(value)) {
    const { anchor } = value;
    const aliases: string[] = [];
    visit(doc, { Alias: (_, alias) => void aliases.push(alias.source) });
    if (anchor !== undefined && aliases.includes(anchor))
      return refused(`is the list of \`*${anchor}\`, which others have as well`, value);
    return ok({ kind: 'list', list: value, key: rangeOf(pair.key) });
  }
  if (isScalar(value) && typeof value.value === 'string')
    return ok({ kind: 'single', text: source.text.slice(...rangeOf(value)), range: rangeOf(value) });
  return ok({ kind: 'empty', key: rangeOf(pair.key) });
}

const pairOf = (map: YAMLMap, key: string): Pair | undefined =>
  map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);

function added(text: string, place: ListPlace, { field, patterns }: Addition): string {
  const items = patterns.map(inYaml);
  const put = (start: number, end: number, more: string): string =>
    text.slice(0, start) + more + text.slice(end);
  if (place.kind === 'single') return put(...place.range, `[${[place.text, ...items].join(', ')}]`);
  if (place.kind === 'empty') {
    const end = text.indexOf(':', place.key[1]) + 1;
    return put(end, end, ` [${items.join(', ')}]`);
  }
  if (place.kind === 'missing') return withList(text, place.task, place.indent, field, items);
  const { list } = place;
  const [start, end] = rangeOf(list);
  if (list.flow !== true) return withItems(text, list, items);
  const flow = text.slice(start, end);
  const longer = flow.replace(
    /,?(\s*)\]$/,
    (_, space: string) => `${list.items.length > 0 ? ', ' : ''}${items.join(', ')}${space}]`,
  );
  const line = lineStart(text, start);
  const isShort = start - line + longer.length <= LONGEST_LINE || flow.includes('\n');
  const isBare =
    list.anchor === undefined && /^[ \t]*\r?(?:\n|$)/.test(text.slice(end)) && !flow.includes('#');
  const isBlock = text.slice(line, place.key[0]).trim() === '';
  if (isShort || !isBare || !isBlock) return put(start, end, longer);
  const indent = ' '.repeat(place.key[0] - line + 2);
  const all = [...list.items.map((item) => text.slice(...rangeOf(item))), ...items];
  const colon = text.indexOf(':', place.key[1]) + 1;
  return put(colon, end, all.map((item) => `${eolOf(text)}${indent}- ${item}`).join(''));
}

/** Behind the last one, as it is indented. */
function withItems(text: string, list: YAMLSeq, items: readonly string[]): string {
  const [start, end] = rangeOf(list.items.at(-1));
  const dash = /^[ \t]*-[ \t]+/.exec(text.slice(lineStart(text, start), start))?.[0] ?? '  - ';
  return withLines(
    text,
    lineEnd(text, end),
    items.map((item) => dash + item),
  );
}

/** A list of its own, behind what comes before it by habit. */
function withList(
  text: string,
  task: YAMLMap,
  indent: number,
  field: ListField,
  items: readonly string[],
): string {
  const flow = `${field}: [${items.join(', ')}]`;
  if (task.flow === true) {
    const [, end] = rangeOf(task);
    const [, last] = rangeOf(task.items.at(-1)?.value);
    return `${text.slice(0, last)}, ${flow}${text.slice(last, end)}${text.slice(end)}`;
  }
  const before = (field === 'writes' ? ['reads', 'run'] : ['run']).map((key) => pairOf(task, key));
  const pair = before.find((each) => each !== undefined) ?? task.items.at(-1);
  const [start, end] = rangeOf(pair?.value);
  const [, keyEnd] = rangeOf(pair?.key);
  const space = ' '.repeat(indent);
  const isShort = indent + flow.length <= LONGEST_LINE && items.length <= MOST_ON_A_LINE;
  const lines = isShort
    ? [space + flow]
    : [`${space}${field}:`, ...items.map((item) => `${space}  - ${item}`)];
  // A text of several lines ends behind its last line break.
  const last = Math.max(keyEnd, end > start ? end : 0);
  return withLines(text, text[last - 1] === '\n' ? last - 1 : lineEnd(text, last), lines);
}

/** @param at the end of a line */
function withLines(text: string, at: number, lines: readonly string[]): string {
  const eol = eolOf(text);
  const end = text[at - 1] === '\r' ? at - 1 : at;
  return text.slice(0, end) + lines.map((line) => eol + line).join('') + text.slice(end);
}

const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;
const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
};
