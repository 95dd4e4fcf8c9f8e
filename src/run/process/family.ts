// A command with all that it has started: its group, the other groups of its session, what descends from them, and the tasks
// of a ptask that was among them, which are in sessions of their own.

import { elapsed } from '../../base/elapsed.ts';
import { hasProc } from '../../base/liveness.ts';
import {
  canList,
  groupBy,
  isGroupAlive,
  type LiveProcess,
  liveProcesses,
  signalGroup,
  sinceBoot,
  stackOf,
} from './process-table.ts';

/** A command with all that it has started, whichever way that is known. */
export interface Kin {
  isAlive(): boolean;
  /** To end. */
  ask(): void;
  /** At once. */
  kill(): void;
}

/** A command and all that it has started, known by the group that it leads. */
export class Family implements Kin {
  readonly #leader: number;
  readonly #stack: string | undefined;
  readonly #begin = sinceBoot();
  /** Where nothing tells whose a process is once its parent is gone, what was seen before has to do. */
  #seen: number[] = [];

  /** @param stack the command's own, where it has one: by that the tasks of a ptask that it ran are found */
  constructor(leader: number, stack?: string) {
    this.#leader = leader;
    this.#stack = stack;
  }

  isAlive(): boolean {
    return this.#groups().length > 0;
  }

  /** SIGTERM to the command: a ptask in it stops its own tasks. Once it is gone, to all that is left of it. */
  ask(): void {
    const own = liveProcesses().filter((each) => this.#isOwn(each));
    const groups = own.length > 0 ? own.map(({ group }) => group) : this.#groups();
    for (const group of new Set([this.#leader, ...groups])) signalGroup(group, 'SIGTERM');
  }

  /** SIGKILL to all. */
  kill(): void {
    let groups: number[] = [];
    try {
      groups = this.#groups();
    } catch {
      // No descriptor is left to look with: its own group goes all the same.
    }
    for (const group of new Set([this.#leader, ...groups])) signalGroup(group, 'SIGKILL');
  }

  #isOwn({ group, session }: LiveProcess): boolean {
    return group === this.#leader || session === this.#leader;
  }

  /** Whether it is of a ptask that was run in the command. To read an environment costs more than all the rest. */
  #isCalled({ pid, started = 0 }: LiveProcess): boolean {
    return (
      this.#stack !== undefined &&
      // Clocks are rounded, each in its own way.
      started >= this.#begin - 2 &&
      stackOf(pid).startsWith(`${this.#stack}:`)
    );
  }

  /** Its groups. A daemon, which has a session of its own and no parent among them, is none of them. */
  #groups(): number[] {
    if (!canList) return signalGroup(this.#leader, 0) ? [this.#leader] : [];
    const all = liveProcesses();
    const found = new Map<number, LiveProcess>();
    const open = all.filter((each) => this.#isOwn(each) || this.#isCalled(each));
    const children = groupBy(all, 'parent');
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      if (found.has(one.pid)) continue;
      found.set(one.pid, one);
      open.push(...(children.get(one.pid) ?? []));
    }
    const groups = new Set([...found.values()].map(({ group }) => group));
    if (hasProc) return [...groups];
    this.#seen = [...new Set([...this.#seen.filter(isGroupAlive), ...groups])];
    return this.#seen;
  }
}

/** How long after SIGKILL a group may still be seen before it is taken to be gone. */
const REAP_MS = 1_000;
const POLL_MS = 20;

/** Ends a family: in good order, or at once. */
export function stopperOf(family: Kin, graceMs: number) {
  let deadline: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  return {
    /** SIGTERM, then SIGKILL when something of it is still there after the grace. */
    terminate(): void {
      if (deadline !== undefined) return;
      deadline = elapsed() + graceMs;
      family.ask();
      timer = setTimeout(() => family.kill(), graceMs);
    },
    /** Where it was asked to end and may not have been able to hear. */
    repeat(): void {
      if (deadline !== undefined) family.ask();
    },
    kill(): void {
      deadline = elapsed();
      family.kill();
    },
    /** Resolves once nothing of the family is left, or nothing but zombies that their new parent does not reap. */
    async done(): Promise<void> {
      // From here on the loop below looks before it kills.
      clearTimeout(timer);
      if (deadline === undefined) return;
      // A busy machine may not let us look before it is late: nobody is left without having been killed.
      while (family.isAlive()) {
        const lateMs = elapsed() - deadline;
        if (lateMs > 0) family.kill();
        if (lateMs > REAP_MS) return;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
  };
}
