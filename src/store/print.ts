// What tells, without reading it, that a file was changed. Unaware of content.

import { type BigIntStats, lstatSync } from 'node:fs';
import type { FsPath } from '../base/raw-path.ts';

/** Changes whenever the file, its mode or its number of names does; equal prints, equal content (but see `StatCache`). */
export type Print = string;

export const printOf = ({ ino, size, mode, mtimeNs, ctimeNs }: BigIntStats): Print =>
  `${ino}:${size}:${mode}:${mtimeNs}:${ctimeNs}`;

/**
 * What stays the same while a file is renamed or gets another name, which changes its ctime, and while its file system
 * is mounted again, which may change its inode.
 */
export const identityOf = ({ size, mode, mtimeNs }: BigIntStats): string => `${size}:${mode}:${mtimeNs}`;

/** All that chmod can set. */
export const permissionsOf = ({ mode }: BigIntStats): number => Number(mode & 0o7777n);

export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** Of the thing itself where it is a symbolic link; undefined where there is nothing. */
export function look(path: FsPath): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    // Beyond a file, or beyond a link that leads to itself.
    if (['ENOTDIR', 'ELOOP'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}
