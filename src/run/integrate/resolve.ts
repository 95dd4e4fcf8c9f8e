// What becomes of the paths on which a result does not fit to what is there: decided path by path as the config says.

import { readFileSync } from 'node:fs';
import type { RawPath } from '../../base/raw-path.ts';
import type { Resolution } from '../../config/config.ts';
import { type IndexEntry, removal } from '../../git/index-file.ts';
import { type Conflict, mergeFile } from '../../git/merge.ts';
import { blobContent, putBlob } from '../../git/objects.ts';
import { shownFromTop } from '../../git/prefix.ts';
import { GITLINK, type Repository } from '../../git/repository.ts';
import { type Blob, editTree } from '../../git/tree.ts';
import type { DiscardedLines, IntegrationConflict, PathChange } from '../../model/report.ts';
import { discardedLines, lineChanges } from './lines.ts';

/** What a resolver was given and has made of it; a reason where it could not. */
export type Resolver = (
  commands: readonly string[],
  sides: { path: string; base: Buffer; ours: Buffer; theirs: Buffer },
) => Promise<{ ok: true; file: string } | { ok: false; reason: string }>;

export interface Quarrel {
  repository: Repository;
  /** Whose result it is, and who had changed a path before. */
  task: string;
  before(path: string): readonly string[];
  resolutionFor(path: string): Resolution;
  resolver: Resolver;
  /** A folder for files that are needed for a moment. */
  scratch: string;
}

export type Settled =
  | { kind: 'resolved'; tree: string; conflicts: IntegrationConflict[] }
  /** Nothing is merged: the task runs again, or everything stops. */
  | { kind: 'rerun' | 'abort'; conflicts: IntegrationConflict[] };

/** Only these can be decided for one path without a word about others. */
const SINGLE = new Set(['contents', 'content', 'add/add', 'binary', 'modify/delete']);

/** @param tree of the merge, with conflict markers at the paths of the conflicts */
export async function resolve(
  quarrel: Quarrel,
  tree: string,
  conflicts: readonly Conflict[],
): Promise<Settled> {
  const { repository } = quarrel;
  const entries: IndexEntry[] = [];
  const told: IntegrationConflict[] = [];
  for (const conflict of conflicts) {
    const path = shownFromTop(repository.prefix, conflict.path);
    const wanted = quarrel.resolutionFor(path);
    const outcome = await decide(quarrel, tree, conflict, wanted, path);
    told.push(await tell(quarrel, conflict, path, outcome));
    if (outcome.entry !== undefined) entries.push(outcome.entry);
  }
  for (const kind of ['abort', 'rerun'] as const)
    if (told.some(({ resolution }) => resolution === kind)) return { kind, conflicts: told };
  return {
    kind: 'resolved',
    tree: await editTree(repository, tree, entries),
    conflicts: told,
  };
}

interface Outcome {
  resolution: Resolution['kind'];
  reason?: string;
  /** What stands at the path then. */
  entry?: IndexEntry;
}

async function decide(
  quarrel: Quarrel,
  tree: string,
  { path, stages, kind }: Conflict,
  wanted: Resolution,
  shown: string,
): Promise<Outcome> {
  if (wanted.kind === 'rerun' || wanted.kind === 'abort') return { resolution: wanted.kind };
  const again = (reason: string): Outcome => ({ resolution: 'rerun', reason });
  const { 1: base, 2: ours, 3: theirs } = stages;
  const isFile = (blob: Blob | undefined): boolean => blob === undefined || blob.mode.startsWith('100');
  if (!SINGLE.has(kind)) return again(`${kind} concerns more than this file`);
  if (ours?.mode === GITLINK || theirs?.mode === GITLINK) return again('a submodule cannot be merged');
  const chosen = wanted.kind === 'theirs' ? theirs : ours;
  if (wanted.kind !== 'run') {
    const { repository } = quarrel;
    const isText =
      ours !== undefined && theirs !== undefined && isFile(ours) && isFile(theirs) && isFile(base);
    const merged = isText
      ? await mergeFile(
          repository,
          { ...(base && { base: base.oid }), ours: ours.oid, theirs: theirs.oid },
          wanted.kind,
        )
      : undefined;
    if (merged !== undefined)
      return { resolution: wanted.kind, entry: { path, mode: modeOf(stages), oid: merged } };
    if (wanted.kind === 'union') return again('only the lines of text files can be united');
    return { resolution: wanted.kind, entry: entryOf(path, chosen, tree) };
  }
  if (![base, ours, theirs].every(isFile)) return again('a resolver is for files, not for links');
  const { repository } = quarrel;
  const [one, two, three] = await Promise.all(
    [base, ours, theirs].map((blob) => contentOf(repository, blob)),
  );
  const empty = Buffer.alloc(0);
  const made = await quarrel.resolver(wanted.run, {
    path: shown,
    base: one ?? empty,
    ours: two ?? empty,
    theirs: three ?? empty,
  });
  if (!made.ok) return { resolution: 'abort', reason: made.reason };
  const oid = await putBlob(repository, readFileSync(made.file));
  return { resolution: 'run', entry: { path, mode: modeOf(stages), oid } };
}

/** The executable bit that one of them has changed, else what it was. */
function modeOf({ 1: base, 2: ours, 3: theirs }: Conflict['stages']): string {
  if (ours === undefined || theirs === undefined) return (ours ?? theirs)?.mode ?? '100644';
  return ours.mode !== base?.mode ? ours.mode : theirs.mode;
}

/** @param anyOid of the repository */
const entryOf = (path: RawPath, blob: Blob | undefined, anyOid: string): IndexEntry =>
  blob === undefined ? removal(path, anyOid) : { path, ...blob };

const contentOf = async (repository: Repository, blob: Blob | undefined): Promise<Buffer | undefined> =>
  blob === undefined || blob.mode === GITLINK ? undefined : blobContent(repository, blob.oid);

async function tell(
  quarrel: Quarrel,
  { stages }: Conflict,
  path: string,
  { resolution, reason, entry }: Outcome,
): Promise<IntegrationConflict> {
  const { repository, task } = quarrel;
  const others = quarrel.before(path);
  const earlier = others.length > 0 ? others.join(', ') : 'the tree';
  const [base, ours, theirs] = await Promise.all(
    [stages[1], stages[2], stages[3]].map((blob) => contentOf(repository, blob)),
  );
  const changes: PathChange[] = [
    { task: earlier, change: changeOf(stages[1], stages[2]), ...lineChanges(base, ours) },
    { task, change: changeOf(stages[1], stages[3]), ...lineChanges(base, theirs) },
  ];
  const isDropped = resolution === 'rerun' || resolution === 'abort';
  const result =
    isDropped || entry === undefined || entry.mode === '0'
      ? undefined
      : await blobContent(repository, entry.oid);
  const lost = (who: string, side: Buffer | undefined): DiscardedLines[] => {
    const lines = isDropped ? [] : discardedLines(base, side, result);
    return lines.length > 0 ? [{ task: who, lines }] : [];
  };
  return {
    path,
    tasks: [task, ...others],
    kind: 'merge',
    resolution,
    ...(reason === undefined ? {} : { reason }),
    changes,
    discarded: [...lost(earlier, ours), ...lost(task, theirs)],
  };
}

function changeOf(before: Blob | undefined, after: Blob | undefined): PathChange['change'] {
  if (before === undefined) return after === undefined ? 'none' : 'created';
  if (after === undefined) return 'deleted';
  return before.oid === after.oid && before.mode === after.mode ? 'none' : 'modified';
}
