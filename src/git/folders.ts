// The folders that hold no file which git would keep: empty ones, and those in which all is ignored. git has no word for them,
// and a task that finds one missing fails.

import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { orElse } from '../base/error-code.ts';
import { Pace } from '../base/pace.ts';
import { foldersOf } from '../base/path-names.ts';
import { locate, type RawPath, rawPathOf } from '../base/raw-path.ts';
import { listFolder } from '../base/remove-folder.ts';
import { checkIgnore } from './ignored.ts';
import type { IndexStat } from './index-stat.ts';
import { isThere } from './repository.ts';

export interface Kept {
  /** Of the files, links and submodules that are kept. Without it there are none. */
  index: IndexStat | undefined;
  /** Folders that are not looked into, with a `/` behind: ignored ones, repositories of their own. */
  closed: readonly string[];
  isExcluded(path: string): boolean;
}

/** What a look has found besides the files that are kept, but for the closed folders and what is ignored. */
export interface Besides {
  /** The outermost folders that hold no such file. */
  folders: readonly RawPath[];
  /** Neither files, links nor folders; and what makes a repository of a folder with such files. */
  special: readonly RawPath[];
  /** Whether all folders could be read. */
  isAll: boolean;
}

/**
 * The innermost of them, so that with all files and these every folder is there; ignored ones and repositories of their own
 * left out. @param on the view of git that tells what is ignored
 */
export async function emptyFolders(
  top: string,
  on: { env: Record<string, string> },
  kept: Kept,
): Promise<{ folders: RawPath[]; besides: Besides }> {
  const besides = await look(top, kept);
  const ignored = new Set(await checkIgnore(top, on, besides.folders));
  const folders = await innermost(
    top,
    on,
    besides.folders.filter((folder) => !ignored.has(folder)),
  );
  return { folders, besides };
}

async function look(top: string, { index, closed, isExcluded }: Kept): Promise<Besides> {
  const occupied = foldersOf(index?.entries.map(({ path }) => path) ?? []);
  const notOpened = new Set(closed);
  const folders: RawPath[] = [];
  const special: RawPath[] = [];
  let isAll = true;
  const pace = new Pace();

  async function visit(folder: RawPath): Promise<void> {
    await pace.turn();
    const prefix = folder === '' ? '' : `${folder}/`;
    const within = orElse(() => entriesIn(top, folder), undefined);
    if (within === undefined) isAll = false;
    for (const entry of within ?? []) {
      if (entry.isFile() && entry.name !== '.git') continue;
      const path = `${prefix}${entry.name}` as RawPath;
      if (entry.name === '.git') special.push(...(folder === '' ? [] : [path]));
      else if (!entry.isDirectory()) special.push(...(entry.isSymbolicLink() ? [] : [path]));
      else if (notOpened.has(`${path}/`) || isExcluded(path)) continue;
      else if (occupied.has(path)) await visit(path);
      else if (index?.entryOf(path) === undefined) folders.push(path);
    }
  }

  await visit('' as RawPath);
  return { folders, special, isAll };
}

async function innermost(
  top: string,
  on: { env: Record<string, string> },
  folders: readonly RawPath[],
): Promise<RawPath[]> {
  const found: RawPath[] = [];
  let level = folders;
  while (level.length > 0) {
    const within = level
      .filter((folder) => !isRepository(top, folder))
      .map((folder) => ({ folder, below: foldersIn(top, folder) }));
    const allBelow = within.flatMap(({ below }) => below);
    const ignored = new Set(await checkIgnore(top, on, allBelow));
    const next: RawPath[] = [];
    for (const { folder, below } of within) {
      const kept = below.filter((path) => !ignored.has(path));
      if (kept.length === 0) found.push(folder);
      next.push(...kept);
    }
    level = next;
  }
  return found.sort();
}

const isRepository = (top: string, folder: RawPath): boolean =>
  isThere(join(String(locate(top, folder)), '.git'));

/** Those that may not be read have none that anybody could find. */
function foldersIn(top: string, folder: RawPath): RawPath[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  return orElse(() => entriesIn(top, folder), [])
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${prefix}${name}` as RawPath);
}

/** Their names are told one character a byte. */
function entriesIn(top: string, folder: RawPath): Dirent[] {
  const at = locate(top, folder);
  try {
    return readdirSync(at, { withFileTypes: true, encoding: 'latin1' });
  } catch {
    // Where the disk does not tell what an entry is, Node looks for it by its name, which then has to be its bytes.
    const entries = listFolder(at);
    return entries.map((entry) => Object.assign(entry as unknown as Dirent, { name: rawPathOf(entry.name) }));
  }
}
