// What must not change in a repository's folder while others look: everything but the objects.

import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Path → hash of content, of every file of a git folder that is neither an object nor our own. */
export function gitFingerprint(gitDir: string): Record<string, string> {
  const seen: Record<string, string> = {};
  const walk = (folder: string) => {
    for (const name of readdirSync(join(gitDir, folder)).sort()) {
      const path = join(folder, name);
      // Ours is not the user's.
      if (path === 'objects' || path === 'ptask') continue;
      if (lstatSync(join(gitDir, path)).isDirectory()) walk(path);
      else
        seen[path] = createHash('sha1')
          .update(readFileSync(join(gitDir, path)))
          .digest('hex');
    }
  };
  walk('');
  return seen;
}
