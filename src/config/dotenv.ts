// Whether the dotenv files that are there can be read. Looks at the disk; what stands in them is read when a run begins.

import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { DiskRule } from './rule.ts';

type Problem = Pick<Diagnostic, 'message' | 'hint'>;

/** A missing file is skipped; a pipe is a file like others, since there are secret stores that serve one. */
function unreadable(path: string, name: string): Problem | undefined {
  const hint = 'name a file of NAME=value lines that you may read';
  try {
    if (statSync(path).isDirectory()) return { message: `\`${name}\` is a folder`, hint };
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'EACCES') return { message: `you may not read \`${name}\``, hint };
    return { message: `\`${name}\` cannot be read (${code})`, hint };
  }
}

export const dotenvIsReadable: DiskRule = ({ written, syntax, root }) =>
  (written.dotenv ?? []).flatMap((name, at): Diagnostic[] => {
    const problem = unreadable(resolve(root, name), name);
    return problem ? [{ ...problem, place: syntax.placeOf(['dotenv', at]) }] : [];
  });
