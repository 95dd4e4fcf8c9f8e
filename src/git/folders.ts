// The folders that hold no file which git would keep: empty ones, and those in which all is ignored. git has no word for them,
// and a task that finds one missing fails.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { locate, type RawPath, rawPathOf } from '../base/raw-path.ts';
import { git, nulTerminated, records } from './git.ts';
import { isThere } from './repository.ts';

/**
 * The innermost of them, so that with all files and these every folder is there; ignored ones and repositories of their own
 * left out. @param on the index file that tells which files are kept
 */
export async function emptyFolders(
  top: string,
  on: { env: Record<string, string> },
  isExcluded: (path: string) => boolean,
): Promise<RawPath[]> {
  const args = ['ls-files', '-z', '--others', '--exclude-standard', '--directory'];
  const listed = records((await git(top, args, on)).stdout).filter((path) => path.endsWith('/'));
  const outermost = listed.map((path) => path.slice(0, -1)).filter((path) => !isExcluded(path));
  return innermost(top, on, outermost as RawPath[]);
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
    const ignored = await ignoredOf(
      top,
      on,
      within.flatMap(({ below }) => below),
    );
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
  try {
    return readdirSync(locate(top, folder), { withFileTypes: true, encoding: 'buffer' as BufferEncoding })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${folder}/${rawPathOf(entry.name as unknown as Buffer)}` as RawPath);
  } catch {
    return [];
  }
}

async function ignoredOf(
  top: string,
  on: { env: Record<string, string> },
  folders: readonly RawPath[],
): Promise<Set<string>> {
  if (folders.length === 0) return new Set();
  const { stdout } = await git(top, ['check-ignore', '-z', '--stdin'], {
    input: nulTerminated(folders.map((folder) => `./${folder}`)),
    env: { ...on.env, GIT_LITERAL_PATHSPECS: '0' },
    accept: [0, 1],
  });
  return new Set(records(stdout).map((path) => path.slice(2)));
}
