// Having a work tree to oneself: the lock of its repository, or of the config's folder where there is none, and what
// killed runs have left put right before anything else. Unaware of what is done then.

import { setTimeout as sleep } from 'node:timers/promises';
import { isOfThisPlace } from '../../base/liveness.ts';
import { type Acquired, type Holder, isUnused, Lock } from '../../base/lock.ts';
import { keepReserve } from '../../base/reserve.ts';
import { findRepository, type Repository } from '../../git/repository.ts';
import { ancestors } from '../process/process-table.ts';
import { claimState } from '../records/foreign-files.ts';
import type { Recovered } from '../records/options.ts';
import { isActive, livingRun, marked } from '../records/run-mark.ts';
import { stateDirOf } from '../records/state-dir.ts';

export interface WorkTree {
  repository: Repository | undefined;
  /** Where runs that go on are marked. */
  home: string;
  /** What was put right. */
  recovered: Recovered[];
  /** A ptask that a task of a run has called works under the lock of that run. */
  isNested: boolean;
  /** Puts right what a run of this process has left that was cut off by an error. Its records are closed. */
  recoverOwn(runId: string): Promise<Recovered[]>;
  release(): void;
}

export interface EnterOptions {
  /** What the lock is wanted for: the id of a run, or a command. */
  what: string;
  /** The config of a run: see enclosing-run.ts. */
  config?: string | undefined;
  /** Hears, once, for whom it waits, and whether it cannot be seen whether he lives. Without it nobody waits. */
  onWait?: ((holder: Holder, isUnseen: boolean) => void) | undefined;
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
  env: Record<string, string | undefined>;
}

export type Entered = { ok: true; workTree: WorkTree } | { ok: false; holder: Holder; isUnseen: boolean };

const POLL_MS = 100;

/** Throws `NoLock`, or what the disk says where it says no. */
export async function enterWorkTree(root: string, options: EnterOptions): Promise<Entered> {
  const { what, config, onWait, signal, env } = options;
  const repository = findRepository(root);
  const state = stateDirOf(root, repository);
  claimState(state);
  const { home, lock: folder } = state;
  const place = { home, top: repository?.top ?? root, repository };
  const recover = async (runs: readonly string[]): Promise<Recovered[]> => {
    if (runs.length === 0) return [];
    const { recoverRuns } = await import('./recovery.ts');
    return recoverRuns(place, runs);
  };
  const recoverOwn = (runId: string): Promise<Recovered[]> =>
    recover(marked(home).filter((id) => id === runId));
  const contended = new Lock(folder);
  for (let told = false; ; ) {
    const lock = withoutLock(folder, home) ?? contended.take(what, config);
    if (lock.ok) {
      const release = (): void => {
        for (const each of new Set([home, folder])) keepReserve(each);
        lock.release();
      };
      try {
        const recovered = await recover(marked(home));
        for (const each of new Set([home, folder])) keepReserve(each);
        return { ok: true, workTree: { repository, home, recovered, isNested: false, recoverOwn, release } };
      } catch (error) {
        release();
        throw error;
      }
    }
    const { holder, isUnseen } = lock;
    // What a killed run has left of itself is of none that goes on.
    const isOfRun = env.PTASK_RUN_ID !== undefined && isActive(home, env.PTASK_RUN_ID);
    // A task may have taken the variable away, and to wait for the run that one is a part of would take for ever.
    if (isOfRun || (isOfThisPlace(holder) && ancestors(process.pid).includes(holder.pid))) {
      const nested = { repository, home, recovered: [], isNested: true, recoverOwn, release: () => {} };
      return { ok: true, workTree: nested };
    }
    if (onWait === undefined || signal?.aborted) return { ok: false, holder, isUnseen };
    if (!told) onWait(holder, isUnseen);
    told = true;
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

/** A task may have swept the lock away, and it takes its run a moment to make it again. */
function withoutLock(folder: string, home: string): (Acquired & { ok: false }) | undefined {
  const living = isUnused(folder) ? livingRun(home) : undefined;
  if (living === undefined) return undefined;
  const holder: Holder = { ...living.whose, what: living.runId, since: new Date().toISOString() };
  return { ok: false, holder, isUnseen: false };
}
