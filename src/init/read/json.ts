// JSON as people keep it in config files: with comments and commas too many. Unaware of files.

/** The text with its comments as spaces and without commas before a closing bracket; every character stays in its place. */
function plainJson(text: string): string {
  let plain = '';
  /** Where the last comma stands, as long as nothing but space has followed it. */
  let comma = -1;
  for (let at = 0; at < text.length; ) {
    const end = endOfPart(text, at);
    const part = text.slice(at, end);
    const isSpace = /^\s/.test(part) || /^\/[/*]/.test(part);
    if (/^[\]}]$/.test(part) && comma >= 0) plain = `${plain.slice(0, comma)} ${plain.slice(comma + 1)}`;
    if (!isSpace) comma = part === ',' ? at : -1;
    plain += /^\/[/*]/.test(part) ? part.replace(/[^\n]/g, ' ') : part;
    at = end;
  }
  return plain;
}

/** A string, a comment, or a single character. */
function endOfPart(text: string, at: number): number {
  const pattern = text[at] === '"' ? STRING : text[at] === '/' ? COMMENT : undefined;
  if (pattern === undefined) return at + 1;
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at + 1;
}

const STRING = /"(?:[^"\\\n]|\\.)*"/y;
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;

export type ParsedJson = { value: unknown } | { message: string; at: number };

export function parseJson(text: string): ParsedJson {
  const plain = plainJson(text);
  try {
    return { value: JSON.parse(plain) };
  } catch {
    return { message: 'this is not valid JSON', at: endOfValue(plain, 0).at };
  }
}

/** What people nest. */
const MOST_DEEP = 1_000;

const SCALAR = /\s*(?:"(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)/y;

/** How far a value goes, for the place of a mistake, which not every Node tells. */
function endOfValue(text: string, from: number, depth = 0): { at: number; isWhole: boolean } {
  let at = afterSpace(text, from);
  if (depth > MOST_DEEP) return { at, isWhole: false };
  const open = text[at];
  if (open !== '{' && open !== '[') {
    SCALAR.lastIndex = at;
    return SCALAR.test(text) ? { at: SCALAR.lastIndex, isWhole: true } : { at, isWhole: false };
  }
  const close = open === '{' ? '}' : ']';
  at = afterSpace(text, at + 1);
  if (text[at] === close) return { at: at + 1, isWhole: true };
  for (;;) {
    for (const isKey of open === '{' ? [true, false] : [false]) {
      const part = endOfValue(text, at, depth + 1);
      at = afterSpace(text, part.at);
      if (!part.isWhole || (isKey && text[at] !== ':')) return { at, isWhole: false };
      if (isKey) at += 1;
    }
    if (text[at] === close) return { at: at + 1, isWhole: true };
    if (text[at] !== ',') return { at, isWhole: false };
    at = afterSpace(text, at + 1);
  }
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? '')) at += 1;
  return at;
}
