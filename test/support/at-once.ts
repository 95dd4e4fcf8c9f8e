import type { Test, TestOptions } from './suite.ts';

type Work = () => Promise<void>;

/**
 * For tests that mostly wait, each in a scene of its own: all begin with the first of them, so that together they take as
 * long as the longest. Each has a result and, from its turn on, a time limit of its own.
 */
export function atOnce(test: Test): (name: string, options: TestOptions, fn: Work) => void {
  const all: Work[] = [];
  return (name, options, fn) => {
    let result: Promise<void> | undefined;
    const begun: Work = () => {
      result ??= fn();
      return result;
    };
    all.push(begun);
    test(name, options, () => {
      // Who fails before its turn is heard of at its turn.
      for (const each of all) each().catch(() => {});
      return begun();
    });
  };
}
