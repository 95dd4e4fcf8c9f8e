import { MAX_REMEMBERED } from './limits.ts';

/** Longer keys are not worth their memory. */
const MAX_KEY = 20_000;

/** Remembers answers of a pure function of a string; the oldest goes when it is full. */
export function memoise<T>(compute: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const hit = known.get(key);
    if (hit !== undefined) return hit;
    const value = compute(key);
    if (key.length > MAX_KEY) return value;
    if (known.size >= MAX_REMEMBERED) known.delete(known.keys().next().value as string);
    known.set(key, value);
    return value;
  };
}
