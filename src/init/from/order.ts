// Who comes before whom, where files do not say it: what is not known waits for all that it might look at.

import type { Package, Workspace } from '../read/workspace.ts';
import type { Role } from '../tools/tool.ts';
import type { Entries, Entry } from './script-entries.ts';

const isRun = ({ state }: Entry): boolean => state === 'task' || state === 'gather';

export const isKnown = ({ reads, writes }: Entry): boolean => reads !== undefined && writes !== undefined;

/** Whether it leaves anything that others could look at. */
const mayMatter = ({ writes }: Entry): boolean => writes === undefined || writes.length > 0;

/** Entries by what they need, without ever closing a circle. */
export class Needs {
  readonly #all: ReadonlyMap<string, Entry>;

  constructor(all: ReadonlyMap<string, Entry>) {
    this.#all = all;
  }

  add(entry: Entry, before: Entry): void {
    if (entry.key !== before.key && !this.reaches(before, entry)) entry.calls.add(before.key);
  }

  /** Whether one needs another, by way of others too. */
  reaches(from: Entry, to: Entry): boolean {
    const seen = new Set([from]);
    for (const each of seen) for (const key of each.calls) seen.add(this.#all.get(key) ?? each);
    return seen.has(to);
  }

  /** An entry, or where it only gathers, those that it gathers. */
  leaves(entry: Entry): Entry[] {
    if (entry.state === 'task') return [entry];
    if (entry.state !== 'gather') return [];
    return [...entry.calls].flatMap((key) => {
      const called = this.#all.get(key);
      return called === undefined ? [] : this.leaves(called);
    });
  }
}

export function orderEntries({ all, orders }: Entries, workspace: Workspace): void {
  const needs = new Needs(all);
  const tasks = [...all.values()].filter(isRun);
  keepWithoutCircles(tasks, all, needs);
  const byPackage = new Map(workspace.packages.map((own): [Package, Entry[]] => [own, []]));
  for (const entry of tasks) if (entry.state === 'task') byPackage.get(entry.ref.package)?.push(entry);
  for (const [own, here] of byPackage) {
    orderPackage(here, needs);
    const others = workspace.standsOn(own).flatMap((other) => byPackage.get(other) ?? []);
    const made = others.filter(({ role }) => role !== 'check');
    for (const entry of here) {
      // What it reads of them is told by their files, where those are known.
      if (!entry.followsImports && isKnown(entry)) continue;
      for (const one of made) if (!isKnown(entry) || !isKnown(one)) needs.add(entry, one);
    }
  }
  for (const [before, after] of orders) {
    const [first, then] = [before, after].map((keys) =>
      keys.flatMap((key) => all.get(key) ?? []).flatMap((each) => needs.leaves(each)),
    ) as [Entry[], Entry[]];
    for (const later of then)
      for (const one of first) if (mayMatter(one) && !(isKnown(one) && isKnown(later))) needs.add(later, one);
  }
}

/** Within one package: what generates, then what builds, then what checks, as far as files do not say it. */
function orderPackage(here: readonly Entry[], needs: Needs): void {
  const of = (role: Role): Entry[] => here.filter((each) => each.role === role);
  const [generating, building, checking] = [of('generate'), of('build'), of('check')];
  for (const first of generating)
    for (const later of [...building, ...checking])
      if (!isKnown(first) || (first.isNeededByAll && (later.followsImports || !isKnown(later))))
        needs.add(later, first);
  for (const first of building)
    for (const later of checking)
      if (!isKnown(first) && (!isKnown(later) || later.followsImports)) needs.add(later, first);
  const before: Record<Role, Entry[]> = {
    ...{ generate: [], build: generating, check: [...generating, ...building] },
  };
  for (const unknown of here)
    if (!isKnown(unknown)) for (const first of before[unknown.role]) needs.add(unknown, first);
  // Of what is not known nobody can tell whether it is made of each other.
  for (const same of [generating, building]) {
    const unknown = same.filter(({ writes }) => writes === undefined);
    for (const [at, entry] of unknown.entries()) if (at > 0) needs.add(entry, unknown[at - 1] as Entry);
  }
}

/** What is not run is nothing to wait for, and neither is what waits for oneself: such scripts call each other for ever. */
function keepWithoutCircles(tasks: readonly Entry[], all: ReadonlyMap<string, Entry>, needs: Needs): void {
  const wanted = tasks.map((entry) => ({ entry, keys: [...entry.calls] }));
  for (const { entry } of wanted) entry.calls.clear();
  for (const { entry, keys } of wanted) {
    for (const called of keys.flatMap((key) => all.get(key) ?? []))
      if (isRun(called)) needs.add(entry, called);
    if (entry.state === 'gather' && entry.calls.size === 0) leaveOut(entry, 'calls nothing but itself');
  }
  for (let isDone = false; !isDone; ) {
    isDone = true;
    for (const { entry } of wanted) {
      const calls = [...entry.calls].flatMap((key) => all.get(key) ?? []);
      if (entry.state !== 'gather' || calls.some(isRun)) continue;
      leaveOut(entry, 'runs nothing that is a task');
      isDone = false;
    }
  }
}

function leaveOut(entry: Entry, why: string): void {
  entry.state = 'left out';
  entry.why = why;
}
