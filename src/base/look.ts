// What the disk says of a path, without following a link.

import { type BigIntStats, lstatSync } from 'node:fs';
import { orElse } from './error-code.ts';
import type { FsPath } from './raw-path.ts';

/** Of the thing itself where it is a symbolic link; undefined where there is nothing. */
export const look = (path: FsPath): BigIntStats | undefined =>
  // Beyond a file, or beyond a link that leads to itself.
  orElse(() => lstatSync(path, { bigint: true, throwIfNoEntry: false }), undefined, 'ENOTDIR', 'ELOOP');

const SECOND = 1_000_000_000n;

/** Of nanoseconds since 1970; the very number that Node has for the same moment, so that the two can be compared. */
export const millisecondsOf = (ns: bigint): number => Number(ns / SECOND) * 1_000 + Number(ns % SECOND) / 1e6;

/** All that chmod can set. */
export const permissionsOf = ({ mode }: BigIntStats): number => Number(mode & 0o7777n);

/** When the content was last written, for `utimes`. */
export const mtimeOf = ({ mtimeNs }: BigIntStats): number => secondsOf(mtimeNs);

/**
 * Nanoseconds since 1970 as the seconds that `utimes` takes. It cuts off what is less than a microsecond, and a fraction of
 * a second is seldom a number that it can be told exactly: so it is told a little more than the whole microseconds.
 */
export const secondsOf = (nanoseconds: bigint): number => Number(nanoseconds / 1_000n) / 1e6 + 2.5e-7;
