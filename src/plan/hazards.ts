// File hazards and how each is resolved. Pairs are taken in the order of declaration, and a pair that an earlier
// resolution has ordered is no hazard any more, so no cycle can arise.

import type { ConflictPolicy, Task } from '../config/config.ts';
import type { Because } from '../model/plan.ts';
import type { ConflictTerms } from '../model/task-pairs.ts';
import type { Reachability } from './graph.ts';
import type { Overlaps, PatternOverlap } from './overlaps.ts';
import { Pairs } from './pairs.ts';
import { flipped, forEachPair } from './task-groups.ts';

/** Why one task runs before another; where files are the reason, how they meet. */
export interface EdgeTerms {
  because: Because;
  meeting?: PatternOverlap;
}

/** A reader that runs before a task which writes what it reads, since something else has ordered the two. */
export interface EarlyRead {
  reader: number;
  writer: number;
  meeting: PatternOverlap;
}

export interface FileHazards {
  conflicts: Pairs<ConflictTerms>;
  edges: Pairs<EdgeTerms>;
  /** Isolated pairs, the one that is integrated first in front. */
  turns: Pairs<PatternOverlap>;
  earlyReads: EarlyRead[];
  /** Write-write pairs whose policy is `error`, with what they share. */
  refused: Pairs<PatternOverlap>;
}

const STRICTNESS: ConflictPolicy[] = ['allow', 'isolate', 'serialize', 'error'];

/** The stricter of the two tasks' own policies, else the config's. */
export function policyOf(a: Task, b: Task, fallback: ConflictPolicy): ConflictPolicy {
  const own = [a.conflicts, b.conflicts].filter((policy) => policy !== undefined);
  if (own.length === 0) return fallback;
  return own.reduce((one, other) => (STRICTNESS.indexOf(one) > STRICTNESS.indexOf(other) ? one : other));
}

/** What is said of many pairs, made once for each meeting. */
class Shared<T> {
  readonly #known = new Map<string, WeakMap<PatternOverlap, T>>();

  of(kind: string, meeting: PatternOverlap, make: () => T): T {
    if (meeting.isSingle) return make();
    let ofKind = this.#known.get(kind);
    if (ofKind === undefined) {
      ofKind = new WeakMap();
      this.#known.set(kind, ofKind);
    }
    let known = ofKind.get(meeting);
    if (known === undefined) {
      known = make();
      ofKind.set(meeting, known);
    }
    return known;
  }
}

/**
 * One meeting for all that meet in the same path: of what two tasks have in common, an edge tells no more than a path.
 * Where no path is known or the two clash, it tells more.
 */
function byWitness(): (meeting: PatternOverlap) => PatternOverlap {
  const known = new Map<string, PatternOverlap>();
  return (meeting) => {
    const { witness, clash } = meeting;
    if (witness === undefined || clash !== undefined) return meeting;
    let first = known.get(witness);
    if (first === undefined) {
      const { isSingle: _, ...shared } = meeting;
      first = shared;
      known.set(witness, first);
    }
    return first;
  };
}

const termsOf = (
  kind: ConflictTerms['kind'],
  meeting: PatternOverlap,
  resolution: ConflictTerms['resolution'],
): ConflictTerms => ({
  kind,
  patterns: meeting.patterns,
  ...(meeting.witness === undefined ? {} : { witness: meeting.witness }),
  files: meeting.files,
  basis: meeting.files.count > 0 ? 'existing' : 'possible',
  ...(meeting.clash === undefined ? {} : { clash: meeting.clash }),
  resolution,
  exact: meeting.exact,
  ...(meeting.reason === undefined ? {} : { reason: meeting.reason }),
});

/**
 * Decides every pair that meets. `reach` holds the paths of the needs and gains those of the edges made here.
 */
