// Variables in the values of `env`: `${NAME}`, `${NAME:-what else}`, and `$${` for a `${` that is none. Every other `$` is itself. Pure:
// what a variable holds is for others to say.

import { delimiter, isAbsolute, resolve } from 'node:path';

type Part = string | { name: string; fallback: Part[] | undefined; isForEmpty: boolean };

type Parsed = { ok: true; parts: Part[] } | { ok: false; problem: string };

const REFERENCE = /\$?\$\{/g;
const NAME = /([A-Za-z_]\w*)(:?-|\})?/y;

/** Of what no variable is in nothing is asked. */
const hasReference = (text: string): boolean => text.includes('${');

function parse(text: string): Parsed {
  const reader = new Reader(text);
  const parts = reader.read(false);
  return reader.problem === undefined ? { ok: true, parts } : { ok: false, problem: reader.problem };
}

class Reader {
  readonly #text: string;
  #at = 0;
  problem: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** @param isInner up to the bracket that ends it */
  read(isInner: boolean): Part[] {
    const parts: Part[] = [];
    while (this.#at < this.#text.length) {
      REFERENCE.lastIndex = this.#at;
      const next = REFERENCE.exec(this.#text);
      const start = next?.index ?? this.#text.length;
      const end = isInner ? this.#text.indexOf('}', this.#at) : -1;
      if (end >= 0 && end < start) {
        parts.push(this.#text.slice(this.#at, end));
        this.#at = end + 1;
        return parts;
      }
      parts.push(this.#text.slice(this.#at, start));
      if (next === null) break;
      this.#at = REFERENCE.lastIndex;
      parts.push(next[0] === '${' ? this.#reference(start) : '${');
      if (this.problem !== undefined) return parts;
    }
    this.#at = this.#text.length;
    if (isInner) this.problem ??= 'a `${` is not closed';
    return parts;
  }

  #reference(start: number): Part {
    NAME.lastIndex = this.#at;
    const [, name, then] = NAME.exec(this.#text) ?? [];
    if (name === undefined || then === undefined) {
      const end = this.#text.indexOf('}', start);
      this.problem =
        end < 0 ? 'a `${` is not closed' : `\`${this.#text.slice(start, end + 1)}\` is no variable`;
      return '';
    }
    this.#at = NAME.lastIndex;
    const fallback = then === '}' ? undefined : this.read(true);
    return { name, fallback, isForEmpty: then === ':-' };
  }
}

/** What is wrong with a text, a clause. */
export function problemIn(text: string): string | undefined {
  if (!hasReference(text)) return undefined;
  const parsed = parse(text);
  return parsed.ok ? undefined : parsed.problem;
}

/** What is meant by it is the text itself. */
export const literally = (text: string): string => text.replaceAll('${', () => '$${');

export type Lookup = (name: string) => string | undefined;

/** A variable that has no value and no fallback is empty. */
function fill(parts: readonly Part[], lookup: Lookup): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const value = lookup(part.name);
      const isThere = value !== undefined && (value !== '' || !part.isForEmpty);
      return isThere || part.fallback === undefined ? (value ?? '') : fill(part.fallback, lookup);
    })
    .join('');
}

const partsOf = (text: string): Part[] => {
  const parsed = hasReference(text) ? parse(text) : undefined;
  return parsed?.ok ? parsed.parts : [text];
};

/**
 * The values of variables that are set together: each may speak of those before it, and of itself as it was.
 * @param root what a relative folder in `PATH` is relative to; without it such folders stay as they are
 */
export function valuesOf(
  texts: Readonly<Record<string, string | undefined>>,
  lookup: Lookup,
  root?: string,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, text] of Object.entries(texts)) {
    if (text === undefined) continue;
    const isPath = root !== undefined && name === 'PATH';
    if (!isPath && !hasReference(text)) values[name] = text;
    else {
      const parts = isPath ? absolute(partsOf(text), root) : partsOf(text);
      values[name] = fill(parts, (other) => values[other] ?? lookup(other));
    }
  }
  return values;
}

/** The variables that have no value where one is needed, each with the one that is set by it. */
export function unsetIn(
  texts: Readonly<Record<string, string | undefined>>,
  lookup: Lookup,
): { name: string; unset: string }[] {
  const values: Record<string, string> = {};
  return Object.entries(texts).flatMap(([name, text = '']) => {
    const unset: string[] = [];
    const own: Lookup = (other) => values[other] ?? lookup(other);
    const look = (parts: readonly Part[]): void => {
      for (const part of parts)
        if (typeof part === 'string' || own(part.name)) continue;
        else if (part.fallback !== undefined) look(part.fallback);
        else if (own(part.name) === undefined) unset.push(part.name);
    };
    if (hasReference(text)) look(partsOf(text));
    values[name] = fill(partsOf(text), own);
    return unset.map((other) => ({ name, unset: other }));
  });
}

const absolute = (parts: readonly Part[], root: string): Part[] =>
  parts.map((part, at) =>
    typeof part === 'string'
      ? entriesOf(part, at)
          .map(({ entry, isRelative }) => (isRelative ? resolve(root, entry) : entry))
          .join(delimiter)
      : part,
  );

/** An entry begins where the text does and behind each colon; what a variable holds is as it is. */
const entriesOf = (part: string, at: number): { entry: string; isRelative: boolean }[] =>
  part.split(delimiter).map((entry, index) => ({
    entry,
    isRelative: (index > 0 || at === 0) && entry !== '' && !entry.startsWith('~') && !isAbsolute(entry),
  }));

/** The folders that a text for `PATH` names relatively, as absolute ones. */
export const foldersIn = (text: string, root: string): string[] =>
  partsOf(text).flatMap((part, at) =>
    typeof part === 'string'
      ? entriesOf(part, at).flatMap(({ entry, isRelative }) => (isRelative ? [resolve(root, entry)] : []))
      : [],
  );
