// The files there are, as far as a plan needs to know them: the one place where planning looks at the disk.

import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Never part of what a task may touch: git's own files and ptask's. */
const OUTSIDE = new Set(['.git', '.ptask']);

/** Prefixes none of which lies below another. */
function outermost(prefixes: Iterable<string>): string[] {
  const kept = new Set<string>();
  for (const prefix of [...new Set(prefixes)].sort((a, b) => a.length - b.length)) {
    const parts = prefix.split('/');
    const covered = kept.has('') || parts.some((_, depth) => kept.has(parts.slice(0, depth).join('/')));
    if (!covered) kept.add(prefix);
  }
  return [...kept];
}

function walk(root: string, folder: string, into: string[]): void {
  let entries: import('node:fs').Dirent[];
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch {
    // A folder that went away or may not be read holds nothing that a task could touch through us.
    return;
  }
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) into.push(path);
    else if (!OUTSIDE.has(entry.name)) walk(root, path, into);
  }
}

/**
 * The files at or below the prefixes (folders or files relative to the root, '' for everything), tracked or not,
 * ignored or not, sorted by code units. A symbolic link is a file, wherever it leads.
 */
export function listFiles(root: string, prefixes: Iterable<string>): string[] {
  const files: string[] = [];
  for (const prefix of outermost(prefixes)) {
    if (prefix.split('/').some((part) => OUTSIDE.has(part))) continue;
    const stats = lstatSync(join(root, prefix), { throwIfNoEntry: false });
    if (stats?.isDirectory()) walk(root, prefix, files);
    else if (stats) files.push(prefix);
  }
  return files.sort();
}
