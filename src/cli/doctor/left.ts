import { holderOf } from '../../base/lock.ts';
import { plural } from '../../present/format.ts';
import { keptWorktrees } from '../../run/records/kept-worktrees.ts';
import { stateDirOf } from '../../run/records/state-dir.ts';
import { isWaitingToBePutRight } from '../../run/recovery/active-runs.ts';
import { type Finding, fine, type Surroundings, warning } from './finding.ts';

/** What runs have left behind, and who is running now. */
export function checkLeft({ root }: Surroundings): Finding[] {
  const { home, lock } = stateDirOf(root);
  const holder = holderOf(lock);
  const kept = keptWorktrees(home).length;
  const found = [
    ...(holder === undefined ? [] : [fine(`${holder.what} is in progress (pid ${holder.pid})`)]),
    ...(isWaitingToBePutRight(root)
      ? [warning('a run was killed here, and has left changes', 'ptask clean')]
      : []),
    ...(kept > 0
      ? [warning(`${plural(kept, 'worktree')} kept, with what tasks did there`, 'ptask clean lists them')]
      : []),
  ];
  return found.length > 0 ? found : [fine('nothing is left of earlier runs')];
}
