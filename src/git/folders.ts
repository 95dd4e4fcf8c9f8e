// The folders that hold no file which git would keep: empty ones, and those in which all is ignored. git has no word for them,
// and a task that finds one missing fails.

import { join } from 'node:path';
import { orElse } from '../base/error-code.ts';
import { Pace } from '../base/pace.ts';
import { foldersOf } from '../base/path-names.ts';
import { locate, type RawPath, rawPathOf } from '../base/raw-path.ts';
import { listFolder } from '../base/remove-folder.ts';
import { checkIgnore } from './ignored.ts';
import { isThere } from './repository.ts';

export interface Kept {
  /** The files, links and submodules that are kept. */
  entries: readonly { path: RawPath }[];
  /** Folders that are not looked into, with a `/` behind: ignored ones, repositories of their own. */
  closed: readonly string[];
  isExcluded(path: string): boolean;
}

/**
 * The innermost of them, so that with all files and these every folder is there; ignored ones and repositories of their own
 * left out. @param on the view of git that tells what is ignored
 */
export async function emptyFolders(
  top: string,
  on: { env: Record<string, string> },
  kept: Kept,
): Promise<RawPath[]> {
  const empty = await outermost(top, kept);
  const ignored = new Set(await checkIgnore(top, on, empty));
  return innermost(
    top,
    on,
    empty.filter((folder) => !ignored.has(folder)),
  );
}

async function outermost(top: string, { entries, closed, isExcluded }: Kept): Promise<RawPath[]> {
  const occupied = foldersOf(entries.map(({ path }) => path));
  const notOpened = new Set([...closed, ...entries.map(({ path }) => `${path}/`)]);
  const found: RawPath[] = [];
  const pace = new Pace();

  async function visit(folder: RawPath): Promise<void> {
    await pace.turn();
    for (const path of foldersIn(top, folder)) {
      if (path === '.git' || path.endsWith('/.git') || notOpened.has(`${path}/`) || isExcluded(path))
        continue;
      if (occupied.has(path)) await visit(path);
      else found.push(path);
    }
  }

  await visit('' as RawPath);
  return found;
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
  return orElse(() => listFolder(locate(top, folder)), [])
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${prefix}${rawPathOf(name)}` as RawPath);
}
