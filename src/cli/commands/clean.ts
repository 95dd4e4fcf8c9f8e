import { keptWorktrees, removeKept } from '../../run/records/kept-worktrees.ts';
import type { WorkTree } from '../../run/recovery/work-tree.ts';
import { keptList, removedKept } from '../../ui/recovery-view.ts';
import type { GlobalFlags } from '../options.ts';
import { type Ended, print, rootOf, type Session } from '../session.ts';
import { inWorkTree } from '../work-tree.ts';

interface CleanFlags extends GlobalFlags {
  force?: boolean;
}

export default async function clean(session: Session<CleanFlags>): Promise<Ended> {
  const { force = false } = session.flags;
  const root = await rootOf(session);
  if (!root.ok) return root;
  return inWorkTree(session, root.value, 'ptask clean', async (workTree) => {
    const { recovered, home } = workTree;
    const kept = keptWorktrees(home);
    // What killed runs had left is told on entering.
    if (recovered.length === 0 && kept.length === 0) await print(session, 'nothing to clean up\n');
    let isLeft = recovered.some(({ problems }) => problems.length > 0);
    if (kept.length > 0 && !force) await print(session, keptList(kept, session.out.colors));
    if (kept.length > 0 && force) isLeft = !(await removeAllKept(session, workTree)) || isLeft;
    return isLeft ? 1 : 0;
  });
}

/** Whether all of them are gone. */
async function removeAllKept(session: Session, { home, repository }: WorkTree): Promise<boolean> {
  let isClean = true;
  for (const kept of keptWorktrees(home)) {
    const left =
      repository === undefined ? ['the repository is gone'] : await removeKept(home, repository, kept);
    isClean &&= left.length === 0;
    await print(session, removedKept(kept, left));
  }
  return isClean;
}
