/**
 * Processes that outlived the test file that started them.
 *
 * The process group alone does not find them: ptask puts each task into a group of its own, and a pty is
 * a session of its own. What a child does keep is its environment, so on Linux whoever carries the file's
 * private TMPDIR is one of ours. Elsewhere only the group is looked at.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export type Survivor = { pid: number; command: string };

/** Everything alive that belongs to the group `group` or whose TMPDIR is `tmpdir`; zombies are not alive. */
export function survivors(group: number, tmpdir: string): Survivor[] {
  if (process.platform !== 'linux') {
    return signalled(-group, 0) ? [{ pid: -group, command: 'a process of its group' }] : [];
  }
  // A runner tested by a test gives its files folders further down.
  const marked = (entry: string) => entry === `TMPDIR=${tmpdir}` || entry.startsWith(`TMPDIR=${tmpdir}/`);
  const found: Survivor[] = [];
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      const [state, , pgrp] = stat(pid);
      if (isDead(state)) continue;
      const ours =
        Number(pgrp) === group || readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').some(marked);
      if (!ours) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
      found.push({ pid, command });
    } catch {
      // Gone meanwhile, or another user's.
    }
  }
  return found;
}

/** What still lives after `grace` milliseconds: a killed process needs a moment to be gone. */
export async function lastingSurvivors(group: number, tmpdir: string, grace: number): Promise<Survivor[]> {
  const end = performance.now() + grace;
  let left = survivors(group, tmpdir);
  while (left.length > 0 && performance.now() < end) {
    await sleep(50);
    left = survivors(group, tmpdir);
  }
  return left;
}

/** Ends the group and every other survivor; twice, since one may have been forking. */
export function killAll(group: number, tmpdir: string): void {
  for (let round = 0; round < 2; round += 1) {
    signalled(-group, 'SIGKILL');
    for (const { pid } of survivors(group, tmpdir)) signalled(pid, 'SIGKILL');
  }
}

/**
 * Whether the process still runs. One that ended and that nobody reaped, as happens to orphans in a
 * container whose first process does not reap, is dead; off Linux it cannot be told apart.
 */
export function isAlive(pid: number): boolean {
  if (!signalled(pid, 0)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return !isDead(stat(pid)[0]);
  } catch {
    return false;
  }
}

/** State, parent, group, … of "pid (name) state ppid pgrp …"; the name may hold spaces and parentheses. */
function stat(pid: number): string[] {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return line.slice(line.lastIndexOf(')') + 2).split(' ');
}

const isDead = (state: string | undefined) => state === 'Z' || state === 'X';

function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
