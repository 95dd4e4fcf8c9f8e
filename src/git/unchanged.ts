// Whether files are still what a tree has, found out without an index: reading and writing one of a large repository
// takes longer than everything else that a small change asks for.

import { lstatSync, type Stats } from 'node:fs';
import { locate, type RawPath, shownPath } from '../base/raw-path.ts';
import { treeEntries } from './diff.ts';
import { git } from './git.ts';
import { presence } from './presence.ts';

/** More paths do not fit into one command line everywhere. */
const MOST = 500;

/**
 * True only when the work tree has at each of these paths what the tree has. False also says that it cannot be told
 * this way: links, folders, names with a line end. The files go through the same filters as when they are added, or
 * through none.
 */
export async function isUnchanged(
  top: string,
  tree: string,
  paths: readonly RawPath[],
  isRaw: boolean,
): Promise<boolean> {
  if (paths.length === 0) return true;
  if (paths.length > MOST || paths.some((path) => path.includes('\n') || rawOf(path) !== path)) return false;
  const whatIs = presence(top);
  const found = paths.map((path) => ({ path, is: whatIs(path) }));
  if (found.some(({ is }) => is !== 'file' && is !== 'absent')) return false;
  const files = found.filter(({ is }) => is === 'file').map(({ path }) => path);
  const modes = files.map((path) => modeOf(lstatSync(locate(top, path), { throwIfNoEntry: false })));
  if (modes.includes(undefined)) return false;
  const [entries, oids] = await Promise.all([treeEntries(top, tree, paths), oidsOf(top, files, isRaw)]);
  if (entries.length !== files.length || oids === undefined) return false;
  const held = new Map(entries.map(({ path, mode, oid }) => [path, `${mode} ${oid}`]));
  return files.every((path, at) => held.get(path) === `${modes[at]} ${oids[at]}`);
}

/** Names that are no UTF-8 do not survive a command line. */
const rawOf = (path: RawPath): string => Buffer.from(shownPath(path), 'utf8').toString('latin1');

/** As git has it; undefined for what is no plain file. */
function modeOf(stats: Stats | undefined): string | undefined {
  if (!stats?.isFile()) return undefined;
  return stats.mode & 0o100 ? '100755' : '100644';
}

/** What the files would be in the object store, in their order; undefined where one of them cannot be read. */
async function oidsOf(top: string, files: readonly RawPath[], isRaw: boolean): Promise<string[] | undefined> {
  if (files.length === 0) return [];
  const input = Buffer.from(`${files.join('\n')}\n`, 'latin1');
  const args = ['hash-object', ...(isRaw ? ['--no-filters'] : []), '--stdin-paths'];
  const { exitCode, stdout } = await git(top, args, { input, accept: [0, 128] });
  return exitCode === 0 ? stdout.toString('latin1').trimEnd().split('\n') : undefined;
}
