// The mistakes people make in YAML, told in words of people who have not read its grammar, with the way out.

import { type Document, isCollection, isScalar, type Node, visit } from 'yaml';
import type { SourceText } from '../base/diagnostic.ts';
import { quoted, wordAt } from './yaml-format.ts';

/** What yaml's parser objects to. */
export interface Found {
  code: string;
  message: string;
  /** Where the parser noticed. */
  start: number;
  end: number;
  /** The text from there to the end of the line, a comment left out. */
  rest: string;
  /** The whole line, and where it begins. */
  line: string;
  lineStart: number;
  source: SourceText;
  doc: Document.Parsed;
}

/** In people's words; where the mistake was made, if that is not where the parser noticed. */
export interface Told {
  message: string;
  hint?: string;
  start?: number;
  end?: number;
}

type Teller = (found: Found) => Told;

/** By the parser's code and words; the first that fits tells. */
const TELLERS: [RegExp, Told | Teller][] = [
  [/^RESOURCE_EXHAUSTION/, { message: 'this is nested too deeply', hint: 'a config is a few levels deep' }],
  [/^TAB_AS_INDENT/, { message: 'a tab cannot indent YAML', hint: 'use spaces' }],
  [
    /^MULTIPLE_DOCS/,
    { message: 'a config is one document, but a second one starts here', hint: 'remove the `---`' },
  ],
  [/^TAG_RESOLVE_FAILED|^BAD_COLLECTION_TYPE/, tag],
  [
    /^BAD_ALIAS Alias/,
    ({ source, start }) => unquoted('*', 'alias', wordAt(source.text, lastStar(source, start))),
  ],
  [/^BAD_ALIAS Anchor/, ({ rest }) => unquoted('&', 'anchor', rest)],
  [
    /^BAD_SCALAR_START/,
    (found) => ({
      message: `an unquoted value cannot begin with ${found.rest.charAt(0)}`,
      hint: `quote it: ${quoted(wholeScalar(found))}`,
    }),
  ],
  [/^BLOCK_AS_IMPLICIT_KEY Nested/, nested],
  [
    /^BLOCK_AS_IMPLICIT_KEY/,
    (found) => ({ ...indent(found), message: 'a list item cannot be among the keys of a map' }),
  ],
  [/^MULTILINE_IMPLICIT_KEY|^MISSING_CHAR Implicit map keys/, colonMissing],
  [/^MISSING_CHAR Missing closing/, openQuote],
  [/^(BAD_INDENT|MISSING_CHAR) Flow (map|seq)/, openBracket],
  [
    /^UNEXPECTED_TOKEN Unexpected flow-(map|seq)-end/,
    ({ source, start }) => ({
      message: `this \`${source.text.charAt(start)}\` closes nothing`,
      hint: 'remove it',
    }),
  ],
  [/^UNEXPECTED_TOKEN Unexpected (,|empty item)/, { message: 'extra comma', hint: 'remove it' }],
  [
    /^(MISSING_CHAR Missing ,|UNEXPECTED_TOKEN Unexpected .*-quoted-scalar token)/,
    { message: 'missing comma before this' },
  ],
  [/^UNEXPECTED_TOKEN Unexpected .* at node end/, trailing],
  [
    /^UNEXPECTED_TOKEN (Not a YAML token|Block scalar header)/,
    (found) => ({
      message: '| and > start a block of lines: nothing may follow them on the same line',
      hint: wholeValue(found),
    }),
  ],
  [
    /^BAD_DQ_ESCAPE/,
    ({ rest }) => ({
      message: `\`${rest.slice(0, 2)}\` is no escape sequence`,
      hint: 'use single quotes, where a backslash is just a backslash',
    }),
  ],
  [/^BAD_INDENT/, indent],
  [
    /Comments must be separated/,
    {
      message: 'a # starts a comment only after a space',
      hint: 'put a space before it, or quote the value',
    },
  ],
];

const SAME_COLUMN = 'align the keys of a map, and the items of a list, in one column';

const unquoted = (sign: string, what: string, text: string): Told => ({
  message: `an unquoted ${sign} starts a YAML ${what}`,
  hint: `quote the pattern: ${quoted(text)}`,
});

/** The parser points at the last character of the alias. */
function lastStar({ text }: SourceText, from: number): number {
  let at = from;
  while (at > 0 && text[at] !== '*') at -= 1;
  while (text[at - 1] === '*') at -= 1;
  return at;
}

function tag({ source, start }: Found): Told {
  const word = wordAt(source.text, start);
  return word.startsWith('!!')
    ? { message: `\`${word}\` is a tag, but a config is plain data`, hint: 'remove it' }
    : { ...unquoted('!', 'tag', word), end: start + word.length };
}

