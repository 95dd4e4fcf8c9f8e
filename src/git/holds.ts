// What a run has made in the object store and nothing of the user's refers to, held by refs as long as the run goes on: any
// `git gc --prune=now`, of a task too, removes what nothing holds. Unaware of what is held.

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { orElse } from '../base/error-code.ts';
import { GitError, gitLine } from './git.ts';
import { looseFile, resolveObject, writeObject } from './objects.ts';
import { changeRefs, refsIn } from './refs.ts';
import { GITLINK, type Repository } from './repository.ts';
import { endSessions } from './session.ts';
import { type Blob, formatTree, type TreeChange, treeChanges, treeOf } from './tree.ts';

/** No task's name begins so: a checkpoint is `refs/ptask/<run>/<task>`. */
const HELD = '_held';

const folderOf = (runId: string): string => `refs/ptask/${runId}/${HELD}`;

export const isHold = (ref: string): boolean => ref.split('/')[3] === HELD;

/** How often something is made anew because a part of it was removed before it was held. */
const ATTEMPTS = 3;

interface Holding<T> {
  from?: string | undefined;
  changesOf?(made: T): readonly TreeChange[];
  forget?(): void;
}

export class Holds {
  readonly #repository: Repository;
  readonly #folder: string;

  constructor(repository: Repository, runId: string) {
    this.#repository = repository;
    this.#folder = folderOf(runId);
  }

  /** Holds a commit or a tree with all that it refers to, instead of what had that name before. */
  async hold(name: string, oid: string): Promise<void> {
    await changeRefs(this.#repository, [{ ref: `${this.#folder}/${name}`, to: oid }]);
  }

  /** Holds files' contents that no tree has. */
  async holdBlobs(name: string, blobs: Iterable<Blob | undefined>): Promise<void> {
    const all = [...blobs].filter((blob): blob is Blob => blob !== undefined && blob.mode !== GITLINK);
    if (all.length === 0) return;
    const listing = all.map(({ oid }, at): [string, Blob] => [String(at), { mode: '100644', oid }]);
    await this.hold(name, await writeObject(this.#repository, 'tree', formatTree(new Map(listing))));
  }

  /**
   * Makes something, holds it, and then looks whether all of it is there: somebody may have removed a part in between.
   * Then it is made anew.
   * @param from a tree that is held already; without it the one of HEAD
   * @param changesOf what leads from there to it, where that is known
   * @param forget is called before it is made anew
   */
  async holding<T extends { commit: string; tree: string }>(
    name: string,
    make: () => Promise<T>,
    { from, changesOf, forget = () => {} }: Holding<T> = {},
  ): Promise<T> {
    return despiteLoss(async () => {
      const made = await make();
      await this.hold(name, made.commit);
      const repository = this.#repository;
      const changes =
        changesOf?.(made) ?? (await treeChanges(repository, from ?? (await this.#headTree()), made.tree));
      await assertThere(repository, changes);
      return made;
    }, forget);
  }

  async #headTree(): Promise<string> {
    const tree = await resolveObject(this.#repository.top, 'HEAD^{tree}');
    return tree ?? treeOf(this.#repository, undefined);
  }
}

/** Does it again when git misses an object that was there a moment ago. */
export async function despiteLoss<T>(work: () => Promise<T>, forget: () => void): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isLoss(error) || attempt === ATTEMPTS) throw error;
      forget();
      // A git that stays may still see what is gone.
      await endSessions();
    }
  }
}

/** What git says in its many ways when an object is not there. */
const LOSS =
  /not a (?:tree|commit|blob|valid)|unable to read|(?:bad|invalid|missing|nonexistent|unknown) (?:object|tree|blob|commit)|could not (?:get|read|parse)|failed to (?:read|unpack)|invalid sha1|cannot read/i;

const isLoss = (error: unknown): boolean =>
  error instanceof Lost || (error instanceof GitError && LOSS.test(error.stderr));

class Lost extends Error {}

/** Throws, for `despiteLoss`, where a file's content that these changes lead to is not there. */
export async function assertThere(repository: Repository, changes: readonly TreeChange[]): Promise<void> {
  // A git that stays may still see what is gone with its pack, so it is not the one to ask.
  const oids = changes.flatMap(({ after }) =>
    after === undefined || after.mode === GITLINK || existsSync(looseFile(repository, after.oid))
      ? []
      : [after.oid],
  );
  if (oids.length === 0) return;
  const input = [...new Set(oids)].map((oid) => `${oid}\n`).join('');
  const told = await gitLine(repository.top, ['cat-file', '--batch-check=%(objectname)'], { input });
  const missing = /^(\S+) missing$/m.exec(told)?.[1];
  if (missing !== undefined) throw new Lost(`the object ${missing} is not in the repository any more`);
}

/** Lets go of all that a run has held. No git of it is at work any more. */
export async function releaseHolds(repository: Repository, runId: string): Promise<undefined> {
  dropLocks(join(repository.commonDir, dirname(folderOf(runId))));
  const refs = await refsIn(repository, folderOf(runId));
  await changeRefs(
    repository,
    refs.map((ref) => ({ ref, to: undefined })),
  );
  return undefined;
}

/** What a git has left that was cut off while it wrote one of these refs. */
function dropLocks(folder: string): void {
  const names = orElse(() => readdirSync(folder, { recursive: true, encoding: 'utf8' }), []);
  for (const name of names) if (name.endsWith('.lock')) rmSync(join(folder, name), { force: true });
}
