// What a task has done, as others keep it: an `ActionResult` under the digest of its Action, as any client would store it, and beside
// the files that it names one more, a record with what the API has no field for: deletions, permissions, empty folders, who has made what.
// Named it is as an output like all others, since a server that sees to it that a result is whole, or that cleans up, goes by the
// outputs. Pure.

import { posix } from 'node:path';
import { shownPath } from '../base/raw-path.ts';
import { blobsOf } from '../cache/packs.ts';
import type { Blob, RecordedPath, TaskRecord } from '../cache/record.ts';
import { recordOf } from '../cache/record-check.ts';
import { ActionResult, type OutputFile } from '../generated/remote/build_bazel_remote_execution_v2.ts';
import { oidOf } from '../store/content.ts';
import type { Digest, Source } from './contents.ts';
import { keptTree } from './kept-tree.ts';

/** No task can write there. */
export const RECORD = '.ptask/record';
const VALUES = '.ptask/values';
const NOTES = '.ptask/notes';
/** Raised when a record means something else than before: one of another version is none. */
const VERSION = 1;
/** Bytes of a record. */
const MOST = 64 * 1_024 * 1_024;

export function encodeRecord(key: string, record: TaskRecord): Buffer {
  return Buffer.from(JSON.stringify({ version: VERSION, key, record }));
}

/** Milliseconds: longer than any task takes, and short enough to be counted with. */
const LONGEST = 30 * 24 * 60 * 60 * 1_000;

/**
 * Undefined where it is none of that key, or none that may be acted on: a server may hold anything.
 *
 * @param now clocks differ, and nothing was stored later
 */
export function decodeRecord(bytes: Buffer, key: string, now = Date.now()): TaskRecord | undefined {
  let value: { version?: unknown; key?: unknown; record?: unknown } | null;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
  const record = value?.version === VERSION && value.key === key ? recordOf(value.record) : undefined;
  // Only what has passed is kept.
  const hasPassed = record?.exitCode === 0 || record?.exitCode === null;
  if (record === undefined || !hasPassed || !areOfOneSize(record)) return undefined;
  const { durationMs, storedAt } = record;
  return { ...record, durationMs: Math.min(durationMs, LONGEST), storedAt: Math.min(storedAt, now) };
}

/** What has one name has one size. */
function areOfOneSize(record: TaskRecord): boolean {
  const sizes = new Map<string, number>();
  const files = record.changes.filter((change) => change.kind === 'file');
  return [...blobsOf(record), ...files].every(
    ({ oid, size }) => (sizes.get(oid) ?? size) === size && sizes.set(oid, size),
  );
}

/** Bytes of a result: no server takes a message of more than 4 MiB unless it is told to. */
const MOST_OF_RESULT = 3.6 * 1_024 * 1_024;

/**
 * `tree`: what is stored beside it, where it names all outputs by that since they are too many for a message.
 *
 * @param cwd of the task, to which outputs are relative
 */
export function keptResultOf(
  cwd: string,
  record: TaskRecord,
  recordDigest: Digest,
): { result: ActionResult; tree?: Source } {
  const result = actionResultOf(cwd, record, recordDigest);
  if (ActionResult.encode(result).finish().length <= MOST_OF_RESULT) return { result };
  const { path, source } = keptTree(cwd, record.changes);
  const besides = { ...record, changes: [] };
  const { outputDirectories } = ActionResult.fromPartial({
    outputDirectories: [{ path, treeDigest: wireOf(source.digest) }],
  });
  return { result: { ...actionResultOf(cwd, besides, recordDigest), outputDirectories }, tree: source };
}

/** @param cwd of the task, to which outputs are relative */
export function actionResultOf(cwd: string, record: TaskRecord, recordDigest: Digest): ActionResult {
  const { changes, output, values, notes, durationMs, storedAt } = record;
  const at = (change: RecordedPath): string => posix.relative(cwd, shownPath(change.path));
  const said: OutputFile[] = [
    fileOf(RECORD, recordDigest, false),
    ...(values === undefined ? [] : [fileOf(VALUES, digestOf(values), false)]),
    ...(notes === undefined ? [] : [fileOf(NOTES, digestOf(notes), false)]),
  ];
  return ActionResult.fromPartial({
    outputFiles: [
      ...said,
      ...changes.flatMap((change) =>
        change.kind === 'file' ? [fileOf(at(change), digestOf(change), (change.mode & 0o100) !== 0)] : [],
      ),
    ],
    outputSymlinks: changes.flatMap((change) =>
      change.kind === 'link' ? [{ path: at(change), target: shownPath(change.target) }] : [],
    ),
    exitCode: 0,
    ...(output && { stdoutDigest: wireOf(digestOf(output)) }),
    executionMetadata: {
      executionStartTimestamp: timestampOf(storedAt - durationMs),
      executionCompletedTimestamp: timestampOf(storedAt),
    },
  });
}

/** Undefined where the task has failed, or the result is that of a client that keeps no record. */
export function recordDigestIn({ exitCode, outputFiles }: ActionResult): Digest | undefined {
  const { digest } = outputFiles.find(({ path }) => path === RECORD) ?? {};
  if (exitCode !== 0 || digest === undefined || !/^[0-9a-f]{64}$/.test(digest.hash)) return undefined;
  const { hash, sizeBytes: size } = digest;
  return Number.isSafeInteger(size) && size > 0 && size <= MOST ? { hash, size } : undefined;
}

/** The record itself, where the server has sent it along. */
export function recordIn({ outputFiles }: ActionResult, { hash, size }: Digest): Buffer | undefined {
  const { contents } = outputFiles.find(({ path }) => path === RECORD) ?? {};
  return contents?.length === size && oidOf(contents) === hash ? contents : undefined;
}

export const digestOf = ({ oid, size }: Blob): Digest => ({ hash: oid, size });

const wireOf = ({ hash, size }: Digest): { hash: string; sizeBytes: number } => ({ hash, sizeBytes: size });

const fileOf = (path: string, digest: Digest, isExecutable: boolean): OutputFile => ({
  ...{ path, digest: wireOf(digest), isExecutable },
  contents: Buffer.alloc(0),
  nodeProperties: undefined,
});

const timestampOf = (ms: number): { seconds: number; nanos: number } => ({
  seconds: Math.floor(ms / 1_000),
  nanos: Math.floor(ms % 1_000) * 1_000_000,
});
