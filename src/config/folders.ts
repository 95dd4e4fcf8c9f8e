// Whether the folders exist in which tasks run. Looks at the disk.

import { statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { orElse } from '../base/error-code.ts';
import { asFolders, Effort, overlap, staticPrefix } from '../plan/patterns/index.ts';
import { listOf } from './lists.ts';
import { type DiskRule, each, type RuleInput } from './rule.ts';

/** A folder and all above it, up to the root, which is ''. */
function upwards(folder: string): string[] {
  const parts = folder === '' ? [] : folder.split('/');
  return parts.map((_, at) => parts.slice(0, parts.length - at).join('/')).concat('');
}

/** Of comparing patterns; after that a missing folder gets the benefit of the doubt. */
const MOST_STEPS = 1_000_000;

/**
 * Says whether some task writes in a folder, so that it may be missing when the run begins. What the patterns have in
 * common at their beginnings answers for nearly all of them; the few that begin above the folder are compared with it.
 */
function folderMakers({ tasks }: RuleInput): (folder: string) => boolean {
  const below = new Set<string>();
  const byPrefix = new Map<string, Set<string>>();
  for (const { written } of tasks) {
    for (const glob of listOf(written.writes).flatMap((each) => (each.startsWith('!') ? [] : [each]))) {
      const prefix = staticPrefix(glob);
      // A name may be that of the folder itself.
      for (const folder of upwards(prefix)) below.add(folder);
      if (prefix !== glob) byPrefix.set(prefix, (byPrefix.get(prefix) ?? new Set()).add(glob));
    }
  }
  const effort = new Effort(MOST_STEPS);
  return (folder) => {
    if (below.has(folder)) return true;
    const inside = `${folder.replace(/[\\*?[\](){}|!+@"]/g, '\\$&')}/**`;
    return upwards(folder).some((above) =>
      [...(byPrefix.get(above) ?? [])].some(
        (glob) => effort.within(() => overlap([inside], asFolders([glob])).overlap) ?? true,
      ),
    );
  };
}

type Standing = 'folder' | 'other' | 'nothing';

const look = (path: string): Standing =>
  orElse(() => (statSync(path).isDirectory() ? 'folder' : 'other'), 'nothing');

export const foldersExist: DiskRule = (input) => {
  const standing = new Map<string, Standing>();
  let isMade: ((folder: string) => boolean) | undefined;
  return each(input.tasks, ({ written: { cwd }, source }) => {
    if (cwd === undefined) return undefined;
    const place = () => source.placeOf(['cwd']);
    const folder = relative(input.root, resolve(input.root, cwd)).replaceAll('\\', '/');
    if (isAbsolute(cwd) || folder === '..' || folder.startsWith('../')) {
      const hint = 'use a folder below that of the config';
      return { message: `\`${cwd}\` is outside the folder of the config`, place: place(), hint };
    }
    const found = standing.get(folder) ?? look(join(input.root, folder));
    standing.set(folder, found);
    if (found === 'folder') return undefined;
    if (found === 'other')
      return { message: `\`${cwd}\` is not a folder`, place: place(), hint: 'commands run in a folder' };
    isMade ??= folderMakers(input);
    if (isMade(folder)) return undefined;
    const hint = 'create it, or list it under the `writes:` of the task that makes it';
    return { message: `there is no folder \`${cwd}\``, place: place(), hint };
  });
};
