// Keeps while a run goes on what each task has changed, so that any number of tasks can be replayed later: the tree before
// the first one, and the contents that each has left, in git's object store. Unaware of what it is for.

import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { normalize } from 'node:path/posix';
import { type FsPath, locate, type RawPath, rawPath } from '../../base/raw-path.ts';
import type { Config, Task } from '../../config/config.ts';
import { hashFiles } from '../../git/hash-worktree.ts';
import { Holds } from '../../git/holds.ts';
import { whyNotIsolated } from '../../git/isolatable.ts';
import { toTop } from '../../git/prefix.ts';
import { RawView } from '../../git/raw-view.ts';
import { GITLINK, type Repository } from '../../git/repository.ts';
import { Snapshots } from '../../git/snapshot.ts';
import { type Blob, treeEntries } from '../../git/tree.ts';
import { listFiles } from '../../plan/listing.ts';
import { matcher } from '../../plan/patterns/index.ts';
import { reachOf } from '../../plan/reach.ts';
import { wantsOf } from '../../plan/touches.ts';
import { type Deed, Deeds } from './deeds.ts';

/** Files that are kept at one time, and their bytes: to keep a whole node_modules, say, would make every run slower. */
const MOST_FILES = 20_000;
const MOST_BYTES = 256 * 1024 * 1024;

type Files = ReadonlyMap<RawPath, Blob | undefined>;

export class Recording {
  readonly #repository: Repository;
  readonly #root: string;
  readonly #links: readonly string[];
  readonly #holds: Holds;
  readonly #scratch: string;
  #start: { tree: string; beside: Files } | undefined;
  /** In the order in which the tasks were over. */
  readonly #left: { task: string; files: Files }[] = [];
  /** Why there is nothing to replay, a clause. */
  problem: string | undefined;

  /** @param scratch a folder of ours */
  constructor(
    repository: Repository,
    { root, worktrees }: Pick<Config, 'root' | 'worktrees'>,
    runId: string,
    scratch: string,
  ) {
    this.#repository = repository;
    this.#root = root;
    this.#links = worktrees.link.map((link) => normalize(link).replace(/\/$/, ''));
    this.#holds = new Holds(repository, runId);
    this.#scratch = scratch;
  }

  /** To be over before a task begins. */
  begin(tasks: readonly Pick<Task, 'writes'>[]): Promise<void> {
    return this.#try('the files could not be kept', async () => {
      this.problem = await whyNotIsolated(this.#repository);
      if (this.problem !== undefined) return;
      const view = new RawView(this.#repository, join(this.#scratch, 'bytes'));
      const snapshots = new Snapshots(this.#repository, { scratch: this.#scratch, view });
      const request = { parents: [], message: 'ptask: before the run' };
      const { tree } = await this.#holds.holding('before', () => snapshots.take(request), {
        forget: () => snapshots.forget(),
      });
      const paths = await this.#beside(tree, tasks);
      if (this.#isTooMuch(paths)) this.problem = 'the ignored files that tasks write are too many to keep';
      else this.#start = { tree, beside: await this.#hashFiles('beside', paths) };
    });
  }

  /** A task has passed, and what it did is in the tree. To be over before another task changes the same files. */
  add(task: string, changed: readonly string[]): Promise<void> {
    const left: { task: string; files: Files } = { task, files: new Map() };
    this.#left.push(left);
    return this.#try(`what ${task} has changed could not be kept`, async () => {
      const paths = this.#toTop(changed);
      if (this.#isTooMuch(paths)) this.problem = `the files that ${task} has changed are too many to keep`;
      else left.files = await this.#hashFiles(`left-${this.#left.length}`, paths);
    });
  }

  /**
   * The tasks that have changed something, in the order in which they were over. Once all of them are.
   * @param strays by task, what else it has changed, relative to the root; taken as it is now
   */
  async deeds(strays: ReadonlyMap<string, readonly string[]>): Promise<Deeds> {
    if (this.#start === undefined) throw new Error('nothing was kept');
    const { tree, beside } = this.#start;
    const entries = await treeEntries(this.#repository, tree);
    const now = new Map<RawPath, Blob | undefined>(
      entries.map(({ path, mode, oid }) => [path, { mode, oid }]),
    );
    // The first one is no task: what the snapshot lacks of the tree before them.
    const ground = deedOf('', beside, now);
    const deeds: Deed[] = [];
    for (const { task, files } of this.#left) {
      const more = await hashFiles(this.#repository, this.#toTop(strays.get(task) ?? []));
      const deed = deedOf(task, new Map([...files, ...more]), now);
      if (deed.changes.length > 0) deeds.push(deed);
    }
    const whole = await new Deeds(this.#repository, tree, [ground]).treeWith([0]);
    return new Deeds(this.#repository, whole ?? tree, deeds);
  }

  /** The declared files that are there and that no snapshot has: those that git ignores. */
  async #beside(tree: string, tasks: readonly Pick<Task, 'writes'>[]): Promise<RawPath[]> {
    const declared = new Set(
      tasks
        .filter(({ writes }) => writes.length > 0)
        .flatMap(({ writes }) => reachOf(this.#root, writes))
        .flatMap((list) => listFiles(this.#root, wantsOf(list)).filter(matcher(list))),
    );
    if (declared.size === 0) return [];
    const entries = await treeEntries(this.#repository, tree);
    const inTree = new Set<RawPath>(entries.map(({ path }) => path));
    const submodules = entries.filter(({ mode }) => mode === GITLINK).map(({ path }) => `${path}/`);
    return this.#toTop(declared).filter(
      (path) => !inTree.has(path) && !submodules.some((folder) => path.startsWith(folder)),
    );
  }

  /** @param name under which the contents are held till the end of the run */
  async #hashFiles(name: string, paths: Iterable<RawPath>): Promise<Files> {
    const files = await hashFiles(this.#repository, paths);
    await this.#holds.holdBlobs(name, files.values());
    return files;
  }

  /** Without what is linked into every worktree: that is one and the same in all states. */
  #toTop(paths: Iterable<string>): RawPath[] {
    const isLinked = (path: string): boolean =>
      this.#links.some((link) => path === link || path.startsWith(`${link}/`));
    return [...paths]
      .filter((path) => !isLinked(path))
      .map((path) => toTop(this.#repository.prefix, rawPath(path)));
  }

  #isTooMuch(paths: readonly RawPath[]): boolean {
    if (paths.length > MOST_FILES) return true;
    let bytes = 0;
    for (const path of paths) bytes += sizeOf(locate(this.#repository.top, path));
    return bytes > MOST_BYTES;
  }

  /** What goes wrong here is no failure of the run. */
  async #try(what: string, work: () => Promise<void>): Promise<void> {
    if (this.problem !== undefined) return;
    try {
      await work();
    } catch (error) {
      this.problem ??= `${what}: ${(error as Error).message}`;
    }
  }
}

/** Notes in `now` what the task has left. */
function deedOf(task: string, files: Files, now: Map<RawPath, Blob | undefined>): Deed {
  const changes = [...files].flatMap(([path, after]) => {
    const before = now.get(path);
    now.set(path, after);
    if (before?.oid === after?.oid && before?.mode === after?.mode) return [];
    return [{ path, ...(before && { before }), ...(after && { after }) }];
  });
  return { task, changes };
}

/** In bytes; 0 for what is gone. */
function sizeOf(at: FsPath): number {
  try {
    return lstatSync(at).size;
  } catch {
    return 0;
  }
}
