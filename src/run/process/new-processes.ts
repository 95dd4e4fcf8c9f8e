// Whether a process has come into a group, or has begun elsewhere, told by the numbers that processes get: to look at all of them takes
// milliseconds, to look once at each that has begun takes none where they are few. On Linux.

import { openSync, readSync, statSync } from 'node:fs';
import { elapsed } from '../../base/elapsed.ts';
import { isZombie, processFields } from '../../base/liveness.ts';
import { liveProcesses } from './process-table.ts';

/** Numbers that are looked at one by one. */
const FEW = 200;

/** Milliseconds in which no system gets through all the numbers that it has and begins anew. */
const SHORT_MS = 500;

/** Who is remembered of those that have nothing to do with us. */
const MOST_STRANGERS = 1_000;

interface Moment {
  /** The number that a process was given last. */
  pid: number;
  ms: number;
}

/** Stays open: what it says is made anew whenever it is read from its beginning. */
let load: number | undefined;
const line = Buffer.alloc(128);

function nowByProcesses(): Moment {
  const ms = elapsed();
  try {
    load ??= openSync('/proc/loadavg', 'r');
    const said = line.toString('latin1', 0, readSync(load, line, 0, line.length, 0)).trimEnd();
    return { pid: Number(said.slice(said.lastIndexOf(' ') + 1)), ms };
  } catch {
    return { pid: Number.NaN, ms };
  }
}

/** A moment from which on each process that begins is looked at, as long as the round does not end. */
interface Mark {
  round: number;
  pid: number;
}

/** For groups that each lead a session of their own, and are members of no other. */
export class NewProcesses {
  /** Up to where the numbers were looked at. */
  #seen: Moment = { pid: Number.NaN, ms: 0 };
  /** Ends where the numbers since then are too many, or begin anew. */
  #round = 0;
  /** Of each session, whoever was in it when he was looked at, but for its leader. A session can be left, and none entered. */
  readonly #members = new Map<number, Set<number>>();
  /** Of this round, those that were in other sessions when they were looked at. */
  readonly #strangers = new Set<number>();

  /** A group is to be looked at from now on. */
  add(group: number): void {
    this.#members.set(group, new Set());
  }

  /** It is not there any more. */
  drop(group: number): void {
    this.#members.delete(group);
  }

  /** A command begins. @param isFirst no other runs, and no group has anybody in it but its leader */
  begin(isFirst: boolean): Mark {
    if (isFirst) {
      this.#seen = nowByProcesses();
      for (const some of [this.#strangers, ...this.#members.values()]) some.clear();
    }
    return { round: this.#round, pid: this.#seen.pid };
  }

  /**
   * What is left of a command that is over: something in its group, or somewhere else something that it may have begun, as any other
   * that ran at the time may have.
   */
  left(group: number, since: Mark): 'nothing' | 'elsewhere' | 'in the group' {
    this.#look();
    let isElsewhere = this.#round !== since.round;
    const members = this.#members.get(group) ?? new Set();
    for (const pid of members) {
      const fields = processFields(pid);
      if (fields !== undefined && !isZombie(fields)) {
        if (Number(fields[2]) === group) return 'in the group';
        isElsewhere = true;
      } else members.delete(pid);
    }
    for (const pid of this.#strangers) {
      if (isElsewhere) break;
      if (pid <= since.pid) continue;
      if (isThere(pid)) isElsewhere = true;
      else this.#strangers.delete(pid);
    }
    return isElsewhere ? 'elsewhere' : 'nothing';
  }

  #look(): void {
    const [since, now] = [this.#seen, nowByProcesses()];
    this.#seen = now;
    const isShort = now.ms - since.ms <= SHORT_MS && this.#strangers.size <= MOST_STRANGERS;
    if (!(isShort && now.pid >= since.pid && now.pid - since.pid <= FEW)) {
      this.#round += 1;
      this.#strangers.clear();
      for (const { pid, session } of liveProcesses())
        if (pid !== session) this.#members.get(session ?? 0)?.add(pid);
      return;
    }
    for (let pid = since.pid + 1; pid <= now.pid; pid++) {
      if (this.#members.has(pid) || !isThere(pid)) continue;
      const fields = processFields(pid);
      if (fields === undefined || isZombie(fields)) continue;
      (this.#members.get(Number(fields[3])) ?? this.#strangers).add(pid);
    }
  }
}

const isThere = (pid: number): boolean => statSync(`/proc/${pid}`, { throwIfNoEntry: false }) !== undefined;
