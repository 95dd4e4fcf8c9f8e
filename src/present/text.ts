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
  /** What may be passed over. */
  | { faint: Text }
  | { sign: Sign }
  /** How something ended, as a sign and a word, or as the sign alone. */
  | { status: string }
  | { icon: string };

/** In ASCII where nothing else comes out right. */
export type Sign = 'arrow' | 'ellipsis';

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
export const faint = (part: Part): Span => ({ faint: spansOf(part) });
const sign = (name: Sign): Span => ({ sign: name });

export function join(parts: readonly Part[], separator: Part): Text {
  return parts.flatMap((part, at) => [...(at === 0 ? [] : spansOf(separator)), ...spansOf(part)]);
}

/** How many there are of something, of which only the first may be known by name. */
export interface Counted {
  count: number;
  names: readonly Part[];
}

/** `web, e2e and 12 more`; one that is over is named rather than counted. */
export function listOf(parts: readonly Part[] | Counted, most = Infinity, and = 'and'): Text {
  const { count, names } = 'count' in parts ? parts : { count: parts.length, names: parts };
  const shown = names.slice(0, count <= most + 1 ? count : most);
  const rest = count - shown.length;
  if (rest > 0) return say`${join(shown, ', ')} ${and} ${rest} more`;
  if (shown.length < 2) return join(shown, '');
  return say`${join(shown.slice(0, -1), ', ')} ${and} ${shown.at(-1)}`;
}

export const tasks = (ids: readonly string[], most?: number): Text => listOf(ids.map(task), most);
export const codes = (all: readonly string[], most?: number): Text => listOf(all.map(code), most);

/** What is left out of a list. */
export const andMore = (count: number, noun = '', nouns = `${noun}s`): Text => [
  faint([sign('ellipsis'), ` and ${formatCount(count)} more`, noun && ` ${count === 1 ? noun : nouns}`]),
];

/** Longer words lose their middle; a config has the whole, and so has JSON. */
const LONGEST_WORD = 120;

/** A pattern as people can read it: a generated one may have thousands of characters, of which the ends say what it is. */
export function pattern(text: string): Text {
  const characters = [...text];
  if (characters.length <= LONGEST_WORD) return [code(text)];
  const half = Math.floor(LONGEST_WORD / 2);
  const [head, tail] = [characters.slice(0, half), characters.slice(-half)];
  return [code(head.join('')), sign('ellipsis'), code(tail.join(''))];
}

/** A sentence with patterns in it. */
export const withPatterns = (text: string): Text =>
  text
    .split(/(\S+)/u)
    .flatMap((word) => (word.length > LONGEST_WORD && /\S/.test(word) ? pattern(word) : [word]));

/** Parts of which some have nothing to say. */
export const joined = (parts: readonly Text[], separator = '; '): Text =>
  join(
    parts.filter((part) => part.length > 0),
    separator,
  );

/** Tasks one after the other: the whole of a short chain, both ends of a long one. */
export function chain(ids: readonly string[], most: number): Text {
  const left = ids.length - most + 1;
  const shown: Part[] =
    ids.length <= most
      ? ids.map(task)
      : [
          ...ids.slice(0, most - 2).map(task),
          [sign('ellipsis'), ` ${formatCount(left)} more `, sign('ellipsis')],
          task(ids.at(-1) ?? ''),
        ];
  return join(shown, [' ', sign('arrow'), ' ']);
}
