/**
 * The fenced blocks of a markdown file, and how each says what is to be done with it: in one HTML comment on the line
 * above the fence, with directives divided by `;`.
 *
 *     <!-- not run: why -->            it is not run
 *     <!-- file: path -->              it is written to this file of the document's project (also when it is not run)
 *     <!-- of a task -->               YAML: the fields of one task
 *     <!-- pipeline: github -->        a whole pipeline of that CI service (`pipelines.ts`): its ptask commands are run
 *     <!-- exits: 1 -->                sh, console: the code that its last command ends with, else 0
 *     <!-- any order -->               console: lines come in whichever order the tasks end
 *
 * Knows neither files nor processes.
 */
export type Block = {
  /** What follows the opening fence: `yaml`, `sh`, `console`, `ts`, `json`, `text`. */
  language: string;
  text: string;
  /** The line of the opening fence, from 1. */
  line: number;
  directives: Directives;
};

export type Directives = {
  notRun?: string;
  file?: string;
  ofATask?: true;
  pipeline?: string;
  exits: number;
  anyOrder?: true;
};

/** A command of a console block with what it printed. */
export type Exchange = { command: string; output: string };

const FENCE = /^(\s*)(`{3,})(\S*)\s*$/;
const COMMENT = /^\s*<!--(.*)-->\s*$/;

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const open = FENCE.exec(lines[at] as string);
    if (open === null) continue;
    const [, indent = '', fence = '', language = ''] = open;
    const end = lines.findIndex((line, index) => index > at && line.trim() === fence);
    if (end < 0) throw new Error(`line ${at + 1}: the block is never closed`);
    const inside = lines.slice(at + 1, end).map((line) => line.slice(Math.min(indent.length, line.length)));
    const text = inside.map((line) => `${line}\n`).join('');
    const above = lines[at - 1]?.trim() === '' ? lines[at - 2] : lines[at - 1];
    const comment = COMMENT.exec(above ?? '')?.[1];
    blocks.push({ language, text, line: at + 1, directives: directivesOf(comment, at + 1) });
    at = end;
  }
  return blocks;
}

function directivesOf(comment: string | undefined, line: number): Directives {
  const found: Directives = { exits: 0 };
  for (const part of (comment ?? '').split(';').map((text) => text.trim())) {
    if (part === '') continue;
    const [name, value = ''] = part.split(/:\s*(.*)/s) as [string, string?];
    if (name === 'not run' && value !== '') found.notRun = value;
    else if (name === 'file' && value !== '') found.file = value;
    else if (name === 'pipeline' && value !== '') found.pipeline = value;
    else if (name === 'exits' && /^\d+$/.test(value)) found.exits = Number(value);
    else if (part === 'of a task') found.ofATask = true;
    else if (part === 'any order') found.anyOrder = true;
    else throw new Error(`line ${line}: what is "${part}"?`);
  }
  return found;
}

/** The commands of an sh block: one a line, a `\` at the end goes on, comments fall away. */
export function commandsOf(text: string): string[] {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** The exchanges of a console block: `$ command`, then its output up to the next one. */
export function exchangesOf(text: string): Exchange[] {
  const exchanges: Exchange[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const last = exchanges.at(-1);
    if (line.startsWith('$ ')) exchanges.push({ command: line.slice(2), output: '' });
    else if (last === undefined) throw new Error('a console block begins with a `$ command`');
    else last.output += `${line}\n`;
  }
  return exchanges.map(({ command, output }) => ({ command, output: output.replace(/\n+$/, '\n') }));
}

/** What differs from one run to the next becomes a letter: times, ids, commits, how many cores there are, where a line breaks. */
export function masked(output: string): string {
  return output
    .replace(/\n {2}(?=(?:critical path|wall|work|report|ptask log|[\d.]+×|no faster than) ?)/g, ' · ')
    .replace(/\([0-9a-f]{7}\)/g, '(COMMIT)')
    .replace(/PARALLEL-\d{8}-\d{6}-\d{3}/g, 'ID')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'DATE')
    .replace(/critical path \S+ \([^)]*\)/g, 'critical path P')
    .replace(/\d+m \d\ds|\b\d+(?:\.\d+)?(?:ms|s)\b/g, 'T')
    .replace(/(?:\d+(?:\.\d+)?× as fast as|no faster than) sequential/g, 'N× as fast')
    .replace(/\d+(?:\.\d+)?×/g, 'N×')
    .replace(/, \d+ at a time/g, '')
    .replace(/\(\d+\/(\d+)\)/g, '(n/$1)')
    .replace(/[ \t]+/g, ' ')
    .replace(/ $/gm, '')
    .trim();
}

/**
 * Why the output is not what the document says; undefined where it is. A line `…` in the document stands for any number
 * of lines.
 */
export function difference(expected: string, actual: string, anyOrder: boolean): string | undefined {
  const order = (text: string) => (anyOrder ? text.split('\n').sort().join('\n') : text);
  if (!/^…$/m.test(expected)) {
    return order(masked(expected)) === order(masked(actual)) ? undefined : 'the output is another one';
  }
  let rest = `\n${masked(actual)}\n`;
  // Behind a dot, so that the first line of a part keeps its indentation.
  const inside = (part: string): string => masked(`.\n${part.replace(/^\n+|\n+$/g, '')}`).slice(2);
  const parts = expected.split(/^…$/m).map(inside);
  for (const [index, part] of parts.entries()) {
    if (part === '') continue;
    const found = index === parts.length - 1 ? rest.lastIndexOf(`\n${part}\n`) : rest.indexOf(`\n${part}\n`);
    if (found < 0) return `this is not in it, or not there:\n${part}`;
    if (index === 0 && found > 0) return `it does not begin with:\n${part}`;
    rest = rest.slice(found + part.length + 1);
    if (index === parts.length - 1 && rest.trim() !== '') return `it goes on after:\n${part}`;
  }
  return undefined;
}
