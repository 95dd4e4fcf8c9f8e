// Text as a person would write it in YAML, for hints. Without the library, which every run would have to load for them.

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
  return typeof value === 'string' && !isPlain(value) ? quoted(value) : String(value);
}

/** Words that YAML takes for a text and nothing else wherever they stand; others may be as well, and are none the worse in quotes. */
const isPlain = (text: string): boolean =>
  /^[a-z_./][\w./*@+=~^$%&;|<>()-]*(?: [\w./*@+=~^$%&;|<>()"'-]+)*$/i.test(text) &&
  !/^(?:true|false|yes|no|on|off|null|[-+.]?\d.*|\.(?:inf|nan))$/i.test(text);

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
