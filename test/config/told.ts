/** What the terminal was told about a config, one line for each problem, so that a test can say all of it. */
import { stripVTControlCharacters } from 'node:util';

/**
 * Each error of a command's stderr as `3:5 [runn] message | related | → way out`: its place, the text that the caret
 * marks, and what is said, unwrapped. A path other than `file` stays before the place.
 */
export function told(stderr: string, file = 'parallel.config.yaml'): string[] {
  return stripVTControlCharacters(stderr)
    .trimEnd()
    .split('\n\n')
    .filter((block) => block.startsWith('error '))
    .map((block) => problem(block.split('\n')).replaceAll(`${file}:`, ''));
}

const FRAME = /^ {2}[> ] +\d+ │ ?|^ +│ /;

function problem(lines: readonly string[]): string {
  const [heading = '', ...rest] = lines;
  const caret = rest.findIndex((line) => /^ +│ +\^+$/.test(line));
  const marked = caret > 0 ? ` [${under(rest[caret - 1] ?? '', rest[caret] ?? '')}]` : '';
  const said: string[] = [];
  for (const line of rest.filter((each) => !FRAME.test(each)).map((each) => each.trim())) {
    const begins = line.startsWith('→') || /^\S+:\d+:\d+ /.test(line);
    if (begins || said.length === 0) said.push(line);
    else said.push(`${said.pop()} ${line}`);
  }
  const text = heading.slice('error '.length);
  const placed = marked === '' ? text : text.replace(/^(\S+:\d+:\d+) /, `$1${marked} `);
  return [placed, ...said].join(' | ');
}

/** What stands above the carets; both lines are cut by their cells, so this is for text one cell wide. */
function under(line: string, carets: string): string {
  const from = carets.indexOf('^');
  return line.slice(from, carets.length);
}
