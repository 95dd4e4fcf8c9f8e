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
import { type Answer, session } from './session.ts';

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
  const { line, body } = await session(top, READ).ask(`contents ${name}\0`, {
    bodyAfter: (head) => (isMissing(head) ? 0 : Number(fields(head).size) + 1),
  });
  if (isMissing(line)) throw new GitError(READ, 0, `missing object ${name}`);
  const { oid, type } = fields(line);
  return { oid, type, content: body.subarray(0, -1) };
}

/** What an object that is there is called; undefined where there is none of that name. */
export async function resolveObject(top: string, name: string): Promise<string | undefined> {
  const answer = await session(top, READ).ask(`info ${name}\0`);
  return isMissing(answer.line) ? undefined : fields(answer.line).oid;
}

const isMissing = (line: string): boolean => line.endsWith(' missing');

function fields(line: Answer['line']): { oid: string; type: string; size: string } {
  const [, oid, type, size] = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(line) ?? [];
  if (oid === undefined || type === undefined || size === undefined)
    throw new GitError(READ, 0, '', `what it says was not expected: ${line}`);
  return { oid, type, size };
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
export const objectId = (format: ObjectFormat, type: ObjectType, content: Buffer): string =>
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
 * Makes a folder in the repository that is not there. Whoever may use the repository may use what is put there: its folder of
 * objects tells. Whether it was not there.
 */
export function makeFolderIn({ commonDir }: Pick<Repository, 'commonDir'>, folder: string): boolean {
  const mode = statSync(join(commonDir, 'objects')).mode & 0o7777;
  const first = mkdirSync(folder, { recursive: true });
  if (first === undefined) return false;
  if ((mode & SHARED) !== 0)
    for (let at = folder; at.length >= first.length; at = dirname(at)) chmodSync(at, mode);
  return true;
}

async function writeLoose(repository: Repository, file: string, bytes: Buffer): Promise<void> {
  const folder = dirname(file);
  const { mode } = statSync(join(repository.commonDir, 'objects'));
  makeFolderIn(repository, folder);
  // By this name git knows what was begun and is not wanted any more.
  const draft = join(folder, `tmp_obj_${randomBytes(6).toString('hex')}`);
  try {
    const handle = await open(draft, 'wx', 0o444);
    try {
      await handle.writeFile(bytes);
      if ((mode & SHARED) !== 0) await handle.chmod(0o444 & mode);
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

/** Of a folder in a repository that a group shares: what is made in it belongs to that group. */
const SHARED = 0o2000;
