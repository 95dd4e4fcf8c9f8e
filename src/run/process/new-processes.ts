// Whether a process has come into a group, told by the numbers that processes get: to look at all of them takes milliseconds, to
// look at those that have begun since takes none where they are few. On Linux.

import { readFileSync, statSync } from 'node:fs';
import { isZombie, processFields } from '../../base/liveness.ts';
import { liveProcesses } from './process-table.ts';

/** Numbers that are looked at one by one. */
const FEW = 200;

/** Milliseconds in which no system gets through all the numbers that it has and begins anew. */
const SHORT_MS = 500;

export interface Moment {
  /** The number that a process was given last. */
  pid: number;
  ms: number;
}

export function nowByProcesses(): Moment {
  const ms = performance.now();
  try {
    return { pid: Number(readFileSync('/proc/loadavg', 'latin1').trim().split(' ').at(-1)), ms };
  } catch {
    return { pid: Number.NaN, ms };
  }
}

/** Whether one that has begun since then is in the group, and not its leader. Those that were in it before are not looked for. */
export function hasNewMember(group: number, since: Moment): boolean {
  const now = nowByProcesses();
  const isShort = now.ms - since.ms <= SHORT_MS;
  if (!(isShort && now.pid >= since.pid && now.pid - since.pid <= FEW))
    return liveProcesses().some((each) => each.group === group && each.pid !== group);
  for (let pid = since.pid + 1; pid <= now.pid; pid++) {
    if (pid === group || statSync(`/proc/${pid}`, { throwIfNoEntry: false }) === undefined) continue;
    const fields = processFields(pid);
    if (fields !== undefined && !isZombie(fields) && Number(fields[2]) === group) return true;
  }
  return false;
}
