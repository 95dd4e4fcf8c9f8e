// What tasks may be called: parts, with a sign between them that says how they belong together.

const SEPARATORS = /([:/#])/;

/** A name that a task can have and that looks like this one; '' where there is none. */
export function similarName(name: string): string {
  const parts = name.split(SEPARATORS).map((part, at) => (at % 2 === 1 ? part : similarPart(part)));
  const named = parts.filter((_, at) => at % 2 === 0 && parts[at] !== '');
  return named.length === (parts.length + 1) / 2 ? parts.join('') : named.join('-');
}

const similarPart = (part: string): string =>
  part.replace(/[^A-Za-z0-9._@-]+/g, '-').replace(/^[^A-Za-z0-9@]+|[^A-Za-z0-9]+$/g, '');
