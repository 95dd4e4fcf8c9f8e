// What tells, without reading it, that a file was changed. Unaware of content.

import type { BigIntStats } from 'node:fs';
import { secondsOf } from '../base/look.ts';

/** Changes whenever the file, its mode or its number of names does; equal prints, equal content (but see `StatCache`). */
export type Print = string;

export const printOf = ({ ino, size, mode, mtimeNs, ctimeNs }: BigIntStats): Print =>
  `${ino}:${size}:${mode}:${mtimeNs}:${ctimeNs}`;

/**
 * What stays the same while a file is renamed or gets another name, which changes its ctime, and while its file system
 * is mounted again, which may change its inode.
 */
export const identityOf = ({ size, mode, mtimeNs }: BigIntStats): string => `${size}:${mode}:${mtimeNs}`;

/** The time of the content in seconds, as `mtimeOf` tells it of a file. */
export const mtimeIn = (print: Print): number => secondsOf(BigInt(print.split(':')[3] ?? 0));

/** The same of an identity. */
export const mtimeOfIdentity = (identity: string): number => secondsOf(BigInt(identity.split(':')[2] ?? 0));
