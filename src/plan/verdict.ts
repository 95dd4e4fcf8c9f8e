// What becomes of two tasks that meet and that nothing has ordered yet. It is the same for all tasks of their classes.

import type { ConflictPolicy, Task } from '../config/config.ts';
import type { Because } from '../model/plan.ts';
import type { ConflictTerms } from '../model/task-pairs.ts';
import type { ClassOverlap } from './class-overlaps.ts';
import type { PatternOverlap } from './overlaps.ts';
import type { Side } from './pair-sets.ts';

/** Why one task runs before another; where files are the reason, how they meet. */
export interface EdgeTerms {
  because: Because;
  meeting?: PatternOverlap;
}

type FileKind = 'write-write' | 'write-read';

/** Of two tasks, the one declared first and a later one. */
export interface Verdict {
  conflict: ConflictTerms;
  /** Where in the conflict the later one stands, and in what orders the two. */
  later: Side;
  isOrdered: boolean;
  edges: EdgeTerms[];
  /** They run at once and are integrated one after the other. */
  turn?: PatternOverlap;
  /** Why they do not, though that is the policy. */
  notIsolated?: string;
  /** The policy is `error`. */
  refused?: PatternOverlap;
  /** What the first one reads before the later one writes it. */
  early?: PatternOverlap;
}

const STRICTNESS: ConflictPolicy[] = ['allow', 'auto', 'isolate', 'serialize', 'error'];

/** The stricter of the two tasks' own policies, else the config's. */
export function policyOf(a: Task, b: Task, fallback: ConflictPolicy): ConflictPolicy {
  const own = [a.conflicts, b.conflicts].filter((policy) => policy !== undefined);
  if (own.length === 0) return fallback;
  return own.reduce((one, other) => (STRICTNESS.indexOf(one) > STRICTNESS.indexOf(other) ? one : other));
}

/** Whether each of two tasks reads what the other writes: whichever ends second would have to run again. */
export const isMutual = (
  [a, b]: readonly [Task, Task],
  { writesReads, readsWrites }: Pick<ClassOverlap, 'writesReads' | 'readsWrites'>,
): boolean => !a.snapshotReads && !b.snapshotReads && writesReads !== undefined && readsWrites !== undefined;

/** @param whyNot why two tasks that write the same are not isolated, by their policy */
export function decide(
  [a, b]: readonly [Task, Task],
  { writesWrites, writesReads, readsWrites }: ClassOverlap,
  policy: ConflictPolicy,
  terms: Terms,
  whyNot: (meeting: PatternOverlap) => string | undefined,
): Verdict {
  const forward = b.snapshotReads ? undefined : writesReads;
  const backward = a.snapshotReads ? undefined : readsWrites;
  const verdict = (
    kind: FileKind,
    meeting: PatternOverlap,
    resolution: ConflictTerms['resolution'],
    later: Side,
    edges: EdgeTerms[] = [],
  ): Verdict => ({
    conflict: terms.conflict(kind, meeting, resolution),
    later,
    isOrdered: resolution !== 'allow',
    edges,
  });
  // Each reads what the other writes: by declaration, so the first to write is also the first to read.
  const early = backward && { early: backward };

  if (writesWrites) {
    if (policy === 'allow') return verdict('write-write', writesWrites, 'allow', 'second');
    const mayIsolate = policy === 'isolate' || policy === 'auto';
    const notIsolated = mayIsolate ? whyNot(writesWrites) : undefined;
    // They run at once and are integrated one after the other, so whatever comes later comes later than both.
    if (mayIsolate && notIsolated === undefined)
      return {
        ...verdict('write-write', writesWrites, 'isolate', 'second'),
        ...{ turn: terms.inPath(writesWrites), ...early },
      };
    const edges = [terms.edge('write-write', writesWrites)];
    if (forward) edges.push(terms.edge('write-read', forward));
    return {
      ...verdict('write-write', writesWrites, 'order', 'second', edges),
      ...(notIsolated === undefined ? {} : { notIsolated }),
      ...(policy === 'error' ? { refused: writesWrites } : {}),
      ...early,
    };
  }
  if (forward) {
    const edges = [terms.edge('write-read', forward)];
    return { ...verdict('write-read', forward, 'order', 'second', edges), ...early };
  }
  if (backward)
    return verdict('write-read', backward, 'order', 'first', [terms.edge('write-read', backward)]);
  if (writesReads) return verdict('write-read', writesReads, 'allow', 'second');
  return verdict('write-read', readsWrites as PatternOverlap, 'allow', 'first');
}

/** What is said of many pairs, made once for each meeting. */
export class Terms {
  readonly #known = new Map<string, Map<PatternOverlap, unknown>>();
  readonly #byWitness = new Map<string, PatternOverlap>();

  conflict(kind: FileKind, meeting: PatternOverlap, resolution: ConflictTerms['resolution']): ConflictTerms {
    return this.#once(`${kind} ${resolution}`, meeting, () => {
      const { patterns, witness, files, clash, exact, reason } = meeting;
      return {
        kind,
        patterns,
        ...(witness === undefined ? {} : { witness }),
        files,
        basis: files.count > 0 ? 'existing' : 'possible',
        ...(clash === undefined ? {} : { clash }),
        resolution,
        exact,
        ...(reason === undefined ? {} : { reason }),
      };
    });
  }

  edge(kind: FileKind, of: PatternOverlap): EdgeTerms {
    const meeting = this.inPath(of);
    const { witness } = meeting;
    return this.#once(kind, meeting, () => ({
      because: { kind, ...(witness === undefined ? {} : { witness }) },
      meeting,
    }));
  }

  /**
   * One meeting for all that meet in the same path: of what two tasks have in common, an edge tells no more than a path.
   * Where no path is known or the two clash, it tells more.
   */
  inPath(meeting: PatternOverlap): PatternOverlap {
    const { witness, clash } = meeting;
    if (witness === undefined || clash !== undefined) return meeting;
    const first = this.#byWitness.get(witness);
    if (first === undefined) this.#byWitness.set(witness, meeting);
    return first ?? meeting;
  }

  #once<T>(kind: string, meeting: PatternOverlap, make: () => T): T {
    let ofKind = this.#known.get(kind) as Map<PatternOverlap, T> | undefined;
    if (ofKind === undefined) {
      ofKind = new Map();
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
