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

/** What is set in an environment: `constructor` is not. */
export const lookupIn =
  (...all: readonly Readonly<Record<string, string | undefined>>[]): Lookup =>
  (name) =>
    all.find((env) => Object.hasOwn(env, name) && env[name] !== undefined)?.[name];

/** What a part comes to; of a variable that has no value and no fallback nothing. */
function filled(part: Part, lookup: Lookup): string {
  if (typeof part === 'string') return part;
  const value = lookup(part.name);
  const isThere = value !== undefined && (value !== '' || !part.isForEmpty);
  return isThere || part.fallback === undefined ? (value ?? '') : fill(part.fallback, lookup);
}

const fill = (parts: readonly Part[], lookup: Lookup): string =>
  parts.map((part) => filled(part, lookup)).join('');

const partsOf = (text: string): Part[] => {
  const parsed = hasReference(text) ? parse(text) : undefined;
  return parsed?.ok ? parsed.parts : [text];
};

type Texts = Readonly<Record<string, string | undefined>>;

/** Goes through variables that are set together: each may speak of those before it, and of itself as it was. */
function inOrder(
  texts: Texts,
  lookup: Lookup,
  evaluate: (text: string, lookup: Lookup, name: string) => string,
): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, text] of Object.entries(texts))
    if (text !== undefined)
      values.set(
        name,
        evaluate(text, (other) => values.get(other) ?? lookup(other), name),
      );
  return Object.fromEntries(values);
}

/** @param root what a relative folder in `PATH` is relative to; without it such folders stay as they are */
export const valuesOf = (texts: Texts, lookup: Lookup, root?: string): Record<string, string> =>
  inOrder(texts, lookup, (text, own, name) =>
    root !== undefined && name === 'PATH'
      ? entriesOf(text, own)
          .map(({ entry, isRelative }) => (isRelative ? resolve(root, entry) : entry))
          .join(delimiter)
      : fill(partsOf(text), own),
  );

/**
 * The same for a key, as texts that are equal only where the values are: of the variables that are told by their names the words of the
 * config stay, with what holds without them, and all else is filled in.
 * @param lookup comes back with such a text, too
 */
export const keyTextsOf = (
  texts: Texts,
  lookup: Lookup,
  isToldByName: (name: string) => boolean,
): Record<string, string> => inOrder(texts, lookup, (text, own) => keyText(partsOf(text), own, isToldByName));

/** Stands before words of the config: no value has it. */
const WORDS = '\0';

function keyText(parts: readonly Part[], lookup: Lookup, isToldByName: (name: string) => boolean): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const { name, fallback, isForEmpty } = part;
      // What the config sets is no word of the machine, whatever it is called.
      const value = lookup(name) ?? (isToldByName(name) ? `${WORDS}{${name}}` : undefined);
      if (value === undefined || (value === '' && isForEmpty))
        return fallback === undefined ? '' : keyText(fallback, lookup, isToldByName);
      // Whether it holds is known where it is set.
      if (fallback === undefined || !value.includes(WORDS)) return value;
      return `${WORDS}(${value}${isForEmpty ? ':' : ''}-${keyText(fallback, lookup, isToldByName)}${WORDS})`;
    })
    .join('');
}

/** The variables that have no value where one is needed, each with the one that is set by it. */
export function unsetIn(texts: Texts, lookup: Lookup): { name: string; unset: string }[] {
  const found: { name: string; unset: string }[] = [];
  inOrder(texts, lookup, (text, own, name) => {
    const look = (parts: readonly Part[]): void => {
      for (const part of parts)
        if (typeof part === 'string' || own(part.name)) continue;
        else if (part.fallback !== undefined) look(part.fallback);
        else if (own(part.name) === undefined) found.push({ name, unset: part.name });
    };
    if (hasReference(text)) look(partsOf(text));
    return fill(partsOf(text), own);
  });
  return found;
}

interface PathEntry {
  entry: string;
  /** Said by the config, and no folder of the machine. */
  isRelative: boolean;
}

/** An entry is said by the config where it begins in its text, fallbacks included; what a variable holds is as it is. */
function entriesOf(text: string, lookup: Lookup): PathEntry[] {
  const entries = [{ entry: '', isSaid: true }];
  const add = (value: string, isSaid: boolean): void => {
    for (const [at, piece] of value.split(delimiter).entries()) {
      if (at > 0) entries.push({ entry: '', isSaid });
      const last = entries.at(-1) as { entry: string; isSaid: boolean };
      if (last.entry === '' && piece !== '') last.isSaid = isSaid;
      last.entry += piece;
    }
  };
  const walk = (parts: readonly Part[]): void => {
    for (const part of parts) {
      const value = typeof part === 'string' ? undefined : lookup(part.name);
      if (typeof part === 'string') add(part, true);
      else if (value !== undefined && (value !== '' || !part.isForEmpty)) add(value, false);
      else walk(part.fallback ?? []);
    }
  };
  walk(partsOf(text));
  return entries.map(({ entry, isSaid }) => ({
    entry,
    isRelative: isSaid && entry !== '' && !entry.startsWith('~') && !isAbsolute(entry),
  }));
}

/** The folders that a text for `PATH` names relatively, as absolute ones. */
export const foldersIn = (text: string, lookup: Lookup, root: string): string[] =>
  entriesOf(text, lookup).flatMap(({ entry, isRelative }) => (isRelative ? [resolve(root, entry)] : []));