export function resolveFileHazards(
  tasks: readonly Task[],
  met: Overlaps,
  reach: Reachability,
  fallback: ConflictPolicy,
  canIsolate: (low: number, high: number, meeting: PatternOverlap) => boolean,
): FileHazards {
  const found: FileHazards = {
    conflicts: new Pairs(),
    edges: new Pairs(),
    turns: new Pairs(),
    earlyReads: [],
    refused: new Pairs(),
  };
  const needs = reach.copy();
  // Along these a failure skips what comes after: what a task needs, and who writes what it reads.
  const requiring = reach.copy();
  const edgeTerms = new Shared<EdgeTerms>();
  const conflictTerms = new Shared<ConflictTerms>();
  const inPath = byWitness();
  const order = (kind: 'write-write' | 'write-read', from: number, to: number, of: PatternOverlap): void => {
    const meeting = inPath(of);
    const { witness } = meeting;
    const make = (): EdgeTerms => ({
      because: { kind, ...(witness === undefined ? {} : { witness }) },
      meeting,
    });
    found.edges.add(from, to, edgeTerms.of(kind, meeting, make));
    reach.add(from, to);
    if (kind === 'write-read') requiring.add(from, to);
  };
  const conflict = (
    kind: 'write-write' | 'write-read',
    [first, second]: readonly [number, number],
    meeting: PatternOverlap,
    resolution: ConflictTerms['resolution'],
  ): void => {
    const make = (): ConflictTerms => termsOf(kind, meeting, resolution);
    found.conflicts.add(first, second, conflictTerms.of(`${kind} ${resolution}`, meeting, make));
  };
  const earlyRead = (reader: number, writer: number, meeting: PatternOverlap | undefined): void => {
    const asked = needs.has(reader, writer) || tasks[reader]?.snapshotReads;
    if (meeting && reach.has(reader, writer) && !asked) found.earlyReads.push({ reader, writer, meeting });
  };

  forEachPair(tasks.length, met, (low, high, writesWrites, writesReads, seenByLow) => {
    const [a, b] = [tasks[low] as Task, tasks[high] as Task];
    // From here on the writer comes first.
    const readsWrites = seenByLow && flipped(seenByLow);
    if (reach.ordered(low, high)) {
      // Ordered by writers that only take turns, a reader could be run on what a failed writer has left half done.
      const from = reach.has(low, high) ? low : high;
      const [read, reader] = from === low ? [writesReads, b] : [readsWrites, a];
      const to = from === low ? high : low;
      if (read && !reader.snapshotReads && !requiring.has(from, to)) order('write-read', from, to, read);
      earlyRead(low, high, readsWrites);
      earlyRead(high, low, writesReads);
      return;
    }
    if (writesWrites) {
      const policy = policyOf(a, b, fallback);
      if (policy === 'error') found.refused.add(low, high, writesWrites);
      const allowed = policy === 'allow';
      const isolated = policy === 'isolate' && canIsolate(low, high, writesWrites);
      if (isolated) {
        // They run at once and are integrated one after the other, so whatever comes later comes later than both.
        found.turns.add(low, high, inPath(writesWrites));
        reach.add(low, high);
      } else if (!allowed) {
        order('write-write', low, high, writesWrites);
        if (writesReads && !b.snapshotReads) order('write-read', low, high, writesReads);
      }
      if (!allowed) earlyRead(low, high, readsWrites);
      conflict('write-write', [low, high], writesWrites, allowed ? 'allow' : isolated ? 'isolate' : 'order');
      return;
    }
    const forward = writesReads && !b.snapshotReads ? writesReads : undefined;
    const backward = readsWrites && !a.snapshotReads ? readsWrites : undefined;
    if (forward) {
      conflict('write-read', [low, high], forward, 'order');
      order('write-read', low, high, forward);
      // Each reads what the other writes: by declaration, so the first to write is also the first to read.
      if (backward) earlyRead(low, high, backward);
    } else if (backward) {
      conflict('write-read', [high, low], backward, 'order');
      order('write-read', high, low, backward);
    } else if (writesReads) conflict('write-read', [low, high], writesReads, 'allow');
    else if (readsWrites) conflict('write-read', [high, low], readsWrites, 'allow');
  });
  return found;
}