function nested({ rest }: Found): Told {
  return /:(\s|$)/.test(rest)
    ? {
        message: 'an unquoted value cannot have a colon and a space in it',
        hint: `quote it: ${quoted(rest)}`,
      }
    : { message: 'the next line is indented as if it were part of this value', hint: SAME_COLUMN };
}

function colonMissing({ source, start, rest }: Found): Told {
  const key = /^[\w.-]+/.exec(rest)?.[0];
  const end = start + (key?.length ?? 1);
  if (/^[\w.-]+:\S/.test(rest))
    return {
      message: 'a space is missing after the colon',
      hint: `write \`${rest.replace(/:/, ': ')}\``,
      end,
    };
  if (key === undefined || source.text[end] === ':')
    return { message: 'this is not a key with a value', end };
  return { message: `a colon is missing after \`${key}\``, hint: `write \`${key}:\``, end };
}

/** The last node before an offset that fits: the one that has swallowed the rest of the file. */
function lastBefore(doc: Document.Parsed, offset: number, fits: (node: Node) => boolean): number | undefined {
  let found: number | undefined;
  visit(doc, {
    Node: (_key, node) => {
      const start = (node as Node).range?.[0];
      if (start !== undefined && start < offset && start >= (found ?? 0) && fits(node as Node)) found = start;
    },
  });
  return found;
}

function openQuote({ doc, message, start: noticed }: Found): Told {
  const quote = message.includes("'") ? "'" : '"';
  const type = quote === "'" ? 'QUOTE_SINGLE' : 'QUOTE_DOUBLE';
  const start = lastBefore(doc, noticed, (node) => isScalar(node) && node.type === type);
  return {
    message: 'this quote is not closed',
    hint: `end the text with ${quote}`,
    ...(start === undefined ? {} : { start, end: start + 1 }),
  };
}

function openBracket({ doc, source, message, start: noticed }: Found): Told {
  const [open, close, what] = message.startsWith('Flow map') ? ['{', '}', 'map'] : ['[', ']', 'list'];
  const start = lastBefore(
    doc,
    noticed,
    (node) =>
      isCollection(node) &&
      source.text[node.range?.[0] ?? -1] === open &&
      source.text[(node.range?.[1] ?? 0) - 1] !== close,
  );
  return {
    message: `this ${what} is not closed`,
    hint: `a \`${close}\` is missing`,
    ...(start === undefined ? {} : { start, end: start + 1 }),
  };
}

/** "quote the whole value", with the value where one line says which it is. */
function wholeValue({ line }: Found): string {
  const value = /^\s*(?:- +)?(?:[\w.-]+: +)?(.*?)(?:\s+#.*)?$/.exec(line)?.[1] ?? '';
  // A list that is closed on its line has the trouble inside, in one of its items.
  if (value === '' || /^\[.*\]$|^\{.*\}$/.test(value))
    return 'quote a value with brackets, braces or quotes in it';
  return `quote the whole value: ${quoted(value)}`;
}

/** What a person meant as one scalar: a key up to its colon, an item up to its comma, else all of the line. */
function wholeScalar({ source, start, lineStart, rest }: Found): string {
  const before = source.text.slice(lineStart, start);
  const key = /^[\s-]*$/.test(before) ? /^(\S+?):(?=\s|$)/.exec(rest)?.[1] : undefined;
  return key ?? (/[[{][^\]}]*$/.test(before) ? wordAt(source.text, start) : rest);
}

function trailing(found: Found): Told {
  return { message: 'the value has ended before this', hint: wholeValue(found) };
}

function indent({ line, lineStart }: Found): Told {
  const start = lineStart + Math.max(0, line.search(/\S/));
  return {
    message: 'the indentation does not match the lines around it',
    hint: SAME_COLUMN,
    start,
    end: lineStart + line.trimEnd().length,
  };
}

const firstLower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');

/**
 * What is wrong, in the parser's own words where the mistake is none of the known ones. An unquoted pattern is looked
 * for first: `*.{ts,tsx}` is an alias to YAML, and a map that nobody expected.
 */
export function tellMistake(found: Found): Told {
  const pattern = /(?<=^|[\s[,])[*!][^\s[\]{},]*$/.exec(found.line.slice(0, found.start - found.lineStart));
  if (pattern && /^(UNEXPECTED_TOKEN|MISSING_CHAR)$/.test(found.code)) {
    const start = found.lineStart + pattern.index;
    const word = wordAt(found.source.text, start);
    const told = word.startsWith('*') ? unquoted('*', 'alias', word) : unquoted('!', 'tag', word);
    return { ...told, start, end: start + word.length };
  }
  const told = TELLERS.find(([pattern]) => pattern.test(`${found.code} ${found.message}`))?.[1];
  if (typeof told === 'function') return told(found);
  return told ?? { message: firstLower(found.message) };
}
