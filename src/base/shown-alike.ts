// Which paths on the disk are shown in the same way: bytes that are no UTF-8 are all shown as replacement characters.

import { readdirSync } from 'node:fs';
import { locate, type RawPath, rawPath, rawPathOf, shownPath } from './raw-path.ts';

/** What stands for the bytes of a name that are no UTF-8. */
export const REPLACED = '\ufffd';

/** Of a path that is there, relative to the folder; most are shown as they are. */
export function shownAlike(folder: string, shown: string): RawPath[] {
  if (!shown.includes(REPLACED)) return [rawPath(shown)];
  let paths: RawPath[] = ['' as RawPath];
  for (const name of shown.split('/'))
    paths = paths.flatMap((path) => namesAlike(folder, path, name).map((raw) => below(path, raw)));
  return paths;
}

function namesAlike(folder: string, path: RawPath, shown: string): RawPath[] {
  if (!shown.includes(REPLACED)) return [rawPath(shown)];
  try {
    const names = readdirSync(path === '' ? folder : locate(folder, path), { encoding: 'buffer' });
    return names.map(rawPathOf).filter((name) => shownPath(name) === shown);
  } catch {
    // It has gone away.
    return [];
  }
}

const below = (path: RawPath, name: RawPath): RawPath =>
  path === '' ? name : (`${path}/${name}` as RawPath);
