// JSON as people keep it in config files: with comments and commas too many. Unaware of files.

/** The text with its comments as spaces and without commas before a closing bracket; every character stays in its place. */
export function plainJson(text: string): string {
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
  } catch (error) {
    const { message } = error as Error;
    const [, at] = /at position (\d+)/.exec(message) ?? [];
    return { message: 'this is not valid JSON', at: at === undefined ? plain.trimEnd().length : Number(at) };
  }
}
