// Secrets in a text that nobody may have understood yet: a config with a mistake in it. Goes by lines, and knows no YAML.

import { isSecretName, isTrivial } from './secret-values.ts';

/** `NAME: value`, `"NAME": "value"`, `NAME=value`; several may stand in a line. */
const WRITTEN =
  /(?<![\w.-])(["']?)([A-Za-z_]\w{0,99})\1[ \t]{0,9}[:=][ \t]{0,99}("(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[^\s"'#{[].*|)/g;
/** What variables are called, and fields of configs are not. */
const VARIABLE = /_|[A-Z]/;
const BLOCK = /^[|>][-+\d]*\s*(?:#.*)?$/;
/** Of a long line what anybody comes to read. */
const LONGEST_LINE = 2_000;

export interface WrittenSecrets {
  values: string[];
  /** Names of variables that the text calls secret. */
  named: Set<string>;
}

export function secretsWritten(text: string): WrittenSecrets {
  const named = namedIn(text);
  const values: string[] = [];
  let block: { indent: number } | undefined;
  for (const whole of text.split(/\r?\n/)) {
    const line = whole.slice(0, LONGEST_LINE);
    const indent = line.length - line.trimStart().length;
    if (block !== undefined && (line.trim() === '' || indent > block.indent)) {
      values.push(line.trim());
      continue;
    }
    block = undefined;
    for (const [, , name = '', value = ''] of pairsIn(line)) {
      const isSecret = named.has(name) || (VARIABLE.test(name) && isSecretName(name));
      if (isSecret && BLOCK.test(value)) block = { indent };
      else if (isSecret) values.push(...readings(value));
    }
  }
  return { values: [...new Set(values)].filter((value) => !isTrivial(value)), named };
}

/** All of a line; what stands in a value may be pairs, too. */
function* pairsIn(line: string): Generator<RegExpExecArray> {
  let from = 0;
  for (;;) {
    WRITTEN.lastIndex = from;
    const found = WRITTEN.exec(line);
    if (found === null) return;
    yield found;
    from = found.index + found[0].length - (found[3] as string).length;
  }
}

/** What a value may be: up to the end of the line, of the map that it stands in, or of the word. */
function readings(value: string): string[] {
  const [quote] = /^["']/.exec(value) ?? [];
  if (quote !== undefined) {
    const inner = value.slice(1, value.endsWith(quote) && value.length > 1 ? -1 : undefined);
    return [inner, quote === '"' ? unescaped(inner) : inner.replaceAll("''", "'")];
  }
  const all = value.replace(/\s+#.*$/, '').trim();
  const inMap = all.replace(/\s*(?:,\s|[}\]]).*$/, '');
  const isInMap = inMap !== all && isTrivial(inMap);
  return isInMap ? [] : [all, inMap, all.replace(/\s*[,}\]].*$/, ''), all.replace(/[\s,}\]"'].*$/, '')];
}

function unescaped(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}

/** `secrets: [A, B]`, in one line or a line for each. */
function namedIn(text: string): Set<string> {
  const found =
    /^(?:\{\s*)?["']?secrets["']?[ \t]*:[ \t]*(\[[^\]]{0,10000}|(?:\s*-[ \t]*["']?\w+["']?)+)/m.exec(text);
  return new Set(found?.[1]?.match(/\w+/g) ?? []);
}
