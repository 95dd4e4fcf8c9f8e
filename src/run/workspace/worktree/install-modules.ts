// What is installed in the user's folder, in a worktree: git knows nothing of it.

import { ancestorsOf } from '../../../base/path-names.ts';
import type { RawPath } from '../../../base/raw-path.ts';
import { rawPath, shownPath } from '../../../base/raw-path.ts';
import type { Config } from '../../../config/config.ts';
import { toTop } from '../../../git/prefix.ts';
import type { Repository } from '../../../git/repository.ts';
import { prefixesOf } from '../../../plan/touches.ts';
import { linkModules } from '../node-modules.ts';
import { isBeyond } from './populate-worktree.ts';

export interface Installation {
  repository: Pick<Repository, 'top' | 'prefix'>;
  /** The top of the worktree. */
  path: string;
  /** The folders of its packages, relative to the top. */
  packages: readonly RawPath[];
  /** Patterns of what may be written in it. */
  writes: readonly string[];
  config: Pick<Config, 'worktrees'>;
}

/** The `node_modules` that were made, relative to the top. A setup that installs would find what it has not made: then none. */
export function installModules({ repository, path, packages, writes, config }: Installation): RawPath[] {
  if (config.worktrees.setup.some(installs)) return [];
  const { top, prefix } = repository;
  const atTop = (path: string): string => shownPath(toTop(prefix, rawPath(path)));
  const above = ['', ...ancestorsOf<string>(atTop('any'))];
  const folders = [...above, ...packages.map(shownPath)];
  const isOurs = (folder: string): boolean => !isBeyond(path, rawPath(join(folder, 'any')));
  const { made } = linkModules({
    root: top,
    workdir: path,
    folders: new Set(folders.filter(isOurs)),
    written: prefixesOf(writes).map(atTop),
  });
  return made.map(rawPath);
}

const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

/** Whether a command for a shell has a package manager install something. */
const installs = (command: string): boolean =>
  /(?:^|[\s;&|(])(?:npm|pnpm|yarn|bun)(?:\s+-\S+)*(?:\s+(?:ci|cit|i|it|add|install(?:-\w+)*|clean-install)(?![\w:-])|\s*(?:$|[;&|)]))/.test(
    command,
  );
