// What would put back what a finished transaction has changed. Changes nothing.

import { permissionsOf } from '../base/look.ts';
import { Pace } from '../base/pace.ts';
import { ancestorsOf } from '../base/path-names.ts';
import type { RawPath } from '../base/raw-path.ts';
import { mtimeInIdentity, printOf } from '../base/stat-fingerprint.ts';
import type { Change, ChangeSet } from './change.ts';
import type { Manifest, Step } from './manifest.ts';
import { isAsPut } from './roll-back.ts';
import type { Ground } from './transaction-paths.ts';

export interface Inverse {
  changes: ChangeSet;
  /** What is not as the transaction has left it, sorted. */
  edited: RawPath[];
}

export async function inverse(ground: Ground, { steps, leaving, made, modes }: Manifest): Promise<Inverse> {
  const changes = new Map<RawPath, Change>();
  const edited: RawPath[] = [];
  const pace = new Pace();
  for (const path of foldersBefore(steps)) {
    const now = ground.look(path);
    if (now?.isDirectory()) changes.set(path, { path, after: { kind: 'folder', mode: permissionsOf(now) } });
  }
  for (const { path } of made) changes.set(path, { path, after: { kind: 'absent' } });
  for (const { path, was, to } of modes) {
    if (to !== undefined && to !== was) changes.set(path, { path, after: { kind: 'folder', mode: was } });
  }
  for (const { n, path, was, put } of steps) {
    await pace.turn();
    const now = ground.look(path);
    const isUntouched =
      now === undefined || now.isDirectory()
        ? put.kind === 'absent'
        : await isAsPut(put, ground.at(path), now);
    if (!isUntouched) edited.push(path);
    // A copy, so that undoing can fail and be tried again.
    if (was.kind === 'special') continue;
    const after =
      was.kind === 'file'
        ? { ...was, content: { copied: ground.before(n) }, mtime: mtimeInIdentity(was.identity) }
        : was;
    const isFolder = now?.isDirectory() === true;
    changes.set(path, {
      path,
      ...(!isFolder && { before: printOf(now) }),
      after,
    });
  }
  for (const { path, mode } of leaving) {
    changes.set(path, { ...changes.get(path), path, after: { kind: 'folder', mode } });
  }
  return { changes: [...changes.values()], edited: edited.sort() };
}

/** Those above what has come: unless they came too they were there, perhaps empty, and are to stay. */
const foldersBefore = (steps: readonly Step[]): Set<RawPath> =>
  new Set(steps.filter(({ was }) => was.kind === 'absent').flatMap(({ path }) => ancestorsOf(path)));
