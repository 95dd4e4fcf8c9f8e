// Whether there are descriptors for one task more. Those that run keep what they have, and logs, reports and git need some
// at any time: a task that would take the last of them had better not begin.

import { canOpen } from '../../base/system-limits.ts';
import { commandsRunning } from './supervision.ts';

/** What a task takes: its output file, its pipe, and what is open while it is started. */
const PER_TASK = 5;
/** What must be left. */
const SPARE = 24;

/** Tasks that have begun, and how many may have begun at a time as far as is known. */
let begun = 0;
let known = 0;

/** Undefined where there is no room; else to be called when the task is over. */
export function takeRoom(): (() => void) | undefined {
  if (begun >= known && !lookForMore()) return undefined;
  begun += 1;
  return () => {
    begun -= 1;
  };
}

/** For several tasks at a time, since looking takes as many system calls as there are descriptors to be found. */
function lookForMore(): boolean {
  // Those that have not got so far yet will still take theirs.
  const coming = Math.max(0, begun - commandsRunning());
  for (const more of [8, 1]) {
    if (!canOpen(SPARE + PER_TASK * (coming + more))) continue;
    known = begun + more;
    return true;
  }
  return false;
}
