// Objects read and written without a process for each: read from a git that stays, written as git writes loose ones, so that what
// has an object's name is that object, after a power cut too. Unaware of what is in them.

import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { open, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { GitError } from './git.ts';
import type { Repository } from './repository.ts';
import { session } from './session.ts';

export type ObjectType = 'blob' | 'tree' | 'commit';

export interface Found {
  oid: string;
  type: string;
  content: Buffer;
}

/** Its option `-z` is as old as the oldest git that is good enough for us. */
const READ = ['cat-file', '--batch-command', '-z'];

/** An object by its name or whatever else git takes for one. Throws `GitError` where there is none. */
export async function readObject(top: string, name: string): Promise<Found> {
  const bodyAfter = (line: string): number | undefined => {
    const { size } = fields(line) ?? {};
    return size === undefined ? (isMissing(line) ? 0 : undefined) : size + 1;
  };
  const { line, body } = await session(top, READ).ask(`contents ${name}\0`, { bodyAfter });
  const { oid, type } = fields(line) ?? {};
  if (oid === undefined || type === undefined) throw new GitError(READ, 0, `missing object ${name}`);
  return { oid, type, content: body.subarray(0, -1) };
}

/** What an object that is there is called; undefined where there is none of that name. */
export async function resolveObject(top: string, name: string): Promise<string | undefined> {
  const bodyAfter = (line: string): number | undefined =>
    isMissing(line) || fields(line) !== undefined ? 0 : undefined;
  const { line } = await session(top, READ).ask(`info ${name}\0`, { bodyAfter });
  return fields(line)?.oid;
}

const isMissing = (line: string): boolean => line.endsWith(' missing');

function fields(line: string): { oid: string; type: string; size: number } | undefined {
  const [, oid, type, size] = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(line) ?? [];
  return oid === undefined || type === undefined ? undefined : { oid, type, size: Number(size) };
}

export type ObjectFormat = 'sha1' | 'sha256';

/** What the repository says of itself. git reads that from this one file, and of it from nothing that is included. */
const configOf = ({ commonDir }: Pick<Repository, 'commonDir'>): string =>
  readFileSync(join(commonDir, 'config'), 'utf8');

/** By which the repository names objects. */
export const objectFormatOf = (repository: Pick<Repository, 'commonDir'>): ObjectFormat =>
  /^\s*objectformat\s*=\s*"?sha256\b/im.test(configOf(repository)) ? 'sha256' : 'sha1';

/** A partial clone asks its remote for each object that it has not. */
const isPartial = (repository: Repository): boolean =>
  /^\s*(?:partialclone|promisor)\s*=/im.test(configOf(repository));

/** What content is called as an object. */
const objectId = (format: ObjectFormat, type: ObjectType, content: Buffer): string =>
  createHash(format).update(headerOf(type, content)).update(content).digest('hex');

const headerOf = (type: ObjectType, content: Buffer): string => `${type} ${content.length}\0`;

/** Where an object lies that is in no pack and in no other repository. */
export function looseFile({ commonDir }: Pick<Repository, 'commonDir'>, oid: string): string {
  return join(commonDir, 'objects', oid.slice(0, 2), oid.slice(2));
}

/** Puts an object into the store, where it is not yet. Throws `GitError`. */
export async function writeObject(
  repository: Repository,
  type: ObjectType,
  content: Buffer,
): Promise<string> {
  const oid = objectId(objectFormatOf(repository), type, content);
  const file = looseFile(repository, oid);
  try {
    // One that nobody has needed for long would be removed with what nobody needs.
    if (existsSync(file)) await utimes(file, new Date(), new Date()).catch(() => {});
    else if (isPartial(repository) || (await resolveObject(repository.top, oid)) === undefined)
      await writeLoose(repository, file, await compressed(type, content));
    return oid;
  } catch (error) {
    if (error instanceof GitError) throw error;
    throw new GitError(
      ['hash-object'],
      undefined,
      '',
      `an object could not be written: ${(error as Error).message}`,
    );
  }
}

/** The bytes as they are, without any filter. */
export const putBlob = (repository: Repository, content: Buffer): Promise<string> =>
  writeObject(repository, 'blob', content);

export const blobContent = async ({ top }: Repository, oid: string): Promise<Buffer> =>
  (await readObject(top, oid)).content;

const squeeze = promisify(deflate);

const compressed = (type: ObjectType, content: Buffer): Promise<Buffer> =>
  squeeze(Buffer.concat([Buffer.from(headerOf(type, content)), content]), { level: 1 });

/**
 * Makes a folder in the repository that is not there, open to whoever it says may use it. Whether it was not there.
 */
export function makeFolderIn(repository: Repository, folder: string): boolean {
  const first = mkdirSync(folder, { recursive: true });
  if (first === undefined) return false;
  const shared = sharing(repository);
  if (shared !== undefined)
    for (let at = folder; at.length >= first.length; at = dirname(at))
      chmodSync(at, openedTo(shared, statSync(at).mode, true) | SET_GROUP);
  return true;
}

/** What is made in such a folder is of its group. */
const SET_GROUP = 0o2000;

interface Sharing {
  bits: number;
  /** Whether the bits are all that there is to be, whatever the umask says. */
  isExact: boolean;
}

/** core.sharedRepository. */
function sharing(repository: Repository): Sharing | undefined {
  const said = /^\s*sharedrepository\s*(?:=\s*"?(\w+))?/im.exec(configOf(repository));
  if (said === null) return undefined;
  const word = (said[1] ?? 'true').toLowerCase();
  if (/^0[0-7]{3}$/.test(word)) return { bits: Number.parseInt(word, 8), isExact: true };
  if (['all', 'world', 'everybody', '2'].includes(word)) return { bits: 0o664, isExact: false };
  if (['group', 'true', 'yes', 'on', '1'].includes(word)) return { bits: 0o660, isExact: false };
  return undefined;
}

function openedTo({ bits, isExact }: Sharing, mode: number, isFolder: boolean): number {
  const wanted = isFolder ? bits | ((bits & 0o444) >> 2) : bits & 0o444;
  return isExact ? wanted : (mode & 0o777) | wanted;
}

async function writeLoose(repository: Repository, file: string, bytes: Buffer): Promise<void> {
  const folder = dirname(file);
  makeFolderIn(repository, folder);
  // By this name git knows what was begun and is not wanted any more.
  const draft = join(folder, `tmp_obj_${randomBytes(6).toString('hex')}`);
  try {
    const handle = await open(draft, 'wx', 0o444);
    try {
      await handle.writeFile(bytes);
      const shared = sharing(repository);
      if (shared !== undefined) await handle.chmod(openedTo(shared, (await handle.stat()).mode, false));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
