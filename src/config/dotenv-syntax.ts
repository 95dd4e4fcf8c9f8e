// The text of a dotenv file to variables, as the package dotenv reads it; but what that passes over in silence is told. Unaware of
// the disk. No diagnostic shows a line: there are secrets in such files.

import type { Diagnostic, SourceText } from '../base/diagnostic.ts';

export interface DotenvText {
  values: Record<string, string>;
  problems: Diagnostic[];
}

const NOTHING = /[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y;
const NAME = /[^\S\n]*(?:export[^\S\n]+)?([\p{L}\p{N}_.-]+)[^\S\n]*(?:=|:(?=\s))[^\S\n]*/uy;
const REST = String.raw`[^\S\n]*(?:#[^\n]*)?(?:\n|$)`;
const PLAIN = new RegExp(String.raw`([^#\r\n]*)${REST}`, 'y');
/** Over several lines; a quote with a backslash in front of it does not end the text, unless there is no other. */
const QUOTED: Record<string, RegExp> = Object.fromEntries(
  ["'", '"', '`'].map((quote) => [
    quote,
    new RegExp(String.raw`${quote}((?:\\${quote}|[^${quote}])*)${quote}${REST}`, 'y'),
  ]),
);

export function parseDotenv(source: SourceText): DotenvText {
  const { text } = source;
  const values: Record<string, string> = {};
  const problems: Diagnostic[] = [];
  let at = 0;
  const take = (expression: RegExp): RegExpExecArray | undefined => {
    expression.lastIndex = at;
    const found = expression.exec(text);
    if (found !== null) at = expression.lastIndex;
    return found ?? undefined;
  };
  const refuse = (start: number, message: string, hint: string): void => {
    problems.push({ message, place: { ...source.place(start), lines: [] }, hint });
    const end = text.indexOf('\n', at);
    at = end < 0 ? text.length : end + 1;
  };
  while (at < text.length) {
    if (take(NOTHING)) continue;
    const start = at + (/^[^\S\n]*/.exec(text.slice(at, at + 1_000))?.[0].length ?? 0);
    const name = take(NAME)?.[1];
    if (name === undefined) {
      refuse(start, 'this is not NAME=value', 'write NAME=value, or put a # in front of a comment');
      continue;
    }
    const quote = text.charAt(at);
    const quoted = QUOTED[quote];
    const value = take(quoted ?? PLAIN)?.[1];
    if (value !== undefined) values[name] = quoted ? unescaped(value, quote) : value.trim();
    else if (quoted === undefined) {
      const hint = 'save it with LF or CRLF at the ends of lines';
      refuse(at + text.slice(at).indexOf('\r'), 'a carriage return alone does not end a line', hint);
    } else {
      const closing = text.slice(at, `${text}\n`.indexOf('\n', at)).indexOf(quote, 1);
      if (closing < 0) refuse(at, 'this quote is not closed', `end the value with ${quote}`);
      else
        refuse(
          at + closing + 1,
          'only a comment may follow the closing quote',
          'put the whole value into quotes of another kind',
        );
    }
  }
  return { values, problems };
}

function unescaped(value: string, quote: string): string {
  const text = value.replaceAll('\r\n', '\n');
  if (quote !== '"') return text;
  return text.replaceAll('\\n', '\n').replaceAll('\\r', '\r').replaceAll('\\"', '"');
}
