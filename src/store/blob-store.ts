// Contents that are saved and read by their digest. Where they are kept is behind this: on the disk (objects.ts), and a cache or
// what is shared between machines would enter here, beside it or in front of it.

import type { BigIntStats } from 'node:fs';
import type { FsPath } from '../base/raw-path.ts';
import type { Oid } from './content.ts';

export interface BlobStore {
  /**
   * Keeps what is in a file now. What is hashed is what is kept, whoever writes to the file meanwhile.
   * @param size what the disk has just said of it, so that it need not be asked again
   */
  put(path: FsPath, size?: number): Promise<Oid>;
  /**
   * Makes a new file with the content, and comes back with what the disk says of it; throws `DamagedBlob` where it is not the content
   * that was put.
   */
  get(oid: Oid, target: string, mode: number): Promise<BigIntStats>;
  /** Whether there is a content of that name and of that many bytes, which can be relied on once all is settled. */
  has(oid: Oid, size: number): boolean;
  /** In bytes; 0 where it is not there. */
  sizeOf(oid: Oid): number;
  /** What was put stays, also after a power cut, and so does all else that is noted by now (see on-disk.ts). */
  settle(): Promise<void>;
}

/** A saved content is not there any more, or is not what it was. */
export class DamagedBlob extends Error {
  override readonly name = 'DamagedBlob';
  readonly oid: Oid;

  constructor(oid: Oid, what: 'missing' | 'damaged') {
    super(`the saved content ${oid} is ${what}`);
    this.oid = oid;
  }
}
