/** In which order test files start: the longest first, so that none of them is alone at the end. */

/** Seconds, of those that take long: for a checkout that has not timed them yet. Only a hint. */
export const LONG: Readonly<Record<string, number>> = {
  'plan/scale.slow.test.ts': 71,
  'run/links.slow.test.ts': 76,
  'fault/namespaces.slow.test.ts': 70,
};

/** @param timed milliseconds by file, of those that have run here */
export function longestFirst(files: readonly string[], timed: Readonly<Record<string, number>>): string[] {
  const length = (file: string) => timed[file] ?? (LONG[file] ?? 0) * 1_000;
  return [...files].sort((a, b) => length(b) - length(a));
}
