// For commands that only look: says that there is something to be put right.

import { isWaitingToBePutRight } from '../run/recovery/active-runs.ts';
import { waitingToBePutRight } from '../ui/recovery-view.ts';
import type { Session } from './session.ts';

/** One line, where a run was killed and nobody has put it right. */
export function mentionKilledRuns({ err }: Session, root: string): void {
  if (isWaitingToBePutRight(root)) err.write(waitingToBePutRight(err.colors));
}
