// The lines that strace writes, to the calls that they tell of: what other lines have interrupted is put together again, texts are
// decoded. Unaware of what a call means.

import type { RawPath } from '../../base/raw-path.ts';

export interface Call {
  pid: string;
  name: string;
  /** As written, each on its own. */
  args: string[];
  /** What comes behind the `=`. */
  result: string;
}

const LINE = /^(\d+)\s+(.*)$/s;
const BEGUN = /^(\w+)\((.*)\s*<unfinished \.\.\.>$/s;
const RESUMED = /^<\.\.\. \w+ resumed>\s?(.*)$/s;
const WHOLE = /^(\w+)\((.*)$/s;

/** Reads the lines of one trace in their order. */
export class StraceLines {
  /** By process: a call that has begun. */
  readonly #begun = new Map<string, { name: string; text: string }>();
  #last = '';

  /** @param line one character a byte. Undefined where no call ends in it: a signal, the end of a process, what is cut off. */
  read(line: string): Call | undefined {
    const [, pid, text = ''] = LINE.exec(line) ?? [];
    // Where only calls are written that succeed, the rest of one stands in the next line and does not say of which it is.
    if (pid === undefined) return this.#goOn(this.#last, line);
    this.#last = pid;
    const [, begunName, begun = ''] = BEGUN.exec(text) ?? [];
    if (begunName !== undefined) {
      this.#begun.set(pid, { name: begunName, text: begun });
      return undefined;
    }
    const [, rest] = RESUMED.exec(text) ?? [];
    if (rest !== undefined) return this.#goOn(pid, rest);
    const [, name, whole = ''] = WHOLE.exec(text) ?? [];
    return name === undefined ? undefined : callOf(pid, name, whole);
  }

  #goOn(pid: string, rest: string): Call | undefined {
    const before = this.#begun.get(pid);
    this.#begun.delete(pid);
    return before && callOf(pid, before.name, before.text + rest);
  }
}

/** @param text what comes behind the bracket that opens the arguments */
function callOf(pid: string, name: string, text: string): Call | undefined {
  const args: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '"') at = endOfText(text, at);
    else if (
      character === '<' &&
      /(?:^|[\s({,=[])(?:\d+|AT_FDCWD)$/.test(text.slice(Math.max(0, at - 12), at))
    )
      at = endOfAnnotation(text, at);
    else if ('({['.includes(character)) depth += 1;
    else if ('}]'.includes(character)) depth -= 1;
    else if (character === ',' && depth === 0) {
      args.push(text.slice(start, at).trim());
      start = at + 1;
    } else if (character === ')' && depth > 0) depth -= 1;
    else if (character === ')') {
      const last = text.slice(start, at).trim();
      if (last !== '') args.push(last);
      const [, result] = /^\s*=\s*(.*)$/s.exec(text.slice(at + 1)) ?? [];
      return result === undefined ? undefined : { pid, name, args, result };
    }
  }
  return undefined;
}

function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++)
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  return text.length;
}

/** What a descriptor is open for: a `>` in it is written as an escape. */
const endOfAnnotation = (text: string, start: number): number => {
  const end = text.indexOf('>', start);
  return end < 0 ? text.length : end;
};

const SHORT: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', v: '\v', f: '\f' },
  ...{ '"': '"', '\\': '\\' },
};

/** Bytes that are no plain signs are written as up to three octal digits, or as `\xff`. */
const decoded = (text: string): string =>
  text.replace(/\\(?:x([0-9a-f]{2})|([0-7]{1,3})|(.))/gs, (_, hex, octal, sign) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    return SHORT[sign] ?? sign;
  });

/** An argument that is a text; undefined for any other, and for one that was cut off. */
export const textOf = (arg = ''): RawPath | undefined =>
  /^".*"$/s.test(arg) ? (decoded(arg.slice(1, -1)) as RawPath) : undefined;

/** What a descriptor is open for, where that is a path: `3</home/me/a>`. */
export function annotatedPath(arg = ''): RawPath | undefined {
  const [, text] = /^(?:\d+|AT_FDCWD)<(\/[^>]*)>/s.exec(arg) ?? [];
  return text === undefined ? undefined : (decoded(text).replace(/ \(deleted\)$/, '') as RawPath);
}
