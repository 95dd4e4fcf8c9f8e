// YAML and JSON to values whose places are known. Unaware of tasks.

import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
} from 'yaml';
import type { Diagnostic, Place, SourceText } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';

export type Path = readonly (string | number)[];

/** A parsed text: its value, and where each part of it stands. */
export interface Syntax {
  value: unknown;
  source: SourceText;
  /** The place of the value at a path, or of its key; of the nearest part above where there is none. */
  placeOf(path: Path, part?: 'key' | 'value'): Place;
  /** The keys of the map at a path in the order of the text; a JavaScript object would put `10` before `a`. */
  keysOf(path: Path): string[];
}

/** Nothing a person writes repeats an anchor more often; an alias bomb does within three levels. */
const MAX_ALIASES = 10_000;

const FRIENDLY: Partial<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab cannot indent YAML',
  DUPLICATE_KEY: 'this key stands here a second time',
  MULTIPLE_DOCS: 'a config is one document, and a second one begins here',
  BAD_INDENT: 'the indentation does not fit the lines around it',
};

const HINTS: Partial<Record<string, string>> = {
  TAB_AS_INDENT: 'use spaces',
  DUPLICATE_KEY: 'take one of them away or give it another name',
  MULTIPLE_DOCS: 'take the `---` away',
  TAG_RESOLVE_FAILED: "quote a pattern that begins with an exclamation mark: '!src/generated/**'",
};

function syntaxErrors(doc: Document.Parsed, source: SourceText): Diagnostic[] {
  return [...doc.errors, ...doc.warnings].map((error) => {
    const [start, end] = error.pos;
    const unquotedGlob = /^\*/.test(source.text.slice(start)) && /alias/i.test(error.message);
    const message = unquotedGlob
      ? 'an unquoted * begins a YAML alias'
      : error.code === 'TAG_RESOLVE_FAILED'
        ? 'an unquoted ! begins a YAML tag'
        : (FRIENDLY[error.code] ?? firstLower(error.message.replace(/\.$/, '')));
    const hint = unquotedGlob ? "quote a pattern that begins with a star: '*.ts'" : HINTS[error.code];
    return { message, place: source.place(start, Math.max(end, start + 1)), ...(hint ? { hint } : {}) };
  });
}

const firstLower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function pairsOf(node: unknown, doc: Document): Pair[] {
  if (!isMap(node)) return [];
  return node.items.flatMap((pair) => {
    const merged = isScalar(pair.key) && pair.key.value === '<<' ? resolved(pair.value, doc) : undefined;
    if (merged === undefined) return [pair];
    return (isSeq(merged) ? merged.items : [merged]).flatMap((item) => pairsOf(resolved(item, doc), doc));
  });
}

const resolved = (node: unknown, doc: Document): unknown => (isAlias(node) ? node.resolve(doc) : node);

const keyText = (pair: Pair): string => String(isScalar(pair.key) ? pair.key.value : pair.key);

function locator(doc: Document.Parsed, source: SourceText): Syntax['placeOf'] {
  return (path, part = 'value') => {
    let node: unknown = doc.contents;
    let best: unknown = doc.contents;
    for (const [depth, key] of path.entries()) {
      node = resolved(node, doc);
      const step = isSeq(node)
        ? node.items[Number(key)]
        : pairsOf(node, doc).findLast((pair) => keyText(pair) === String(key));
      if (step === undefined || step === null) break;
      const last = depth === path.length - 1;
      node = isPair(step) ? step.value : step;
      best = isPair(step) && ((last && part === 'key') || !hasRange(step.value)) ? step.key : node;
    }
    const range: readonly [number, number, number] = hasRange(best) ? (best.range ?? [0, 1, 1]) : [0, 1, 1];
    return source.place(range[0], Math.max(range[1], range[0] + 1));
  };
}

const hasRange = (node: unknown): node is Node =>
  isNode(node) && Boolean(node.range) && node.range?.[0] !== node.range?.[1];

/** YAML is read strictly, so a tab in a JSON file's indentation would be refused: same length, same columns. */
const spacesForTabs = (text: string): string =>
  text.replace(/^[\t ]+/gm, (indent) => ' '.repeat(indent.length));

export function parseSyntax(source: SourceText): Result<Syntax> {
  const text = source.file.endsWith('.json') ? spacesForTabs(source.text) : source.text;
  const doc = parseDocument(text, { merge: true, prettyErrors: false, uniqueKeys: true, strict: true });
  const errors = syntaxErrors(doc, source);
  if (errors.length > 0) return fail(...errors);
  if (doc.contents === null) return fail({ message: `${source.file} is empty`, hint: 'it needs `tasks:`' });
  let value: unknown;
  try {
    value = doc.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return fail({
      message: 'the aliases of this file expand without bound',
      hint: `repeat an anchor at most ${MAX_ALIASES} times`,
      place: source.place(Math.max(0, source.text.search(/[*&]\w/))),
    });
  }
  const placeOf = locator(doc, source);
  const keysOf = (path: Path): string[] => {
    let node: unknown = doc.contents;
    for (const key of path)
      node = resolved(pairsOf(node, doc).findLast((pair) => keyText(pair) === key)?.value, doc);
    return [...new Set(pairsOf(node, doc).map(keyText))];
  };
  return ok({ value, source, placeOf, keysOf });
}
