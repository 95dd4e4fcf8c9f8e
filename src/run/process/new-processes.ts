// Whether a process has come into a group, told by the numbers that processes get: to look at all of them takes milliseconds, to
// look once at each that has begun takes none where they are few. On Linux.

import { openSync, readSync, statSync } from 'node:fs';
import { isZombie, processFields } from '../../base/liveness.ts';
import { liveProcesses } from './process-table.ts';

/** Numbers that are looked at one by one. */
const FEW = 200;

/** Milliseconds in which no system gets through all the numbers that it has and begins anew. */
const SHORT_MS = 500;

interface Moment {
  /** The number that a process was given last. */
  pid: number;
  ms: number;
}

/** Stays open: what it says is made anew whenever it is read from its beginning. */
let load: number | undefined;
const line = Buffer.alloc(128);

function nowByProcesses(): Moment {
  const ms = performance.now();
  try {
    load ??= openSync('/proc/loadavg', 'r');
    const said = line.toString('latin1', 0, readSync(load, line, 0, line.length, 0)).trimEnd();
    return { pid: Number(said.slice(said.lastIndexOf(' ') + 1)), ms };
  } catch {
    return { pid: Number.NaN, ms };
  }
}

/** For groups that each lead a session of their own, and are members of no other. */
export class NewProcesses {
  /** Up to where the numbers were looked at. */
  #seen: Moment = { pid: Number.NaN, ms: 0 };
  /** Of each session, whoever was in it when he was looked at, but for its leader. A session can be left, and none entered. */
  readonly #members = new Map<number, Set<number>>();

  /** A group is to be looked at from now on. */
  add(group: number): void {
    this.#members.set(group, new Set());
  }

  /** It is not there any more. */
  drop(group: number): void {
    this.#members.delete(group);
  }

  /** No group has anybody in it but its leader. */
  areEmpty(): void {
    this.#seen = nowByProcesses();
    for (const members of this.#members.values()) members.clear();
  }

  /** Whether a group has somebody in it beside its leader. */
  has(group: number): boolean {
    this.#look();
    const members = this.#members.get(group) ?? new Set();
    for (const pid of members) {
      const fields = processFields(pid);
      if (fields === undefined || isZombie(fields) || Number(fields[3]) !== group) members.delete(pid);
      else if (Number(fields[2]) === group) return true;
    }
    return false;
  }

  #look(): void {
    const [since, now] = [this.#seen, nowByProcesses()];
    this.#seen = now;
    const isShort = now.ms - since.ms <= SHORT_MS;
    if (!(isShort && now.pid >= since.pid && now.pid - since.pid <= FEW)) {
      for (const { pid, session } of liveProcesses()) this.#enter(pid, session);
      return;
    }
    for (let pid = since.pid + 1; pid <= now.pid; pid++) {
      if (statSync(`/proc/${pid}`, { throwIfNoEntry: false }) === undefined) continue;
      const fields = processFields(pid);
      if (fields !== undefined && !isZombie(fields)) this.#enter(pid, Number(fields[3]));
    }
  }

  #enter(pid: number, session: number | undefined): void {
    if (session !== undefined && pid !== session) this.#members.get(session)?.add(pid);
  }
}
