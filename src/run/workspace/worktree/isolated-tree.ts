// The states of the user's tree that isolated tasks begin from, and what has happened to it since: shared by those who make
// worktrees and those who integrate what was done in them.

import { join } from 'node:path';
import type { RawPath } from '../../../base/raw-path.ts';
import { Holds } from '../../../git/holds.ts';
import { RawView } from '../../../git/raw-view.ts';
import type { Repository } from '../../../git/repository.ts';
import { Snapshots } from '../../../git/snapshot.ts';
import type { PathState } from '../../../store/change.ts';
import { History } from './history.ts';
import { Chain } from './snapshot-history.ts';

export interface IsolatedTreeOptions {
  repository: Repository;
  runId: string;
  /** A folder of ours, which goes at the end. */
  scratch: string;
  /** No file of the user is changed: results become branches. */
  isDetached: boolean;
}

export class IsolatedTree {
  readonly repository: Repository;
  readonly scratch: string;
  readonly view: RawView;
  readonly holds: Holds;
  readonly snapshots: Snapshots;
  readonly chain: Chain;
  readonly history = new History();
  /** Where it is detached: what tasks have left that git ignores, for those after them. */
  readonly carried: Map<RawPath, PathState> | undefined;

  constructor({ repository, runId, scratch, isDetached }: IsolatedTreeOptions) {
    this.repository = repository;
    this.scratch = scratch;
    this.view = new RawView(repository, join(scratch, 'bytes'));
    this.holds = new Holds(repository, runId);
    this.snapshots = new Snapshots(repository, { scratch: join(scratch, 'snapshots'), view: this.view });
    this.chain = new Chain(repository, this.snapshots, this.holds, isDetached);
    this.carried = isDetached ? new Map() : undefined;
  }

  /** A task that works in the shared tree is over. Paths as shown, relative to the root. */
  sharedTaskOver(task: string, paths: readonly string[]): void {
    this.history.add(task, paths);
    if (paths.length > 0) this.chain.outdated();
  }
}
