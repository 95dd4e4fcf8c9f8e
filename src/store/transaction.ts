// All-or-nothing changes of the user's files. The order of things, and why a kill at any moment can be put
// right, stands in manifest.ts.

import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Mutex } from '../base/mutex.ts';
import { noteFile, noteFolder } from '../base/on-disk.ts';
import { makeFolder } from '../base/own-folders.ts';
import { Pace } from '../base/pace.ts';
import type { RawPath } from '../base/raw-path.ts';
import { uniqueWord } from '../base/unique-word.ts';
import { apply, Edited, settled } from './apply.ts';
import type { BlobStore } from './blob-store.ts';
import { type Change, type ChangeSet, checked } from './change.ts';
import { type Inverse, inverse } from './inverse.ts';
import { Looks } from './looks.ts';
import { begin, end, forget, readManifest, stateOf } from './manifest.ts';
import { type Staged, type Survey, survey } from './plan-transaction.ts';
import { rollBack } from './roll-back.ts';
import { stage } from './stage.ts';
import { Ground } from './transaction-paths.ts';

/** `edited`: what is in the way or not as expected, sorted; then nothing is changed. */
export type Replaced = { ok: true; id: string } | { ok: false; edited: RawPath[] };

export interface Recovered {
  /** The notes of the transactions that were taken back, the newest first. */
  rolledBack: string[];
  /** What somebody has edited since, and which was left so; its former content stays in the transaction's folder. */
  edited: RawPath[];
}

/** The transactions of one run, one after the other. */
export class Transactions {
  readonly #folder: string;
  /** What the paths are relative to. */
  readonly root: string;
  readonly #store: BlobStore;
  readonly #turns = new Mutex();

  /** @param folder absolute, best on the file system of the root; nothing else may be in it */
  constructor(folder: string, root: string, store: BlobStore) {
    this.#folder = folder;
    this.root = root;
    this.#store = store;
  }

  /** Makes all changes or none. Throws, with nothing changed, where the disk says no. */
  replace(changes: ChangeSet, note: string): Promise<Replaced> {
    return this.#turns.run(async () => this.#replace(checked(changes), note));
  }

  /** What would put back what a transaction has changed. */
  async undo(id: string): Promise<Inverse> {
    const ground = new Ground(this.root, join(this.#folder, id));
    return inverse(ground, readManifest(ground.folder, 'done'));
  }

  /** What it has displaced is not wanted any more; it can no longer be undone. */
  drop(id: string): void {
    discard(join(this.#folder, id));
  }

  async #replace(changes: Map<RawPath, Change>, note: string): Promise<Replaced> {
    const id = this.#next();
    const ground = new Ground(this.root, join(this.#folder, id));
    try {
      const planned = await this.#prepare(ground, changes);
      if ('edited' in planned) {
        discard(ground.folder);
        return { ok: false, edited: planned.edited };
      }
      const manifest = { note, token: uniqueWord(), ...planned };
      await begin(ground.folder, manifest);
      await apply(ground, manifest);
      end(ground.folder, 'done');
      return { ok: true, id };
    } catch (error) {
      const edited = await settle(ground).catch((second: unknown) => {
        throw new AggregateError([error, second], 'a change failed half-way, and taking it back failed too');
      });
      if (!(error instanceof Edited)) throw error;
      return { ok: false, edited: [...new Set([error.path, ...edited])].sort() };
    }
  }

  async #prepare(ground: Ground, changes: Map<RawPath, Change>): Promise<Survey | { edited: RawPath[] }> {
    for (const name of ['new', 'before']) {
      mkdirSync(join(ground.folder, name));
      noteFolder(join(ground.folder, name));
    }
    const staged = new Map<RawPath, Staged>();
    const looks = new Looks(ground);
    const pace = new Pace();
    for (const [path, change] of changes) {
      await pace.turn();
      const n = staged.size;
      const put = await stage(change, ground.fresh(n), looks.at(path), this.#store);
      if (put.kind !== 'absent') noteFile(ground.fresh(n));
      staged.set(path, { ...change, n, put });
    }
    return survey(ground, staged, looks);
  }

  #next(): string {
    makeFolder(this.#folder);
    for (let number = readdirSync(this.#folder).length + 1; ; number++) {
      const id = String(number).padStart(4, '0');
      if (existsSync(join(this.#folder, id))) continue;
      mkdirSync(join(this.#folder, id));
      return id;
    }
  }
}

/** Takes back all that a killed run has begun and not ended. It may itself be killed, and is then to be called again. */
export async function recover(folder: string, root: string): Promise<Recovered> {
  const recovered: Recovered = { rolledBack: [], edited: [] };
  if (!existsSync(folder)) return recovered;
  for (const id of readdirSync(folder).sort().reverse()) {
    const ground = new Ground(root, join(folder, id));
    const state = stateOf(ground.folder);
    if (state === 'done' || state === 'rolled-back') continue;
    if (state === 'manifest') recovered.rolledBack.push(readManifest(ground.folder, state).note);
    recovered.edited.push(...(await settle(ground)));
  }
  recovered.edited.sort();
  return recovered;
}

/** Takes back what is not done, and keeps its folder only where there is something in it that the tree lacks. */
async function settle(ground: Ground): Promise<RawPath[]> {
  if (stateOf(ground.folder) === 'manifest') {
    const manifest = readManifest(ground.folder, 'manifest');
    const edited = await rollBack(ground, manifest);
    // It has happened, on a disk that says no as well.
    await settled(ground, manifest).catch(() => {});
    if (edited.length > 0) {
      end(ground.folder, 'rolled-back');
      return edited;
    }
    forget(ground.folder);
  }
  discard(ground.folder);
  return [];
}

const discard = (folder: string): void => rmSync(folder, { recursive: true, force: true });
