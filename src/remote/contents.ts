// Contents and their names, as a server keeps them. Types.

import type { FsPath } from '../base/raw-path.ts';

/** The name of some bytes: their sha256 and how many they are. */
export interface Digest {
  hash: string;
  size: number;
}

/** What there is to upload. It is read when it is sent, and only if the server lacks it. */
export interface Source {
  digest: Digest;
  read(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Where what is downloaded goes, once it has proved to be what it is named. */
export interface Target {
  bytes(digest: Digest, bytes: Buffer): void | Promise<void>;
  /** Of one that is too large to be held: a path where there is nothing yet. */
  draft(digest: Digest): FsPath;
  /** What is there now is whole. What is not is removed before a failure is thrown. */
  file(digest: Digest, draft: FsPath): void | Promise<void>;
}

export const sourceOf = (digest: Digest, bytes: Uint8Array): Source => ({ digest, read: () => [bytes] });
