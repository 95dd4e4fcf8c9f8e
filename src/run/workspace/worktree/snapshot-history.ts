// The states of the shared tree as a line of commits: snapshots, and what was integrated, each a child of the one before.
// So whatever began at one of them is merged with the state of now over exactly that one.

import { Mutex } from '../../../base/mutex.ts';
import type { RawPath } from '../../../base/raw-path.ts';
import { commitAsPtask } from '../../../git/commit.ts';
import { updateTree } from '../../../git/hash-worktree.ts';
import { assertThere, type Holds } from '../../../git/holds.ts';
import type { Look } from '../../../git/looks.ts';
import type { Repository } from '../../../git/repository.ts';
import { insistently, type Snapshots } from '../../../git/snapshot.ts';
import type { TreeChange } from '../../../git/tree.ts';

export interface State {
  commit: string;
  tree: string;
  /** Those that no file of the tree stands for. */
  folders: readonly RawPath[];
  /** Those that are repositories of their own: nothing of them is in the tree. */
  nested: readonly RawPath[];
}

/** What leads from one state to the next. */
export interface Advance {
  tree: string;
  folders: readonly RawPath[];
  changes: readonly TreeChange[];
  /** Those of them that nothing holds yet. */
  made: readonly TreeChange[];
  message: string;
}

/** A state that may become the next one. */
export interface Draft extends State {
  /** The state that it was made from. */
  from: string;
}

export class Chain {
  readonly #repository: Repository;
  readonly #snapshots: Snapshots;
  readonly #holds: Holds;
  /** No files are changed by this run: after the first snapshot the line goes on in the object store alone. */
  readonly #isDetached: boolean;
  /** One at a time, so that no snapshot sees a result half applied and each state knows the one before it. */
  readonly #steps = new Mutex();
  /** What a line of its own has otherwise than the files. */
  readonly #elsewhere = new Set<RawPath>();
  #tip: State | undefined;
  #latest: Promise<State> | undefined;
  #look: Look | undefined;

  constructor(repository: Repository, snapshots: Snapshots, holds: Holds, isDetached: boolean) {
    this.#repository = repository;
    this.#snapshots = snapshots;
    this.#holds = holds;
    this.#isDetached = isDetached;
  }

  /** The state of now, for a task to begin from. Those that ask while it is made share it. */
  take(): Promise<State> {
    if (this.#latest !== undefined) return this.#latest;
    const taking = this.#steps.run(async () => {
      if (this.#isDetached && this.#tip !== undefined) return this.#tip;
      const parents = this.#tip === undefined ? [] : [this.#tip.commit];
      const { commit, tree, folders, nested, look } = await this.#holds.holding(
        'snapshot',
        () => this.#snapshots.take({ parents, message: 'ptask: snapshot' }),
        { from: this.#tip?.tree, forget: () => this.#snapshots.forget() },
      );
      this.#look = look;
      this.#tip = { commit, tree, folders, nested };
      return this.#tip;
    });
    this.#latest = taking;
    // Somebody may edit at any time: whoever begins later looks anew, and whoever runs again must see why.
    const over = (): void => {
      if (this.#latest === taking) this.outdated();
    };
    taking.then(over, over);
    return taking;
  }

  /** The last look at the shared tree: for who has just been given the state that it has found. */
  get look(): Look | undefined {
    return this.#look;
  }

  /** Whether the states have it as the files of the shared tree do not. */
  isElsewhere(path: RawPath): boolean {
    return this.#elsewhere.has(path);
  }

  /** Something has changed in the shared tree: the next one to begin needs a snapshot of its own. */
  outdated(): void {
    this.#latest = undefined;
  }

  /** The state of now at these paths, on top of the last one. Makes it nobody's beginning yet. */
  async refresh(paths: Iterable<RawPath>): Promise<Draft> {
    const tip = this.#tip;
    if (tip === undefined) throw new Error('there is no state before the first snapshot');
    const from = tip.commit;
    const look = (): Promise<string> => updateTree(this.#repository, tip.tree, paths);
    const tree = this.#isDetached ? tip.tree : await insistently(look);
    if (tree === tip.tree) return { ...tip, from };
    const { folders, nested } = tip;
    const state = { tree, folders, nested, message: 'ptask: the shared tree' };
    const draft = await this.#child('draft', state, [from]);
    return { ...draft, from };
  }

  /**
   * Has a state follow upon another one, once the work that makes it so in the files is done; not at all when that says
   * no.
   */
  advance({ changes, made, ...state }: Advance, on: Draft, work: () => Promise<boolean>): Promise<boolean> {
    return this.#steps.run(async () => {
      const tip = this.#tip?.commit ?? on.from;
      // Somebody may have begun from a snapshot that was taken since: it stays an ancestor.
      const parents = tip === on.from ? [on.commit] : [on.commit, tip];
      const { tree, folders } = state;
      const { nested } = on;
      const isNew = tree !== on.tree || parents.length > 1;
      // Before the files are changed: whatever git may fail in, it does here.
      const next = isNew
        ? await this.#child('tip', { ...state, nested }, parents)
        : { commit: on.commit, tree, folders, nested };
      await assertThere(this.#repository, made);
      if (!(await work())) return false;
      this.#tip = next;
      if (this.#isDetached) for (const { path } of changes) this.#elsewhere.add(path);
      this.outdated();
      return true;
    });
  }

  /** @param name of the hold: a commit that nothing holds may be gone before it is an ancestor of what is held */
  async #child(
    name: string,
    { message, tree, folders, nested }: Omit<State, 'commit'> & { message: string },
    parents: string[],
  ): Promise<State> {
    const commit = await commitAsPtask(this.#repository, { tree, parents, message });
    await this.#holds.hold(name, commit);
    return { commit, tree, folders, nested };
  }
}
