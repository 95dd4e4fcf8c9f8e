// Carries out a manifest backwards, from wherever apply.ts or an earlier roll-back was ended. By renames, unlinks and
// chmods alone, which need no space. What is neither as it was nor as the transaction has put it is somebody's edit, and stays.

import { type BigIntStats, readlinkSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { codeOf } from '../base/error-code.ts';
import { look, permissionsOf } from '../base/look.ts';
import { Pace } from '../base/pace.ts';
import { type FsPath, type RawPath, rawPathOf } from '../base/raw-path.ts';
import { contentIdentity } from '../base/stat-fingerprint.ts';
import { oidOfFile } from './content.ts';
import type { Manifest, Put, Step } from './manifest.ts';
import { move } from './move.ts';
import type { Ground } from './transaction-paths.ts';

/** @returns the paths that were edited since, whose former content stays in the transaction's folder */
export async function rollBack(ground: Ground, manifest: Manifest): Promise<RawPath[]> {
  const { token, steps, leaving, made, modes } = manifest;
  const edited: RawPath[] = [];
  const pace = new Pace();
  for (const { path } of [...modes, ...made]) ground.unlock(path);
  for (const step of steps) {
    await pace.turn();
    removeDraft(ground, step, token);
    if (step.was.kind === 'absent' && !(await takeBack(ground, step))) edited.push(step.path);
  }
  for (const { path } of [...made].reverse()) removeIfEmpty(ground, path);
  for (const [n, { path }] of [...leaving.entries()].reverse()) {
    if (!bringBack(ground, path, n, token)) edited.push(path);
  }
  for (const step of steps) {
    await pace.turn();
    if (step.was.kind !== 'absent' && !(await putBack(ground, step, token))) edited.push(step.path);
  }
  for (const { path, was } of [...modes].reverse()) ground.setMode(path, was);
  return edited;
}

function removeDraft(ground: Ground, { n, path }: Step, token: string): void {
  if (!ground.isReachable(path)) return;
  const draft = ground.draft(path, token, n);
  if (look(draft) !== undefined) unlinkSync(draft);
}

/** Whether what is at a path is what the transaction has put there, or would have put. */
export async function isAsPut(put: Put, at: FsPath, now: BigIntStats): Promise<boolean> {
  if (put.kind === 'link') {
    return now.isSymbolicLink() && rawPathOf(readlinkSync(at, 'buffer')) === put.target;
  }
  if (put.kind === 'absent' || !now.isFile() || permissionsOf(now) !== put.mode) return false;
  return contentIdentity(now) === put.identity || (await oidOfFile(at)) === put.oid;
}

/** Removes what has come to an empty place. Put back to where it was staged it tells a second roll-back that it is done. */
async function takeBack(ground: Ground, { n, path, put }: Step): Promise<boolean> {
  const now = ground.look(path);
  if (now === undefined || put.kind === 'absent') return true;
  const at = ground.at(path);
  const isStaged = look(ground.fresh(n)) !== undefined;
  if (!(await isAsPut(put, at, now))) return isStaged;
  try {
    if (isStaged) unlinkSync(at);
    else renameSync(at, ground.fresh(n));
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    unlinkSync(at);
  }
  return true;
}

/** Restores what was displaced. Where nothing is kept, nothing was displaced, or it is back already. */
async function putBack(ground: Ground, { n, path, was, put }: Step, token: string): Promise<boolean> {
  const before = ground.before(n);
  const kept = look(before);
  if (kept === undefined || was.kind === 'absent') return true;
  if (!ground.isReachable(path)) return false;
  const at = ground.at(path);
  const now = look(at);
  if (now !== undefined && now.ino === kept.ino && now.dev === kept.dev) {
    // Two names of one file, which a rename would leave both standing.
    unlinkSync(before);
    return true;
  }
  const isReplaceable =
    now === undefined || contentIdentity(now) === was.identity || (await isAsPut(put, at, now));
  if (isReplaceable) move(before, at, ground.draft(path, token, n));
  return isReplaceable;
}

function removeIfEmpty(ground: Ground, path: RawPath): void {
  if (!ground.look(path)?.isDirectory()) return;
  try {
    rmdirSync(ground.at(path));
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'EBUSY') throw error;
  }
}

function bringBack(ground: Ground, path: RawPath, n: number, token: string): boolean {
  const aside = ground.leaving(n);
  if (look(aside) === undefined) return true;
  if (!ground.isReachable(path)) return false;
  const now = look(ground.at(path));
  if (now === undefined) move(aside, ground.at(path), ground.draft(path, token, n));
  else if (now.isDirectory()) rmdirSync(aside);
  return now === undefined || now.isDirectory();
}
