// Whether a process has come into a group, told by the numbers that processes get: to look at all of them takes milliseconds, to
// look at those that have begun since takes none where they are few. On Linux.

import { readFileSync, statSync } from 'node:fs';
import { isZombie, processFields } from '../../base/liveness.ts';
import { liveProcesses } from './process-table.ts';

/** Numbers that are looked at one by one. */
const FEW = 200;

/** The number that a process was given last. */
export function lastPid(): number {
  try {
    return Number(readFileSync('/proc/loadavg', 'latin1').trim().split(' ').at(-1));
  } catch {
    return Number.NaN;
  }
}

/** Whether one that has begun since then is in the group, and not its leader. Those that were in it before are not looked for. */
export function hasNewMember(group: number, since: number): boolean {
  const now = lastPid();
  // They begin anew when the last number is reached.
  if (!(now >= since && now - since <= FEW))
    return liveProcesses().some((each) => each.group === group && each.pid !== group);
  for (let pid = since + 1; pid <= now; pid++) {
    if (pid === group || statSync(`/proc/${pid}`, { throwIfNoEntry: false }) === undefined) continue;
    const fields = processFields(pid);
    if (fields !== undefined && !isZombie(fields) && Number(fields[2]) === group) return true;
  }
  return false;
}
