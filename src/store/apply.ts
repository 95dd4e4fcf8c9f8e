// Carries out a manifest, forwards. It may end anywhere, by an error or by a kill: see roll-back.ts.

import { linkSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../base/error-code.ts';
import { noteFolder, onDisk } from '../base/on-disk.ts';
import { Pace } from '../base/pace.ts';
import { parentOf } from '../base/path-names.ts';
import { bytesOf, type RawPath } from '../base/raw-path.ts';
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
  const { token, steps, leaving, made, modes } = manifest;
  const pace = new Pace();
  for (const { path } of modes) ground.unlock(path);
  for (const step of steps) {
    if (step.put.kind !== 'absent') continue;
    await pace.turn();
    confirm(ground, step);
    displace(ground, step);
  }
  for (const [n, { path, isInTheWay }] of leaving.entries()) {
    await pace.turn();
    if (!setAside(ground, path, n, token) && isInTheWay) throw new Edited(path);
  }
  for (const { path } of made) make(ground, path);
  const coming = steps.filter(({ put }) => put.kind !== 'absent');
  const unnamed = new Set<Step>();
  for (const step of coming) {
    await pace.turn();
    confirm(ground, step);
    if (!keep(ground, step)) unnamed.add(step);
  }
  await keptOnDisk(ground);
  for (const step of coming) {
    await pace.turn();
    confirm(ground, step);
    if (unnamed.has(step)) {
      displace(ground, step);
      await keptOnDisk(ground);
    }
    move(ground.fresh(step.n), ground.at(step.path), ground.draft(step.path, token, step.n));
  }
  for (const { path, mode } of [...made].reverse()) if (mode !== undefined) ground.setMode(path, mode);
  for (const { path, to } of [...modes].reverse()) if (to !== undefined) ground.setMode(path, to);
  await settled(ground, manifest);
}

function keptOnDisk(ground: Ground): Promise<void> {
  noteFolder(join(ground.folder, 'before'));
  return onDisk();
}

/** What a manifest has changed, forwards or backwards, is on the disk. */
export function settled(ground: Ground, { steps, leaving, made, modes }: Manifest): Promise<void> {
  for (const { path } of [...steps, ...leaving, ...made]) noteFolder(ground.at(parentOf(path)));
  for (const { path } of [...made, ...modes]) noteFolder(ground.at(path));
  for (const name of ['new', 'before']) noteFolder(join(ground.folder, name));
  return onDisk();
}

/** The survey is some time ago. */
function confirm(ground: Ground, { path, was }: Step): void {
  const now = ground.look(path);
  const isSame =
    was.kind === 'absent' ? now === undefined : now !== undefined && contentIdentity(now) === was.identity;
  if (!isSame || !ground.isReachable(path)) throw new Edited(path);
}

function displace(ground: Ground, { n, path }: Step): void {
  move(ground.at(path), ground.before(n), `${ground.before(n)}.draft`);
}

/**
 * Gives what will be replaced a second name, so that at no moment there is nothing at the path. False where that cannot
 * be (no hard links there, somebody else's file, another file system) and it has to be moved: for a moment the path is
 * empty, but the owner stays, and no space is needed.
 */
function keep(ground: Ground, step: Step): boolean {
  const { n, path, was } = step;
  if (was.kind === 'absent') return true;
  if (was.kind === 'link') {
    // A second name of a link would on some systems be one of what it leads to.
    symlinkSync(bytesOf(was.target), ground.before(n));
    return true;
  }
  try {
    linkSync(ground.at(path), ground.before(n));
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
