// Looks at the tree and decides what a list of changes comes to: the steps, and the folders that go and come.
// Changes nothing.

import { type BigIntStats, readdirSync, readlinkSync } from 'node:fs';
import { codeOf } from '../base/error-code.ts';
import { permissionsOf } from '../base/look.ts';
import { Pace } from '../base/pace.ts';
import { ancestorsOf, isInside, parentOf } from '../base/path-names.ts';
import { type RawPath, rawPathOf } from '../base/raw-path.ts';
import { contentIdentity, printOf } from '../base/stat-fingerprint.ts';
import type { Change } from './change.ts';
import type { Looks } from './looks.ts';
import type { Manifest, Put, Step, Was } from './manifest.ts';
import { type Ground, isLocked } from './transaction-paths.ts';

export type Survey = Pick<Manifest, 'steps' | 'leaving' | 'made' | 'modes'>;

/** A change whose new entry, if it has one, is staged. */
export type Staged = Change & { n: number; put: Put };

/** @returns the paths that are in the way or not as expected, where there are any */
export async function survey(
  ground: Ground,
  changes: ReadonlyMap<RawPath, Staged>,
  looks: Looks,
): Promise<Survey | { edited: RawPath[] }> {
  const surveyor = new Surveyor(ground, changes, looks);
  const pace = new Pace();
  for (const change of changes.values()) {
    await pace.turn();
    surveyor.visit(change);
  }
  return surveyor.conclude();
}

class Surveyor {
  readonly #ground: Ground;
  readonly #changes: ReadonlyMap<RawPath, Staged>;
  readonly #looks: Looks;
  readonly #edited = new Set<RawPath>();
  readonly #steps: Step[] = [];
  readonly #made = new Map<RawPath, number | undefined>();
  /** Folders that there will be something in, or that are wanted for themselves. */
  readonly #needed = new Set<RawPath>();
  /** Folders in whose place something else comes. */
  readonly #inTheWay = new Set<RawPath>();
  readonly #mayLeave = new Set<RawPath>();
  readonly #leaves = new Map<RawPath, boolean>();
  readonly #modes = new Map<RawPath, number>();

  constructor(ground: Ground, changes: ReadonlyMap<RawPath, Staged>, looks: Looks) {
    this.#ground = ground;
    this.#changes = changes;
    this.#looks = looks;
  }

  visit({ path, before, after, n, put }: Staged): void {
    const now = this.#looks.at(path);
    if (before !== undefined && before !== printOf(now)) this.#edited.add(path);
    const isEntry = now !== undefined && !now.isDirectory();
    // It may go, and nothing comes in its place.
    if (isEntry && !now.isFile() && !now.isSymbolicLink() && after.kind !== 'absent') this.#edited.add(path);
    if (after.kind !== 'absent') this.#need(path);
    if (after.kind === 'folder') {
      this.#needed.add(path);
      if (!now?.isDirectory()) this.#made.set(path, after.mode);
      else if (permissionsOf(now) !== after.mode) this.#modes.set(path, after.mode);
    } else if (now?.isDirectory()) {
      this.#mayLeave.add(path);
      if (after.kind !== 'absent') this.#inTheWay.add(path);
    }
    if (isEntry || put.kind !== 'absent') this.#steps.push({ n, path, was: this.#was(path, now), put });
    if (isEntry && put.kind === 'absent') for (const folder of ancestorsOf(path)) this.#mayLeave.add(folder);
  }

