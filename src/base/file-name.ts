// The name of a task where it is a part of a path, a branch or a ref, on any disk and for any git.

/** What no file or branch may be called on some system. */
export const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)|\.lock$|\.\./i;

/**
 * As it is but for its separators, for which stand signs that no name of a task has: `test:unit` is `test+unit`, `@app/web#build`
 * is `@app,web#build`. Two names that differ, and not in case alone, give two.
 */
export const fileNameOf = (task: string): string => task.replaceAll(':', '+').replaceAll('/', ',');
