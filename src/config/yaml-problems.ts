// What yaml's parser objects to, each line once. What is said about it: yaml-mistakes.ts.

import type { Document, YAMLError } from 'yaml';
import type { Diagnostic, Place, SourceText } from '../base/diagnostic.ts';
import { type Found, tellMistake } from './yaml-mistakes.ts';

function found(error: YAMLError, doc: Document.Parsed, source: SourceText): Found {
  const { text } = source;
  const [start, end] = error.pos;
  const at = Math.min(start, text.length);
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const newline = text.indexOf('\n', at);
  const lineEnd = newline < 0 ? text.length : newline;
  return {
    code: error.code,
    message: error.message,
    start,
    end,
    rest: text
      .slice(at, lineEnd)
      .replace(/\s+#.*$/, '')
      .trimEnd(),
    line: text.slice(lineStart, lineEnd),
    lineStart,
    source,
    doc,
  };
}

/** Warnings that mean what no config means: a pattern that has become a tag or an alias. */
const MEANT = new Set(['TAG_RESOLVE_FAILED', 'BAD_COLLECTION_TYPE', 'BAD_ALIAS']);

/** Of which the first tells enough. */
const ONCE = new Set(['RESOURCE_EXHAUSTION', 'TAB_AS_INDENT']);

/** Lines with an error that are told; nobody reads more, and some are looked for in the whole document. */
const MOST = 200;

/** One problem for each line that the parser objects to, in the order of the text. */
export function yamlProblems(doc: Document.Parsed, source: SourceText): Diagnostic[] {
  const deep = doc.errors.filter(({ code }) => code === 'RESOURCE_EXHAUSTION');
  // A tag that a pattern has become explains the errors behind it, so the warnings come first.
  const errors =
    deep.length > 0 ? deep : [...doc.warnings.filter(({ code }) => MEANT.has(code)), ...doc.errors];
  const once = new Set<string>();
  const byLine = new Map<number, YAMLError>();
  for (const error of errors) {
    if (ONCE.has(error.code) && once.has(error.code)) continue;
    // The document has ended too early, at what is told already.
    if (/ in YAML stream/.test(error.message) && byLine.size > 0) continue;
    once.add(error.code);
    const { line } = source.place(error.pos[0]);
    if (!byLine.has(line)) byLine.set(line, error);
  }
  const told = new Set<number>();
  return [...byLine]
    .sort(([a], [b]) => a - b)
    .slice(0, MOST)
    .flatMap(([, error]): Diagnostic[] => {
      const { message, hint, place } = tell(error, doc, source);
      if (told.has(place.line)) return [];
      told.add(place.line);
      return [{ message, place, ...(hint ? { hint } : {}) }];
    });
}

function tell(error: YAMLError, doc: Document.Parsed, source: SourceText): Diagnostic & { place: Place } {
  const about = found(error, doc, source);
  const { message, hint, start = about.start, end = Math.max(about.end, start + 1) } = tellMistake(about);
  return { message, place: source.place(start, end), ...(hint ? { hint } : {}) };
}
