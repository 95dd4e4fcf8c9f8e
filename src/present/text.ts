// Sentences before anybody knows where they will stand: what they say, with names, values and emphasis told apart from
// the words around them. A renderer gives each its form; nobody else escapes anything.

import { formatCount } from './format.ts';

export type Span =
  | string
  /** The name of a task. */
  | { task: string }
  /** A path, a branch, a command, a key: as it is written. */
  | { code: string }
  | { strong: Text }
  /** How something ended, as a sign and a word, or as the sign alone. */
  | { status: string }
  | { icon: string };

export type Text = readonly Span[];
export type Part = Text | Span | number | undefined;

const spansOf = (part: Part): Text => {
  if (part === undefined) return [];
  if (Array.isArray(part)) return part as Text;
  return typeof part === 'number' ? [formatCount(part)] : [part as Span];
};

/** A sentence from a template; words of others may be put in as strings. */
export const say = (strings: TemplateStringsArray, ...parts: Part[]): Text =>
  strings.flatMap((words, at) => [...(words === '' ? [] : [words]), ...spansOf(parts[at])]);

export const task = (id: string): Span => ({ task: id });
export const code = (text: string): Span => ({ code: text });
export const strong = (part: Part): Span => ({ strong: spansOf(part) });

export function join(parts: readonly Part[], separator: string): Text {
  return parts.flatMap((part, at) => [...(at === 0 ? [] : [separator]), ...spansOf(part)]);
}

/** `web, e2e and 12 more`; one that is over is named rather than counted. */
export function listOf(parts: readonly Part[], most = Infinity): Text {
  const shown = parts.length <= most + 1 ? parts : parts.slice(0, most);
  const rest = parts.length - shown.length;
  if (rest > 0) return [...join(shown, ', '), ` and ${formatCount(rest)} more`];
  if (shown.length < 2) return join(shown, '');
  return [...join(shown.slice(0, -1), ', '), ' and ', ...spansOf(shown.at(-1))];
}

export const tasks = (ids: readonly string[], most?: number): Text => listOf(ids.map(task), most);
export const codes = (all: readonly string[], most?: number): Text => listOf(all.map(code), most);

/** Parts of which some have nothing to say. */
export const joined = (parts: readonly Text[], separator = '; '): Text =>
  join(
    parts.filter((part) => part.length > 0),
    separator,
  );

/** Tasks one after the other: the whole of a short chain, both ends of a long one. */
export function chain(ids: readonly string[], most: number, arrow: string, ellipsis: string): Text {
  const left = ids.length - most + 1;
  const shown: Part[] =
    ids.length <= most
      ? ids.map(task)
      : [
          ...ids.slice(0, most - 2).map(task),
          `${ellipsis} ${formatCount(left)} more ${ellipsis}`,
          task(ids.at(-1) ?? ''),
        ];
  return join(shown, ` ${arrow} `);
}
