// Prepares what is to come, in the transaction's own folder: whatever can run out of space or be damaged does it here.

import {
  type BigIntStats,
  chmodSync,
  chownSync,
  constants,
  lstatSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { bytesOf, type RawPath, shownPath } from '../base/raw-path.ts';
import { contentIdentity } from '../base/stat-fingerprint.ts';
import { type BlobStore, DamagedBlob } from './blob-store.ts';
import type { Change } from './change.ts';
import { oidOfFile } from './content.ts';
import type { Put } from './manifest.ts';
import { move } from './move.ts';

/** A saved content that was to be put back cannot be. Nothing was changed. */
export class Unrestorable extends Error {
  readonly path: RawPath;

  constructor(path: RawPath, cause: DamagedBlob) {
    super(`${shownPath(path)} cannot be put back: ${cause.message}`, { cause });
    this.name = 'Unrestorable';
    this.path = path;
  }
}

/** @param now what stands at the path */
export async function stage(
  { path, after }: Change,
  fresh: string,
  now: BigIntStats | undefined,
  store: BlobStore,
): Promise<Put> {
  switch (after.kind) {
    case 'absent':
    case 'folder':
      return { kind: 'absent' };
    case 'link':
      symlinkSync(bytesOf(after.target), fresh);
      return { kind: 'link', target: after.target, identity: identityAt(fresh) };
    case 'file': {
      const { content, mode, mtime } = after;
      if ('oid' in content) {
        const { oid, from = store } = content;
        const made = await from.get(oid, fresh, mode).catch((error: unknown) => {
          throw error instanceof DamagedBlob ? new Unrestorable(path, error) : error;
        });
        keepOwner(fresh, now, mode);
        if (mtime === undefined) return { kind: 'file', mode, oid, identity: contentIdentity(made) };
        utimesSync(fresh, mtime, mtime);
        return { kind: 'file', mode, oid, identity: identityAt(fresh) };
      }
      if ('moved' in content) move(content.moved, fresh, `${fresh}.draft`);
      else await copyFile(content.copied, fresh, constants.COPYFILE_FICLONE);
      const oid = await oidOfFile(fresh);
      chmodSync(fresh, mode);
      keepOwner(fresh, now, mode);
      if (mtime !== undefined) utimesSync(fresh, mtime, mtime);
      return { kind: 'file', mode, oid, identity: identityAt(fresh) };
    }
  }
}

/** A file that is written in place stays whose it is: one in a container often works as root on somebody's files. */
function keepOwner(fresh: string, now: BigIntStats | undefined, mode: number): void {
  if (!now?.isFile()) return;
  const own = lstatSync(fresh, { bigint: true });
  if (own.uid === now.uid && own.gid === now.gid) return;
  try {
    chownSync(fresh, Number(now.uid), Number(now.gid));
    // What runs as its owner does so no more after that.
    chmodSync(fresh, mode);
  } catch {
    // Only root may give files away.
  }
}

const identityAt = (path: string): string => contentIdentity(lstatSync(path, { bigint: true }));
