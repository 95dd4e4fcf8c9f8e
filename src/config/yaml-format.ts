// Text as a person would write it in YAML, for hints.

import { stringify } from 'yaml';

/** In quotes that leave the text as it is: single ones, in which YAML takes everything for itself, where that reads well. */
export function quoted(text: string): string {
  if (/[\n\r]/.test(text)) return JSON.stringify(text);
  return text.includes("'") && !/["\\]/.test(text) ? `"${text}"` : `'${text.replaceAll("'", "''")}'`;
}

/** A value on one line: `{ run: npm test, reads: [src/**, '!src/generated/**'] }`. */
export function inYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inYaml).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, each]) => `${inYaml(key)}: ${inYaml(each)}`);
    return `{ ${pairs.join(', ')} }`;
  }
  if (typeof value === 'string' && /[\n\r,[\]{}]/.test(value)) return quoted(value);
  // A path is nothing else in YAML, and takes `stringify` a hundred times as long: a run may have a million strays.
  if (typeof value === 'string' && /^[a-z][\w.-]*\/[\w./*-]*$/i.test(value)) return value;
  return stringify(value, { singleQuote: true, lineWidth: 0 }).trimEnd();
}

/**
 * The word that begins at an offset, as far as a person would have meant it: up to a space or the end of its list,
 * with what stands in its brackets.
 */
export function wordAt(text: string, start: number): string {
  let depth = 0;
  let end = start;
  for (; end < text.length; end += 1) {
    const character = text.charAt(end);
    if (depth === 0 ? /\s/.test(character) : character === '\n') break;
    if (/[{[(]/.test(character)) depth += 1;
    else if (depth === 0 && /[,\]}]/.test(character)) break;
    else if (/[}\])]/.test(character)) depth -= 1;
  }
  return text.slice(start, end);
}
