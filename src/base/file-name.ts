// The name of a task where it is a part of a path, a branch or a ref, on any disk and for any git.

/**
 * As it is but for its separators, for which stand signs that no name of a task has: `test:unit` is `test+unit`, `@app/web#build`
 * is `@app,web#build`. Two names that differ, and not in case alone, give two.
 */
export const fileNameOf = (task: string): string => task.replaceAll(':', '+').replaceAll('/', ',');
