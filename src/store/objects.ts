// Contents on the disk, as plain files in a folder of ours. Unaware of where they come from and of who needs them.

import {
  type BigIntStats,
  chmodSync,
  constants,
  lstatSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { orElse } from '../base/error-code.ts';
import { noteNew, onDisk } from '../base/on-disk.ts';
import { makeFolder } from '../base/own-folders.ts';
import type { FsPath } from '../base/raw-path.ts';
import { draftOf } from '../base/replace.ts';
import { type BlobStore, DamagedBlob } from './blob-store.ts';
import { LARGE, type Oid, oidOf, oidOfFile, readSmall } from './content.ts';
import { writeNew } from './new-file.ts';

/** That the owner may no longer write to an object says that it is on the disk: a power cut can take it no more. */
const ON_DISK = 0o400;
const IS_WRITABLE = 0o200;

/** Objects are relied on once they are settled. After a power cut one that was not is nothing, whatever has its name. */
export class ObjectStore implements BlobStore {
  readonly #folder: string;
  /** Folders that are known to be there. */
  readonly #folders = new Set<string>();
  /** Objects of ours that are not settled yet. */
  readonly #fresh = new Set<string>();

  /** Nothing is made before there is something to keep. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(path: FsPath, size?: number): Promise<Oid> {
    const bytes = readSmall(path, size);
    if (bytes !== undefined) return this.putBytes(bytes);
    const draft = this.#draft();
    try {
      await copyFile(path, draft, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
      // The copy has the mode of the original.
      chmodSync(draft, 0o600);
      const oid = await oidOfFile(draft);
      if (!this.has(oid, statSync(draft).size)) this.#enter(draft, oid);
      return oid;
    } finally {
      rmSync(draft, { force: true });
    }
  }

  putBytes(bytes: Uint8Array): Oid {
    const oid = oidOf(bytes);
    if (this.has(oid, bytes.length)) return oid;
    const draft = this.#draft();
    try {
      writeFileSync(draft, bytes, { flag: 'wx', mode: 0o600 });
      this.#enter(draft, oid);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
    return oid;
  }

  async settle(): Promise<void> {
    const fresh = [...this.#fresh];
    await onDisk();
    for (const object of fresh) {
      chmodSync(object, ON_DISK);
      this.#fresh.delete(object);
    }
  }

  /** Whether there is an object of that name and of that many bytes, and not what a power cut has left of one. */
  has(oid: Oid, size: number): boolean {
    const object = this.#path(oid);
    const stats = statSync(object, { throwIfNoEntry: false });
    return stats?.size === size && ((stats.mode & IS_WRITABLE) === 0 || this.#fresh.has(object));
  }

  sizeOf(oid: Oid): number {
    return statSync(this.#path(oid), { throwIfNoEntry: false })?.size ?? 0;
  }

  async get(oid: Oid, target: string, mode: number): Promise<BigIntStats> {
    const object = this.#path(oid);
    const size = statSync(object, { throwIfNoEntry: false })?.size;
    if (size === undefined) throw new DamagedBlob(oid, 'missing');
    if (size <= LARGE) {
      const bytes = readSmall(object);
      if (bytes === undefined || oidOf(bytes) !== oid) throw new DamagedBlob(oid, 'damaged');
      return writeNew(target, bytes, mode);
    }
    await copyFile(object, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    if ((await oidOfFile(target)) !== oid) throw new DamagedBlob(oid, 'damaged');
    chmodSync(target, mode);
    return lstatSync(target, { bigint: true });
  }

  /** Removes what nobody keeps, and what a killed process left half-made; the number of objects that went. */
  sweep(keep: ReadonlySet<Oid>): number {
    let removed = 0;
    for (const folder of namesIn(this.#folder)) {
      if (folder.length !== 2) {
        rmSync(join(this.#folder, folder), { force: true });
        continue;
      }
      for (const rest of namesIn(join(this.#folder, folder))) {
        if (keep.has(folder + rest)) continue;
        rmSync(join(this.#folder, folder, rest));
        removed += 1;
      }
    }
    return removed;
  }

  #path(oid: Oid): string {
    return join(this.#folder, oid.slice(0, 2), oid.slice(2));
  }

  #enter(draft: string, oid: Oid): void {
    this.#make(join(this.#folder, oid.slice(0, 2)));
    const object = this.#path(oid);
    renameSync(draft, object);
    noteNew(object);
    this.#fresh.add(object);
  }

  #draft(): string {
    this.#make(this.#folder);
    return draftOf(join(this.#folder, 'any'));
  }

  #make(folder: string): void {
    if (this.#folders.has(folder)) return;
    makeFolder(folder);
    this.#folders.add(folder);
  }
}

const namesIn = (folder: string): string[] => orElse(() => readdirSync(folder), [], 'ENOENT');
