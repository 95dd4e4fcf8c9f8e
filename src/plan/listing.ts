// The files there are, as far as somebody wants to know them: the one place where planning looks at the disk.

import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Never part of what a task may touch: git's own files and ptask's. */
const OUTSIDE = new Set(['.git', '.ptask']);

/** Files at or below a path of the root ('' for everything), but for those below some folders. */
export interface Want {
  prefix: string;
  except: readonly string[];
}

/** A path and all folders above it, the root as ''. */
function* upwards(path: string): Generator<string> {
  for (let at = path.length; at > 0; at = path.lastIndexOf('/', at - 1)) yield path.slice(0, at);
  yield '';
}

/**
 * The wanted files, tracked or not, ignored or not, sorted by code units. A folder that nobody wants anything of is
 * not opened. A symbolic link is a file, wherever it leads.
 */
export function listFiles(root: string, wants: Iterable<Want>): string[] {
  const byPrefix = new Map<string, Want[]>();
  const onTheWay = new Set<string>();
  for (const want of wants) {
    byPrefix.set(want.prefix, [...(byPrefix.get(want.prefix) ?? []), want]);
    for (const folder of upwards(want.prefix)) onTheWay.add(folder);
  }
  const files: string[] = [];
  const walk = (folder: string, above: readonly Want[]): void => {
    const here = [...above.filter(({ except }) => !except.includes(folder)), ...(byPrefix.get(folder) ?? [])];
    if (here.length === 0 && !onTheWay.has(folder)) return;
    for (const entry of entriesOf(join(root, folder))) {
      if (OUTSIDE.has(entry.name)) continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path, here);
      else if (here.length > 0 || byPrefix.has(path)) files.push(path);
    }
  };
  walk('', []);
  return files.sort();
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // A folder that went away or may not be read holds nothing that a task could touch through us.
    return [];
  }
}
