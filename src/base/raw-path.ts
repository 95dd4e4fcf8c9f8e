// Paths as the disk and git know them: any bytes but NUL. A string of UTF-8 cannot hold them all, so here each character
// of the string is one byte (latin1).

import { dirname, join, sep } from 'node:path';

/** The bytes of a path, one character each, `/` between folders, relative to a folder that the reader knows. */
export type RawPath = string & { readonly __raw: unique symbol };

/** What the functions of node:fs take. */
export type FsPath = string | Buffer;

const ASCII = /^[\0-\x7f]*$/;
/** No name in it is empty or begins with a dot. */
const IS_NORMAL = /^[^./][^/]*(?:\/[^./][^/]*)*$/;

/** Of bytes that came from outside. */
export const rawPathOf = (bytes: Buffer): RawPath => bytes.toString('latin1') as RawPath;

/** Of text as people write it. */
export const rawPath = (shown: string): RawPath =>
  (ASCII.test(shown) ? shown : Buffer.from(shown, 'utf8').toString('latin1')) as RawPath;

/** As people read it and as globs match it; bytes that are no UTF-8 become replacement characters. */
export const shownPath = (raw: RawPath): string =>
  ASCII.test(raw) ? raw : Buffer.from(raw, 'latin1').toString('utf8');

export const bytesOf = (raw: RawPath): Buffer => Buffer.from(raw, 'latin1');

/** A name, for node:fs, to be put behind a folder. */
export const fsNameOf = (raw: RawPath): FsPath => (ASCII.test(raw) ? raw : bytesOf(raw));

/** The path in a folder, for node:fs: a string where that says it all, else its bytes. */
export function locate(folder: string, raw: RawPath): FsPath {
  if (ASCII.test(raw)) return below(folder, raw);
  const shown = shownPath(raw);
  if (rawPath(shown) === raw) return below(folder, shown);
  return Buffer.concat([Buffer.from(folder.endsWith('/') ? folder : `${folder}/`), bytesOf(raw)]);
}

/** As `join`, which takes as long as a look at the file does: most paths are as it would make them. */
const below = (folder: string, path: string): string =>
  sep === '/' && IS_NORMAL.test(path) && !folder.endsWith('/') ? `${folder}/${path}` : join(folder, path);

/** The folder that something lies in, by its full path. */
export const folderOf = (path: FsPath): FsPath =>
  typeof path === 'string' ? dirname(path) : path.subarray(0, Math.max(1, path.lastIndexOf('/')));
