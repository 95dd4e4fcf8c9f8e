// Whether a text is nested so deeply that parsing it would take minutes: a look at its tokens, in one pass. Unaware of what
// they mean.

import { Lexer } from 'yaml';
import type { Diagnostic, SourceText } from '../base/diagnostic.ts';

/** Levels; a config has about six. */
const DEEPEST = 100;
/** Characters up to which the parser is quick with any text. */
const SHORT = 16_384;
/** What stands for a token of text: its source comes next, and may look like any other. */
const SCALAR = '\x1f';
/** The lexer's own, which are no part of the text. */
const MARKS: ReadonlySet<string> = new Set([SCALAR, '\x02', '\x18']);

/** Brackets within brackets, and lists within lists on one line. */
export function tooDeep(source: SourceText): Diagnostic | undefined {
  if (source.text.length <= SHORT) return undefined;
  let [brackets, dashes, at] = [0, 0, 0];
  let isText = false;
  for (const token of new Lexer().lex(source.text)) {
    if (!isText && (token === '{' || token === '[')) brackets += 1;
    else if (!isText && (token === '}' || token === ']')) brackets = Math.max(0, brackets - 1);
    const isIndicator = !isText && (token === '-' || token === '?' || token === ':');
    if (isIndicator) dashes += 1;
    else if (token.trim() !== '' || token.includes('\n')) dashes = 0;
    if (brackets > DEEPEST || dashes > DEEPEST)
      return {
        message: 'this is nested too deeply',
        place: source.place(at),
        hint: 'a config is a few levels deep',
      };
    isText = token === SCALAR;
    if (!MARKS.has(token)) at += token.length;
  }
  return undefined;
}
