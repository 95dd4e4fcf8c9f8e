// For commands that change something: has the work tree to itself, after putting right what killed runs have left.

import { NoLock } from '../base/lock.ts';
import { fail } from '../base/result.ts';
import { enterWorkTree, type WorkTree } from '../run/recovery/work-tree.ts';
import { recoveredRun, waitingFor } from '../ui/recovery-view.ts';
import { dieOf, watchSignals } from './interrupt.ts';
import type { Ended, Session } from './session.ts';

/** Ctrl-C ends the wait; what has begun is soon over and goes on to its end, since half of it is no use to anybody. */
export async function inWorkTree(
  session: Session,
  root: string,
  what: string,
  work: (workTree: WorkTree) => Promise<Ended>,
): Promise<Ended> {
  const { err } = session;
  const signals = watchSignals();
  try {
    const entered = await enterWorkTree(root, {
      what,
      env: process.env,
      onWait: (holder, isUnseen) => err.write(waitingFor(holder, isUnseen, err.colors)),
      signal: signals.aborts.signal,
    }).catch((error: Error) => error);
    if (entered instanceof NoLock) return fail({ message: entered.message, hint: entered.hint });
    if (entered instanceof Error) return fail({ message: entered.message });
    // Whoever waits is not refused.
    if (!entered.ok) return dieOf(signals.received());
    const { workTree } = entered;
    try {
      for (const recovered of workTree.recovered) err.write(recoveredRun(recovered, err.colors));
      return await work(workTree);
    } finally {
      workTree.release();
    }
  } finally {
    signals.release();
  }
}
