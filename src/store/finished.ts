// The transactions of a run that have happened, as the disk tells it.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RawPath } from '../base/raw-path.ts';
import { readManifest, stateOf } from './manifest.ts';

/** In their order. @param folder that of `Transactions` */
export function finished(folder: string): { id: string; note: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .filter((id) => stateOf(join(folder, id)) === 'done')
    .map((id) => ({ id, note: readManifest(join(folder, id), 'done').note }));
}

/** The paths that one of them has changed; none where it is not there any more. */
export function changedBy(folder: string, id: string): RawPath[] {
  const own = join(folder, id);
  return stateOf(own) === 'done' ? readManifest(own, 'done').steps.map(({ path }) => path) : [];
}
