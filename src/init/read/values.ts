// What a value of somebody else's config is, if it is what it should be.

export type Fields = Record<string, unknown>;

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {});

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The texts of a list, or the one text that stands for a list of one. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The entries of an object whose values are objects. */
export const objectsOf = (value: unknown): [name: string, fields: Fields][] =>
  Object.entries(fieldsOf(value)).flatMap(([name, each]) => (isObject(each) ? [[name, each]] : []));

export const unique = <T>(values: Iterable<T>): T[] => [...new Set(values)];

/** A long list of words as a text. */
export const wordList = (text: string): string[] => text.trim().split(/\s+/);
