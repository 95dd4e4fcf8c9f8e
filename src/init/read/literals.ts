// Values that stand as they are in a config that is code. The code is not run: what is computed is not seen.

/** Comments away, strings stay; good enough for code that people write as a config. */
const withoutComments = (code: string): string =>
  code.replace(
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    '$1',
  );

/** What is given to a key: a text, a list of texts, or something that only running the code could tell. */
export type Literal = { kind: 'texts'; texts: string[] } | { kind: 'other' };

const TEXT = /^(["'`])((?:(?!\1)[^\\\n$]|\\.)*)\1/;

/** All that is given to a key, wherever it stands. */
export function literalsOf(code: string, key: string): Literal[] {
  const plain = withoutComments(code);
  const found: Literal[] = [];
  for (const { index, 0: whole } of plain.matchAll(new RegExp(`(?<![\\w$.-])["']?${key}["']?\\s*:\\s*`, 'g')))
    found.push(valueAt(plain.slice(index + whole.length)));
  return found;
}

function valueAt(code: string): Literal {
  const one = textAt(code);
  if (one !== undefined) return { kind: 'texts', texts: [one] };
  const [, items] = /^\[([^\]]*)\]/.exec(code) ?? /^\{([^}]*)\}/.exec(code) ?? [];
  if (items === undefined) return { kind: 'other' };
  const texts: string[] = [];
  for (const item of items.split(',').map((each) => each.trim())) {
    if (item === '') continue;
    const text = textAt(item.replace(/^["']?[\w./-]+["']?\s*:\s*/, ''));
    if (text === undefined) return { kind: 'other' };
    texts.push(text);
  }
  return { kind: 'texts', texts };
}

function textAt(code: string): string | undefined {
  const [, , text] = TEXT.exec(code) ?? [];
  if (text !== undefined) return text.replace(/\\(.)/g, '$1');
  // `path.resolve(__dirname, 'dist')` and `fileURLToPath(new URL('./dist', import.meta.url))` say it, too.
  const [, , named] =
    /^(?:path\.)?(?:resolve|join)\(\s*(?:__dirname|import\.meta\.dirname|process\.cwd\(\))\s*,\s*(["'])([^"'\n]+)\1\s*\)/.exec(
      code,
    ) ??
    /^(?:fileURLToPath\(\s*)?new URL\(\s*(["'])([^"'\n]+)\1\s*,\s*import\.meta\.url\s*\)/.exec(code) ??
    [];
  return named;
}

/** The text that a key has, where that is the same wherever it stands; undefined where it has none, null where it is computed. */
export function onlyText(code: string, key: string): string | null | undefined {
  const texts = new Set<string>();
  for (const found of literalsOf(code, key)) {
    const [first, ...others] = found.kind === 'texts' ? found.texts : [];
    if (first === undefined || others.length > 0) return null;
    texts.add(first);
  }
  return texts.size > 1 ? null : [...texts][0];
}
