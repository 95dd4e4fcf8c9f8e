// File hazards and how each is resolved. Pairs are taken in the order of declaration, and a pair that an earlier
// resolution has ordered is no hazard any more, so no cycle can arise.

import type { ConflictPolicy, Task } from '../config/config.ts';
import type { Because, Conflict } from '../model/plan.ts';
import type { Reachability } from './graph.ts';
import type { Meeting, PairMeetings } from './overlaps.ts';

/** Edges by index, with their reason. */
export interface IndexedEdge {
  from: number;
  to: number;
  because: Because;
}

/** A reader that runs before a task which writes what it reads, since something else has ordered the two. */
export interface EarlyRead {
  reader: number;
  writer: number;
  meeting: Meeting;
}

export interface FileHazards {
  conflicts: Conflict[];
  edges: IndexedEdge[];
  earlyReads: EarlyRead[];
  /** Write-write pairs whose policy is `error`, with what they share. */
  refused: { a: number; b: number; meeting: Meeting }[];
}

const STRICTNESS: ConflictPolicy[] = ['allow', 'isolate', 'serialize', 'error'];

/** The stricter of the two tasks' own policies, else the config's. */
export function policyOf(a: Task, b: Task, fallback: ConflictPolicy): ConflictPolicy {
  const own = [a.conflicts, b.conflicts].filter((policy) => policy !== undefined);
  if (own.length === 0) return fallback;
  return own.reduce((one, other) => (STRICTNESS.indexOf(one) > STRICTNESS.indexOf(other) ? one : other));
}

function conflict(
  kind: Conflict['kind'],
  first: Task,
  second: Task,
  meeting: Meeting,
  resolution: Conflict['resolution'],
): Conflict {
  return {
    tasks: [first.id, second.id],
    kind,
    patterns: meeting.patterns,
    ...(meeting.witness === undefined ? {} : { witness: meeting.witness }),
    files: meeting.files,
    basis: meeting.files.count > 0 ? 'existing' : 'possible',
    ...(meeting.clash === undefined ? {} : { clash: meeting.clash }),
    resolution,
    exact: meeting.exact,
    ...(meeting.reason === undefined ? {} : { reason: meeting.reason }),
  };
}

const swapped = (meeting: Meeting): Meeting => ({
  ...meeting,
  patterns: [meeting.patterns[1], meeting.patterns[0]],
});

/**
 * Decides every pair that meets. `reach` holds the paths of the needs and gains those of the edges made here.
 */
export function resolveFileHazards(
  tasks: readonly Task[],
  pairs: ReadonlyMap<number, PairMeetings>,
  reach: Reachability,
  fallback: ConflictPolicy,
): FileHazards {
  const found: FileHazards = { conflicts: [], edges: [], earlyReads: [], refused: [] };
  const needs = reach.copy();
  // Along these a failure skips what comes after: what a task needs, and who writes what it reads.
  const requiring = reach.copy();
  const order = (kind: 'write-write' | 'write-read', from: number, to: number, meeting: Meeting): void => {
    const because: Because = { kind, ...(meeting.witness === undefined ? {} : { witness: meeting.witness }) };
    found.edges.push({ from, to, because });
    reach.add(from, to);
    if (kind === 'write-read') requiring.add(from, to);
  };
  const earlyRead = (reader: number, writer: number, meeting: Meeting | undefined): void => {
    const asked = needs.has(reader, writer) || tasks[reader]?.snapshotReads;
    if (meeting && reach.has(reader, writer) && !asked) found.earlyReads.push({ reader, writer, meeting });
  };

  for (const key of [...pairs.keys()].sort((a, b) => a - b)) {
    const low = Math.floor(key / tasks.length);
    const high = key % tasks.length;
    const [a, b] = [tasks[low] as Task, tasks[high] as Task];
    const { writesWrites, writesReads, readsWrites } = pairs.get(key) as PairMeetings;
    if (reach.ordered(low, high)) {
      // Ordered by writers that only take turns, a reader could be run on what a failed writer has left half done.
      const from = reach.has(low, high) ? low : high;
      const [read, reader] = from === low ? [writesReads, b] : [readsWrites && swapped(readsWrites), a];
      const to = from === low ? high : low;
      if (read && !reader.snapshotReads && !requiring.has(from, to)) order('write-read', from, to, read);
      earlyRead(low, high, readsWrites && swapped(readsWrites));
      earlyRead(high, low, writesReads);
      continue;
    }
    if (writesWrites) {
      const policy = policyOf(a, b, fallback);
      if (policy === 'error') found.refused.push({ a: low, b: high, meeting: writesWrites });
      const allowed = policy === 'allow';
      if (!allowed) {
        order('write-write', low, high, writesWrites);
        if (writesReads && !b.snapshotReads) order('write-read', low, high, writesReads);
        earlyRead(low, high, readsWrites && swapped(readsWrites));
      }
      found.conflicts.push(conflict('write-write', a, b, writesWrites, allowed ? 'allow' : 'order'));
      continue;
    }
    const forward = writesReads && !b.snapshotReads ? writesReads : undefined;
    const backward = readsWrites && !a.snapshotReads ? readsWrites : undefined;
    if (forward || !backward) {
      const meeting = (forward ?? writesReads) as Meeting;
      if (writesReads) {
        found.conflicts.push(conflict('write-read', a, b, meeting, forward ? 'order' : 'allow'));
        if (forward) order('write-read', low, high, forward);
      } else if (readsWrites) {
        found.conflicts.push(conflict('write-read', b, a, swapped(readsWrites), 'allow'));
      }
      // Each reads what the other writes: by declaration, so the first to write is also the first to read.
      if (forward && backward) earlyRead(low, high, swapped(backward));
      continue;
    }
    const meeting = swapped(backward);
    found.conflicts.push(conflict('write-read', b, a, meeting, 'order'));
    order('write-read', high, low, meeting);
  }
  return found;
}
