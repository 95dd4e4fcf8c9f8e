// What `ptask learn` says to people of a task: what its entry in the config lacks, and what was left out of that.

import { inYaml } from '../config/yaml-format.ts';
import type { Learned, LearnedList, LearnedPattern, LeftOut, LeftOutBecause } from '../model/learned.ts';
import { type Block, code as codeBlock, given, type Mark, paragraph, part } from './document.ts';
import { plural } from './format.ts';
import { code, codes, faint, joined, listOf, say, type Text, task, tasks } from './text.ts';

/** Names in a sentence before the rest is counted. */
const NAMED = 5;

export interface LearnedOptions {
  /** Names the files that are not declared, instead of counting them alone. */
  isCheck: boolean;
  /** The patterns as JSON has them, for a config that is JSON. */
  isJson: boolean;
}

export function learnedPart(learned: Learned, { isCheck, isJson }: LearnedOptions): Block {
  const { reads, writes, doubts, listed, leftOut } = learned;
  const lines = linesToAdd(learned, isJson);
  const blocks = given<Block>(
    ...doubts.map((doubt) => paragraph(say`this may not be all: ${doubt}`)),
    isCheck && undeclared('reads', reads),
    isCheck && undeclared('writes', writes),
    ...excluded('reads', reads),
    ...excluded('writes', writes),
    lines.length > 0 && paragraph(['to declare it:']),
    lines.length > 0 && codeBlock(lines, isJson ? 'json' : 'yaml'),
    unseen('reads', reads),
    unseen('writes', writes),
    listed.length > 0 &&
      paragraph([faint(say`lists folders of which it reads no file: ${codes(listed, NAMED)}`)]),
    leftOut.length > 0 && paragraph([faint(say`left out: ${joined(leftOut.map(leftOutText), ', ')}`)]),
  );
  return part(headline(learned), blocks, markOf(learned));
}

function markOf({ status, reads, writes }: Learned): Mark {
  if (status === 'not-run') return 'skipped';
  if (status === 'failed') return 'failed';
  return reads.undeclared.length + writes.undeclared.length > 0 ? 'warning' : 'passed';
}

function headline({ task: id, status, reads, writes }: Learned): Text {
  if (status === 'not-run') return say`${task(id)} was not run, and nothing was seen of it`;
  const seen = say`${task(id)} reads ${plural(reads.seen, 'file')} and writes ${writes.seen}`;
  const missing = [
    ...(reads.undeclared.length > 0 ? [plural(reads.undeclared.length, 'read')] : []),
    ...(writes.undeclared.length > 0 ? [plural(writes.undeclared.length, 'write')] : []),
  ];
  const how: Text = missing.length > 0 ? say`${listOf(missing)} undeclared` : ['all declared'];
  return status === 'failed' ? say`${seen}: ${how}; it failed` : say`${seen}: ${how}`;
}

/** As they are to stand in the config, with what each stands for. */
function linesToAdd({ task: id, reads, writes }: Learned, isJson: boolean): string[] {
  const lists = Object.entries({ reads, writes }).filter(([, { add }]) => add.length > 0);
  if (lists.length === 0) return [];
  if (isJson)
    return lists.map(
      ([field, { add }]) => `"${field}": ${JSON.stringify(add.map(({ pattern }) => pattern))}`,
    );
  return [
    `${inYaml(id)}:`,
    ...lists.flatMap(([field, { add }]) => [`  ${field}:`, ...withComments(add, field === 'writes')]),
  ];
}

function withComments(add: readonly LearnedPattern[], isWrites: boolean): string[] {
  const items = add.map(({ pattern }) => `    - ${inYaml(pattern)}`);
  const width = Math.max(...items.map(({ length }) => length));
  return items.map((item, at) => {
    const { files, writers, pattern, isIgnored } = add[at] as LearnedPattern;
    if (pattern.startsWith('!')) return item;
    const who = writers.join(', ');
    const by = who === '' ? '' : isWrites ? `, also written by ${who}` : `, written by ${who}`;
    const whose = isIgnored ? ', ignored by git: which task writes this?' : by;
    return `${item.padEnd(width)}  # ${plural(files, 'file')}${whose}`;
  });
}

const undeclared = (field: string, { undeclared: paths }: LearnedList): Block | undefined =>
  paths.length === 0 ? undefined : paragraph(say`${field} undeclared: ${codes(paths, NAMED)}`);

const excluded = (field: string, { excluded: paths }: LearnedList): Block[] =>
  paths.length === 0
    ? []
    : [
        paragraph(
          say`${field} ${codes(paths, NAMED)}, which an exclude of its ${code(field)} leaves out: remove or narrow that`,
        ),
      ];

const unseen = (field: string, { unseen: patterns }: LearnedList): Block | undefined =>
  patterns.length === 0
    ? undefined
    : paragraph(say`declared under ${code(field)} and not seen in this run: ${codes(patterns, NAMED)}`);

const LEFT_OUT: Readonly<Record<LeftOutBecause, (files: string) => string>> = {
  outside: (files) => `${files} outside of this folder`,
  own: (files) => `${files} of git and ptask`,
  packages: (files) => `${files} of packages`,
  caches: (files) => `${files} of caches`,
  outputs: (files) => `${files} that it reads and has made itself`,
  walked: (files) => `${files} that it looked at and did not open`,
  temporary: (files) => `${files} that it made and removed again`,
};

function leftOutText({ because, files, examples }: LeftOut): Text {
  const what = LEFT_OUT[because](plural(files, 'file'));
  const shown = because === 'caches' || because === 'outputs' ? examples.slice(0, 2) : [];
  return shown.length === 0 ? [what] : say`${what} (such as ${codes(shown)})`;
}

/** Before anything runs. @param before tasks that run first as they would anyway */
export function announcement(
  ids: readonly string[],
  before: readonly string[],
  partial: string | undefined,
): Text {
  const first = before.length > 0 ? say`, after ${tasks(before, NAMED)}` : [];
  const how = partial === undefined ? [] : say`; ${partial}`;
  return say`${tasks(ids, NAMED)} ${ids.length > 1 ? 'run' : 'runs'} in your files${first}; ${code('ptask undo')} restores them${how}`;
}