  conclude(): Survey | { edited: RawPath[] } {
    // What is in a folder comes before it.
    const innermost = [...this.#mayLeave].sort().reverse();
    const leaving = innermost
      .filter((folder) => this.#isLeaving(folder))
      .map((path) => ({
        path,
        mode: permissionsOf(this.#looks.at(path) as BigIntStats),
        isInTheWay: this.#isInTheWay(path),
      }));
    for (const folder of this.#inTheWay) {
      if (!this.#isLeaving(folder)) for (const path of this.#stayingIn(folder)) this.#edited.add(path);
    }
    if (this.#edited.size > 0) return { edited: [...this.#edited].sort() };
    const made = [...this.#made]
      .sort(byPath)
      .map(([path, mode]) => ({ path, ...(mode !== undefined && { mode }) }));
    return { steps: this.#steps, leaving, made, modes: this.#changedModes(leaving, made) };
  }

  /** Those that are to change, and those of the read-only folders that have to be opened for a while. */
  #changedModes(leaving: Manifest['leaving'], made: Manifest['made']): Manifest['modes'] {
    const touched = [...this.#steps, ...leaving, ...made].map(({ path }) => parentOf(path));
    // To be moved a folder itself has to be open.
    const folders = new Set([...this.#modes.keys(), ...touched, ...leaving.map(({ path }) => path)]);
    return [...folders].sort().flatMap((path) => {
      const now = this.#looks.at(path);
      if (!now?.isDirectory()) return [];
      const was = permissionsOf(now);
      const to = this.#modes.get(path) ?? (this.#leaves.get(path) ? undefined : was);
      if (to === was && !isLocked(was)) return [];
      if (to === undefined) return isLocked(was) ? [{ path, was }] : [];
      return [{ path, was, to }];
    });
  }

  #was(path: RawPath, now: BigIntStats | undefined): Was {
    if (now?.isFile()) return { kind: 'file', mode: permissionsOf(now), identity: contentIdentity(now) };
    if (now === undefined || now.isDirectory()) return { kind: 'absent' };
    if (!now.isSymbolicLink()) return { kind: 'special', identity: contentIdentity(now) };
    const target = rawPathOf(readlinkSync(this.#ground.at(path), 'buffer'));
    return { kind: 'link', target, identity: contentIdentity(now) };
  }

  /** Sees to the folders above something that comes. A file or a link there has to go by a change of its own. */
  #need(path: RawPath): void {
    // Those above a folder that is needed are needed, too.
    for (let folder = parentOf(path); folder !== '' && !this.#needed.has(folder); folder = parentOf(folder)) {
      this.#needed.add(folder);
      const now = this.#looks.at(folder);
      if (now?.isDirectory()) continue;
      if (now !== undefined && !this.#changes.has(folder)) this.#edited.add(folder);
      if (!this.#made.has(folder)) this.#made.set(folder, undefined);
    }
  }

  /** Whether nothing will be left in a folder that is to go, or out of which something goes. */
  #isLeaving(folder: RawPath): boolean {
    const known = this.#leaves.get(folder);
    if (known !== undefined) return known;
    const leaves =
      this.#mayLeave.has(folder) &&
      !this.#needed.has(folder) &&
      this.#namesIn(folder)?.every((path) => this.#isGoing(path)) === true;
    this.#leaves.set(folder, leaves);
    return leaves;
  }

  #isGoing(path: RawPath): boolean {
    if (this.#looks.at(path)?.isDirectory()) return this.#isLeaving(path);
    return this.#changes.get(path)?.put.kind === 'absent';
  }

  #isInTheWay(folder: RawPath): boolean {
    return [...this.#inTheWay].some((path) => path === folder || isInside(folder, path));
  }

  #stayingIn(folder: RawPath): RawPath[] {
    const staying = (this.#namesIn(folder) ?? []).filter((path) => !this.#isGoing(path));
    return staying.length === 0 ? [folder] : staying;
  }

  /** Undefined where they may not be seen. */
  #namesIn(folder: RawPath): RawPath[] | undefined {
    try {
      const names = readdirSync(this.#ground.at(folder), { encoding: 'buffer' });
      return names.map((name) => `${folder}/${rawPathOf(name)}` as RawPath);
    } catch (error) {
      if (codeOf(error) === 'EACCES') return undefined;
      throw error;
    }
  }
}

const byPath = ([a]: [RawPath, unknown], [b]: [RawPath, unknown]): number => (a < b ? -1 : 1);
