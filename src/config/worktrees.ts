// Where worktrees may lie, and what may be linked into them.

import { isAbsolute, normalize, relative, resolve } from 'node:path';
import { listOf } from './lists.ts';
import { type DiskRule, each, type Rule } from './rule.ts';

const slashed = (path: string): string => path.replaceAll('\\', '/').replace(/(.)\/+$/, '$1');

/** `..`, or something below it. */
const isAbove = (path: string): boolean => path === '..' || path.startsWith('../');

/** Whether a path is one of the folders, or lies in one. */
const isIn = (path: string, ...folders: string[]): boolean =>
  folders.some((folder) => path === folder || path.startsWith(`${folder}/`));

export const linksAreInside: Rule = ({ written, syntax }) =>
  each(listOf(written.worktrees?.link), (link, at) => {
    const path = slashed(normalize(link));
    const say = (message: string, hint: string) => {
      return { message, place: syntax.placeOf(['worktrees', 'link', at]), hint };
    };
    if (isAbsolute(link) || isAbove(path))
      return say(
        `\`${link}\` is outside the folder of the config`,
        'use a path below the folder of the config',
      );
    if (path === '.') return say('the folder of the config itself cannot be linked', 'name what is in it');
    if (isIn(path, '.git', '.ptask')) return say(`\`${link}\` belongs to a single worktree`, 'remove it');
    if (/[*]/.test(link))
      return say(`\`${link}\` is a glob, but links need paths`, 'name each path; `copy:` takes globs');
    return undefined;
  });

/** A worktree in the tree that it is made of would be among the files that the tasks read and write. */
export const worktreesAreOutside: DiskRule = ({ written, syntax, root }) => {
  const { dir } = written.worktrees ?? {};
  if (dir === undefined) return [];
  const path = slashed(relative(root, resolve(root, dir)));
  if (isAbsolute(path) || isAbove(path) || isIn(path, '.ptask')) return [];
  const message =
    path === ''
      ? 'worktrees cannot be made in the folder of the config itself'
      : `worktrees in \`${dir}\` would be matched by the globs of the tasks`;
  const hint = 'use a folder outside, such as `../`, or one in `.ptask`';
  return [{ message, place: syntax.placeOf(['worktrees', 'dir']), hint }];
};
