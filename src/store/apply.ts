// Carries out a manifest, forwards. It may end anywhere, by an error or by a kill: see roll-back.ts.

import { linkSync, mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../base/error-code.ts';
import { look } from '../base/look.ts';
import { noteFolder, onDisk } from '../base/on-disk.ts';
import { Pace } from '../base/pace.ts';
import { parentOf } from '../base/path-names.ts';
import { bytesOf, type FsPath, type RawPath } from '../base/raw-path.ts';
import { withRealPath } from '../base/real-folder.ts';
import { contentIdentity } from '../base/stat-fingerprint.ts';
import type { Manifest, Step } from './manifest.ts';
import { move } from './move.ts';
import type { Ground } from './transaction-paths.ts';

/** Somebody has changed a path since the survey. */
export class Edited extends Error {
  readonly path: RawPath;

  constructor(path: RawPath) {
    super(`edited meanwhile: ${path}`);
    this.path = path;
  }
}

/**
 * What goes, goes first, and folders after what is in them; then what comes, folders before what is in them. So a file
 * may become a folder and a folder a file. Modes come last, since a folder may be made read-only. What will be replaced
 * has its second name on the disk before anything comes in its place, and all of it is there in the end.
 */
export async function apply(ground: Ground, manifest: Manifest): Promise<void> {
  try {
    await carryOut(ground, manifest);
  } catch (error) {
    throw withRealPath(error);
  } finally {
    ground.release();
  }
  await settled(ground, manifest);
}

async function carryOut(ground: Ground, { token, steps, leaving, made, modes }: Manifest): Promise<void> {
  const pace = new Pace();
  const turn = (): Promise<void> | undefined => {
    const pause = pace.turn();
    if (pause !== undefined) ground.release();
    return pause;
  };
  for (const { path } of modes) ground.unlock(path);
  for (const step of steps) {
    if (step.put.kind !== 'absent') continue;
    await turn();
    displace(ground, step, confirm(ground, step));
  }
  ground.release();
  for (const [n, { path, isInTheWay }] of leaving.entries()) {
    await pace.turn();
    if (!setAside(ground, path, n, token) && isInTheWay) throw new Edited(path);
  }
  for (const { path } of made) make(ground, path);
  const coming = steps.filter(({ put }) => put.kind !== 'absent');
  const replacing = coming.filter(({ was }) => was.kind !== 'absent');
  const unnamed = new Set<Step>();
  for (const step of replacing) {
    await turn();
    if (!keep(ground, step, confirm(ground, step))) unnamed.add(step);
  }
  ground.release();
  if (leaving.length > 0 || steps.some(({ was }) => was.kind !== 'absent')) await keptOnDisk(ground);
  for (const step of coming) {
    await turn();
    let place = confirm(ground, step);
    if (unnamed.has(step)) {
      displace(ground, step, place);
      ground.release();
      await keptOnDisk(ground);
      place = ground.at(step.path);
    }
    put(ground, step, place, token);
  }
  ground.release();
  for (const { path, mode } of [...made].reverse()) if (mode !== undefined) ground.setMode(path, mode);
  for (const { path, to } of [...modes].reverse()) if (to !== undefined) ground.setMode(path, to);
}

function keptOnDisk(ground: Ground): Promise<void> {
  noteFolder(join(ground.folder, 'before'));
  return onDisk();
}

/** What a manifest has changed, forwards or backwards, is on the disk. */
export function settled(ground: Ground, { steps, leaving, made, modes }: Manifest): Promise<void> {
  const folders = new Set([...made, ...modes].map(({ path }) => path));
  for (const { path } of [...steps, ...leaving, ...made]) folders.add(parentOf(path));
  for (const path of folders) noteFolder(ground.at(path));
  for (const name of ['new', 'before']) noteFolder(join(ground.folder, name));
  return onDisk();
}

/** The survey is some time ago. @returns where the path leads, as long as its folder is held */
function confirm(ground: Ground, { path, was }: Step): FsPath {
  const place = ground.hold(path);
  if (place === undefined) throw new Edited(path);
  const now = look(place);
  const isSame =
    was.kind === 'absent' ? now === undefined : now !== undefined && contentIdentity(now) === was.identity;
  if (!isSame) throw new Edited(path);
  return place;
}

function put(ground: Ground, { n, path }: Step, place: FsPath, token: string): void {
  try {
    renameSync(ground.fresh(n), place);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    move(ground.fresh(n), ground.at(path), ground.draft(path, token, n));
  }
}

function displace(ground: Ground, { n }: Step, place: FsPath): void {
  move(place, ground.before(n), `${ground.before(n)}.draft`);
}

/**
 * Gives what will be replaced a second name, so that at no moment there is nothing at the path. False where that cannot
 * be (no hard links there, somebody else's file, another file system) and it has to be moved: for a moment the path is
 * empty, but the owner stays, and no space is needed.
 */
function keep(ground: Ground, { n, was }: Step, place: FsPath): boolean {
  if (was.kind === 'absent') return true;
  if (was.kind === 'link') {
    // A second name of a link would on some systems be one of what it leads to.
    symlinkSync(bytesOf(was.target), ground.before(n));
    return true;
  }
  try {
    linkSync(place, ground.before(n));
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOSPC') throw error;
    return false;
  }
}

/** Whether the folder could be moved away: what is moved as a whole and turns out not to be empty is put back. */
function setAside(ground: Ground, path: RawPath, n: number, token: string): boolean {
  const aside = ground.leaving(n);
  // Since the survey somebody may have put a link there, or in the place of a folder above.
  if (!ground.look(path)?.isDirectory() || readdirSync(ground.at(path)).length > 0) return false;
  try {
    move(ground.at(path), aside, `${aside}.draft`);
  } catch (error) {
    // A mount point, or one on another file system that somebody has just put something in.
    if (codeOf(error) === 'EBUSY' || codeOf(error) === 'ENOTEMPTY') return false;
    throw error;
  }
  if (readdirSync(aside).length === 0) return true;
  move(aside, ground.at(path), ground.draft(path, token, n));
  return false;
}

function make(ground: Ground, path: RawPath): void {
  if (!ground.isReachable(path)) throw new Edited(path);
  try {
    mkdirSync(ground.at(path));
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && ground.look(path)?.isDirectory()) return;
    throw codeOf(error) === 'EEXIST' ? new Edited(path) : error;
  }
  // Whatever the umask says, what comes has to go in.
  ground.unlock(path);
}
