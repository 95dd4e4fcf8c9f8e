// Where symbolic links lead, also to where there is nothing yet.

import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { look } from './look.ts';

/** Links that lead from one to the next; systems follow no more. */
const MOST_LINKS = 40;

/**
 * The path that whoever opens this one comes to. Throws where its folder is not there, and ELOOP for links in a circle.
 * @param endsIn whether what lies in this folder is not followed
 */
export function followLinks(path: string, endsIn: (folder: string) => boolean = () => false): string {
  let at = path;
  for (let count = 0; count < MOST_LINKS; count++) {
    const folder = realpathSync.native(dirname(at));
    at = join(folder, basename(at));
    if (endsIn(folder) || !look(at)?.isSymbolicLink()) return at;
    at = resolve(folder, readlinkSync(at));
  }
  throw Object.assign(new Error(`too many links: ${path}`), { code: 'ELOOP' });
}
