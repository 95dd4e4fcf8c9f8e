/** In which order test files start: the longest first, so that none of them is alone at the end. */

/** Seconds, of those that take long: for a checkout that has not timed them yet. Only a hint. */
export const LONG: Readonly<Record<string, number>> = {
  'plan/scale.slow.test.ts': 71,
  'fault/namespaces.slow.test.ts': 70,
  'fault/spawn.slow.test.ts': 60,
  'fault/swapped-links.slow.test.ts': 60,
  'fault/power-moments.slow.test.ts': 60,
  'fault/power-cut.slow.test.ts': 45,
  'docs/examples.slow.test.ts': 44,
  'fault/broken-disk.slow.test.ts': 40,
  'run/fault-disk.slow.test.ts': 39,
  'run/fault-kill.slow.test.ts': 38,
  'config/large.slow.test.ts': 35,
  'run/validation-bisect.slow.test.ts': 35,
  'run/outside.slow.test.ts': 33,
  'cli/gate.slow.test.ts': 30,
  'run/isolation-folder.slow.test.ts': 30,
  'run/same-tree.slow.test.ts': 30,
  'cli/hostile-clone.slow.test.ts': 30,
  'fault/power-model.slow.test.ts': 25,
  'run/fault-git.slow.test.ts': 25,
  'cli/hostile-terminal.slow.test.ts': 25,
  'run/isolation-files.slow.test.ts': 25,
  'examples/git-hook.test.ts': 24,
  'cli/bad-input.test.ts': 20,
  'cli/signals.test.ts': 18,
  'cli/run.test.ts': 15,
  'ui/tree/tree.test.ts': 15,
  'docs/readme.slow.test.ts': 15,
  'cli/undo.test.ts': 14,
  'support/ci.test.ts': 12,
  'plan/patterns/properties.test.ts': 12,
  'plan/listing.test.ts': 12,
  'cli/logs.test.ts': 11,
  'plan/plan.test.ts': 10,
};

/** What is measured beside other files is measured wrong: they share the processors and their caches. */
export const ALONE: ReadonlySet<string> = new Set(['bench/guard.slow.test.ts']);

/** @param timed milliseconds by file, of those that have run here */
export function longestFirst(files: readonly string[], timed: Readonly<Record<string, number>>): string[] {
  const length = (file: string) => timed[file] ?? (LONG[file] ?? 0) * 1_000;
  return [...files].sort((a, b) => length(b) - length(a));
}
