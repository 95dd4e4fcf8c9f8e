// The values that a task leaves in the file that PTASK_OUTPUT names, in the way of GitHub's step outputs. Pure. What
// cannot be understood is told and fails nobody.

export interface Outputs {
  /** In the order of the file; of one key the last value counts. */
  values: Map<string, string>;
  /** Sentences, each with its line. */
  problems: string[];
}

/** Problems that are told one by one. */
const MOST_PROBLEMS = 20;
/** Characters of a line that a problem shows. */
const SHOWN = 60;

const KEY = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

const shown = (line: string): string => (line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line);

/** `key=value` lines, and `key<<EOF` … `EOF` for values of several lines, which hold no newline at their end. */
export function parseOutputs(text: string): Outputs {
  const values = new Map<string, string>();
  const problems: string[] = [];
  const object = (at: number, problem: string): void => {
    problems.push(`line ${at + 1}: ${problem}`);
  };
  const take = (at: number, key: string, value: string): void => {
    if (KEY.test(key)) values.set(key, value);
    else object(at, key === '' ? 'it has no key' : `\`${shown(key)}\` cannot be a key`);
  };
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    if (line.trim() === '') continue;
    const [equals, block] = [line.indexOf('='), line.indexOf('<<')];
    if (block >= 0 && (equals < 0 || block < equals)) {
      const key = line.slice(0, block);
      const delimiter = line.slice(block + 2);
      const end = delimiter === '' ? -1 : lines.indexOf(delimiter, at + 1);
      if (end < 0) {
        object(at, `the end of \`${shown(line)}\` is missing: a line that says \`${shown(delimiter)}\``);
        continue;
      }
      take(at, key, lines.slice(at + 1, end).join('\n'));
      at = end;
    } else if (equals >= 0) take(at, line.slice(0, equals), line.slice(equals + 1));
    else object(at, `\`${shown(line)}\` is neither key=value nor key<<EOF`);
  }
  return { values, problems: bounded(problems) };
}

const bounded = (problems: string[]): string[] =>
  problems.length <= MOST_PROBLEMS
    ? problems
    : [...problems.slice(0, MOST_PROBLEMS), `and ${problems.length - MOST_PROBLEMS} more lines like these`];
