// What a run has made in the object store and nothing of the user's refers to, held by refs as long as the run goes on: any
// `git gc --prune=now`, of a task too, removes what nothing holds. Unaware of what is held.

import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Blob, type TreeChange, treeChanges } from './diff.ts';
import { GitError, git, gitLine } from './git.ts';
import { GITLINK, type Repository } from './repository.ts';

/** No task's name begins so: a checkpoint is `refs/ptask/<run>/<task>`. */
const HELD = '_held';

const folderOf = (runId: string): string => `refs/ptask/${runId}/${HELD}/`;

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
    await git(this.#repository.top, ['update-ref', `${this.#folder}${name}`, oid]);
  }

  /** Holds files' contents that no tree has. */
  async holdBlobs(name: string, blobs: Iterable<Blob | undefined>): Promise<void> {
    const all = [...blobs].filter((blob) => blob !== undefined && blob.mode !== GITLINK);
    if (all.length === 0) return;
    const input = all.map((blob, at) => `100644 blob ${blob?.oid}\t${at}\n`).join('');
    await this.hold(name, await gitLine(this.#repository.top, ['mktree'], { input }));
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
    for (let attempt = 1; ; attempt++) {
      try {
        const made = await make();
        await this.hold(name, made.commit);
        const repository = this.#repository;
        const changes =
          changesOf?.(made) ?? (await treeChanges(repository, from ?? (await this.#headTree()), made.tree));
        await assertThere(repository, changes);
        return made;
      } catch (error) {
        if (!isLoss(error) || attempt === ATTEMPTS) throw error;
      }
      forget();
    }
  }

  async #headTree(): Promise<string> {
    const { top } = this.#repository;
    const tree = await gitLine(top, ['rev-parse', '--quiet', '--verify', 'HEAD^{tree}'], {
      accept: [0, 1, 128],
    });
    return tree === '' ? gitLine(top, ['hash-object', '-t', 'tree', '-w', '--stdin'], { input: '' }) : tree;
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
export async function assertThere({ top }: Repository, changes: readonly TreeChange[]): Promise<void> {
  const oids = changes.flatMap(({ after }) =>
    after === undefined || after.mode === GITLINK ? [] : [after.oid],
  );
  if (oids.length === 0) return;
  const input = [...new Set(oids)].map((oid) => `${oid}\n`).join('');
  const told = await gitLine(top, ['cat-file', '--batch-check=%(objectname)'], { input });
  const missing = /^(\S+) missing$/m.exec(told)?.[1];
  if (missing !== undefined) throw new Lost(`the object ${missing} is not in the repository any more`);
}

/** Lets go of all that a run has held. No git of it is at work any more. */
export async function releaseHolds({ top, commonDir }: Repository, runId: string): Promise<undefined> {
  dropLocks(join(commonDir, dirname(folderOf(runId))));
  const names = await gitLine(top, ['for-each-ref', '--format=%(refname)', folderOf(runId)]);
  if (names === '') return undefined;
  const input = names
    .split('\n')
    .map((name) => `delete ${name}\n`)
    .join('');
  await git(top, ['update-ref', '--stdin'], { input });
  return undefined;
}

/** What a git has left that was cut off while it wrote one of these refs. */
function dropLocks(folder: string): void {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return;
  }
  for (const name of names) if (name.endsWith('.lock')) rmSync(join(folder, name), { force: true });
}
