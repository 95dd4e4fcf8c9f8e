// Patterns of tasks' names. A name has parts, with `:`, `/` or `#` between them: `*` and `?` stay within one, `**` crosses, and
// `{a,b}` is either. No name has such a sign, so that a word is a name or a pattern and never both.

const WITHIN = '[^:/#]';
const TOKENS = /\*{2,}|[*?]|\{([^{}]*)\}|[^*?{]+|\{/g;

export const isNamePattern = (word: string): boolean => /[*?{]/.test(word);

export function nameMatcher(pattern: string): (name: string) => boolean {
  const whole = new RegExp(`^${sourceOf(pattern)}$`);
  return (name) => whole.test(name);
}

const sourceOf = (pattern: string): string =>
  pattern.replace(TOKENS, (token, either?: string) => {
    if (either !== undefined) return `(?:${either.split(',').map(sourceOf).join('|')})`;
    if (token.startsWith('**')) return '.*';
    if (token === '*') return `${WITHIN}*`;
    return token === '?' ? WITHIN : token.replace(/[.+^$(){}|[\]\\]/g, '\\$&');
  });

/** A name and the beginnings of it that end with a part: `a`, `a:b` and `a:b/c` of `a:b/c`. */
export const beginningsOf = (name: string): string[] => [
  ...[...name.matchAll(/[:/#]/g)].map(({ index }) => name.slice(0, index)),
  name,
];
