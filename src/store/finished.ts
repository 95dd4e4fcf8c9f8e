// The transactions of a run that have happened, as the disk tells it.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { look } from '../base/look.ts';
import { locate, type RawPath } from '../base/raw-path.ts';
import { readManifest, stateOf } from './manifest.ts';
import { isAsPut } from './roll-back.ts';

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

/** Of these paths the ones that are still as it has left them. @param root what they are relative to */
export async function untouchedSince(root: string, folder: string, id: string): Promise<RawPath[]> {
  const own = join(folder, id);
  if (stateOf(own) !== 'done') return [];
  const untouched: RawPath[] = [];
  for (const { path, put } of readManifest(own, 'done').steps) {
    const at = locate(root, path);
    const now = look(at);
    const isSo = now === undefined ? put.kind === 'absent' : await isAsPut(put, at, now);
    if (isSo) untouched.push(path);
  }
  return untouched;
}
