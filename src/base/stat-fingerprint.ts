// What tells, without reading it, that a file was changed. Unaware of content.

import type { BigIntStats } from 'node:fs';
import { secondsOf } from './look.ts';

/** Changes whenever the file, its mode or its number of names does; equal fingerprints, equal content (but see `StatCache`). */
export type Fingerprint = string;

export const fingerprintOf = ({ ino, size, mode, mtimeNs, ctimeNs }: BigIntStats): Fingerprint =>
  `${ino}:${size}:${mode}:${mtimeNs}:${ctimeNs}`;

/** Of what is there, if anything is. */
export const printOf = (stats: BigIntStats | undefined): Fingerprint | 'absent' =>
  stats === undefined ? 'absent' : fingerprintOf(stats);

/** The size that it tells of, in bytes. */
export function sizeIn(fingerprint: Fingerprint): number {
  const from = fingerprint.indexOf(':') + 1;
  return Number(fingerprint.slice(from, fingerprint.indexOf(':', from)));
}

/** The permissions that it tells of. */
export const permissionsIn = (fingerprint: Fingerprint): number => Number(fingerprint.split(':')[2]) & 0o7777;

/**
 * What stays the same while a file is renamed or gets another name, which changes its ctime, and while its file system
 * is mounted again, which may change its inode.
 */
export const contentIdentity = ({ size, mode, mtimeNs }: BigIntStats): string => `${size}:${mode}:${mtimeNs}`;

/** The time of the content in seconds, as `mtimeOf` tells it of a file. */
export const mtimeIn = (fingerprint: Fingerprint): number =>
  secondsOf(BigInt(fingerprint.split(':')[3] ?? 0));

/** The same of an identity. */
export const mtimeInIdentity = (identity: string): number => secondsOf(BigInt(identity.split(':')[2] ?? 0));
