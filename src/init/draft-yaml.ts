// A proposed config as YAML that a person would write: short lists on one line, what belongs together together, and a comment
// wherever something is to be decided.

import {
  Alias,
  Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Pair,
  Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { staticPrefix } from '../plan/patterns/index.ts';
import type { Draft, DraftTask } from './draft.ts';

/** Columns of a line; a list that does not fit has a line for each item. */
const COLUMNS = 100;
/** Columns of a comment without its sign: a terminal of 80 shows it whole. */
const PROSE = 76;
const INDENT = 4;

/** Where editors find it when ptask is installed. */
const SCHEMA = 'yaml-language-server: $schema=./node_modules/ptask/schema/parallel.config.schema.json';

const OPTIONS = { lineWidth: 0, singleQuote: true, flowCollectionPadding: false } as const;

export function draftYaml(draft: Draft, command: string): string {
  const { cache, env, dotenv, tasks } = draft;
  const lists = new SharedLists(tasks);
  const root = new Fields();
  const shared = Object.entries(cache).filter(([, list]) => list.length > 0);
  root.add('cache', shared.length === 0 ? true : Object.fromEntries(shared), [
    'What is up to date does not run again, where reads and writes are declared.',
  ]);
  if (Object.keys(env).length > 0) root.add('env', env);
  if (dotenv.length > 0) root.add('dotenv', dotenv);
  for (const { name, items } of lists.all) {
    const node = root.add(`x-${name}`, items) as YAMLSeq;
    node.anchor = name;
  }
  const on = tasks.filter(({ off }) => off === undefined);
  const off = tasks.filter((task) => task.off !== undefined);
  const entries = new Fields(true, 2);
  for (const task of on) entries.add(task.name, taskFields(task, lists), task.comments);
  for (const [at, task] of off.entries())
    entries.add(task.name, taskFields(task, lists), [...(at === 0 ? [OFF, ''] : []), task.off as string]);
  root.add('tasks', entries.map);
  return `${header(draft, command)}\n${withOffTasks(root.text())}`;
}

const OFF = 'Not in a run of all tasks. To add one, remove the signs before its lines.';

/** What comes after the sentence is a comment, too. */
function withOffTasks(text: string): string {
  const [on, ...off] = text.split(`  # ${OFF}\n`);
  if (off.length === 0) return text;
  const lines = off.join('').split('\n');
  return `${on}  # ${OFF}\n${lines.map((line) => line.replace(/^ {2}(?=[^#\s]| {2,})/, '  # ')).join('\n')}`;
}

/** A map, a key a line, in the order in which they are added. */
class Fields {
  readonly #document = new Document({}, { aliasDuplicateObjects: false });
  readonly map = this.#document.contents as unknown as YAMLMap<Scalar<string>, unknown>;
  readonly #isApart: boolean;
  readonly #indent: number;

  /** @param isApart whether its keys are set apart by empty lines */
  constructor(isApart = true, indent = 0) {
    this.#isApart = isApart;
    this.#indent = indent;
  }

  add(key: string, value: unknown, before: readonly string[] = []): unknown {
    const name = new Scalar(key);
    name.spaceBefore = this.#isApart && this.map.items.length > 0;
    if (before.length > 0) name.commentBefore = comment(before, PROSE - this.#indent);
    const node = this.#nodeOf(value, this.#indent + key.length + 2);
    this.map.items.push(new Pair(name, node));
    return node;
  }

  /** What is in a list stands on one line where it fits. */
  #nodeOf(value: unknown, before: number): unknown {
    if (isNode(value)) return value;
    const node = this.#document.createNode(value);
    if (isSeq(node)) node.flow = isShort(value as string[], before);
    if (isMap(node))
      for (const { value: inner } of node.items)
        if (isSeq(inner)) inner.flow = isShort(inner.toJSON() as string[], before);
    if (isScalar(node) && typeof value === 'string' && value.includes('\n')) node.type = Scalar.BLOCK_LITERAL;
    return node;
  }

  text(): string {
    return this.#document.toString(OPTIONS);
  }
}

const isShort = (items: readonly string[], before: number): boolean =>
  before + items.reduce((sum, item) => sum + item.length + (/^[\w./-]/.test(item) ? 2 : 4), 2) <= COLUMNS;

/** Long lists that several tasks have in common, each by a name. */
class SharedLists {
  readonly all: { name: string; items: string[] }[];

  constructor(tasks: readonly DraftTask[]) {
    const uses = new Map<string, { items: string[]; count: number }>();
    for (const { reads = [] } of tasks) {
      const key = JSON.stringify(reads);
      const count = (uses.get(key)?.count ?? 0) + 1;
      if (reads.length >= LONG_LIST) uses.set(key, { items: reads, count });
    }
    const taken = new Set<string>();
    this.all = [...uses.values()]
      .filter(({ count }) => count > 1)
      .map(({ items }) => {
        const wanted = nameOfList(items);
        let name = wanted;
        for (let number = 2; taken.has(name); number += 1) name = `${wanted}-${number}`;
        taken.add(name);
        return { name, items };
      });
  }

  /** A list, or what stands for it. */
  of(items: readonly string[]): unknown {
    const found = this.all.find(
      (each) => each.items.length === items.length && each.items.every((item, at) => item === items[at]),
    );
    return found === undefined ? items : new Alias(found.name);
  }
}

const LONG_LIST = 3;

/** After the folder that it begins with. */
const nameOfList = ([first = '']: readonly string[]): string => {
  const folder = staticPrefix(first).split('/').at(-1) ?? '';
  return folder.replace(/[^\w-]+/g, '-').replace(/^-+|-+$/g, '') || 'files';
};

function header({ sources, hasPackages }: Draft, command: string): string {
  const lines = [
    ...(hasPackages ? [SCHEMA] : []),
    ...wrapped(`Proposed by \`${command}\` from ${sources.join(', ')}. Edit it, and commit it.`),
    '`ptask plan` shows what runs when, `ptask check --strict` undeclared reads.',
  ];
  return lines.map((line) => `# ${line}\n`).join('');
}

function taskFields(task: DraftTask, lists: SharedLists): unknown {
  const { description, run, reads, writes, needs, cwd, env = {}, resources = {}, cache, service, raw } = task;
  const fields = new Fields(false, INDENT);
  if (description !== undefined) fields.add('description', description);
  if (cwd !== '') fields.add('cwd', cwd);
  if (run.length > 0) fields.add('run', run.length === 1 ? run[0] : run);
  if (needs.length > 0) fields.add('needs', needs);
  if (reads !== undefined) fields.add('reads', lists.of(reads));
  if (writes !== undefined) fields.add('writes', lists.of(writes));
  if (Object.keys(env).length > 0) fields.add('env', env);
  if (Object.keys(resources).length > 0) fields.add('resources', resources);
  if (cache !== undefined) fields.add('cache', cache);
  if (service !== undefined) fields.add('service', true);
  if (service?.log !== undefined) fields.add('ready', { log: service.log });
  if (raw) fields.add('raw', true);
  return fields.map;
}

const comment = (sentences: readonly string[], columns: number): string =>
  sentences
    .flatMap((sentence) => wrapped(sentence, columns))
    .map((line) => (line === '' ? '' : ` ${line}`))
    .join('\n');

/** Words in lines of so many columns. */
function wrapped(text: string, columns = PROSE): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
