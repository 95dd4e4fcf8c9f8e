// A made-up repository of packages, one for each task.

import type { Task } from '../graphs/graph.ts';

/** A package for each task: three in four of its files are sources. */
export function packageFiles(name: string, count: number): string[] {
  const parts = count < 40 ? 2 : 8;
  return Array.from({ length: count }, (_, at) =>
    at % 4 < 3 ? `${name}/src/part${at % parts}/file${at}.ts` : `${name}/test/file${at}.test.ts`,
  );
}

/** Three patterns a task. One in fifty looks at all packages; one at everything, and so conflicts with all that build. */
export function taskOf(at: number): Task {
  const own = `packages/p${at}`;
  if (at === 1) return { run: 'true', reads: ['**/*.ts'], writes: ['reports/all.txt'] };
  if (at % 50 === 2)
    return { run: 'true', reads: ['packages/*/src/**/*.ts', '!**/*.gen.ts'], writes: [`reports/${at}/**`] };
  return { run: 'true', reads: [`${own}/src/**/*.ts`, `${own}/test/**/*.ts`], writes: [`${own}/dist/**`] };
}
