// Files under .ptask/cache, which are safe to delete: whoever reads one takes what is damaged or foreign for missing.

import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const cacheFile = (root: string, name: string): string => join(root, '.ptask', 'cache', name);

/**
 * Writes a cache file at once or not at all: a root that may not be written to is as good as any other. `write`
 * gets an open file that is new and empty.
 */
export function writeCache(root: string, name: string, write: (handle: number) => void): void {
  const file = cacheFile(root, name);
  const draft = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(join(root, '.ptask', 'cache'), { recursive: true });
    const ignore = join(root, '.ptask', '.gitignore');
    if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
    const handle = openSync(draft, 'w');
    try {
      write(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, file);
  } catch {
    discard(draft);
  }
}

function discard(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Below a `.ptask` that is a file there is nothing to discard.
  }
}
