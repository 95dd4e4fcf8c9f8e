// The index that git is about to commit: while it runs a hook for `commit -a` or `commit FILE` it is not the file `index`.

import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** git names it to the hook, from the top of the work tree. What it names of another repository is none of this one's. */
export function indexOf(
  { top, gitDir }: { top: string; gitDir: string },
  { GIT_INDEX_FILE: named }: Record<string, string | undefined> = process.env,
): string {
  const own = join(gitDir, 'index');
  const file = named ? resolve(top, named) : own;
  if (file === own || !existsSync(file)) return own;
  return realpathSync.native(dirname(file)) === gitDir ? join(gitDir, basename(file)) : own;
}
