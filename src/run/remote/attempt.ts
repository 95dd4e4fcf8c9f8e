// One attempt of a task on another machine: what the server lacks goes there, the action is executed, and what it has left comes back.

import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatDuration } from '../../base/duration.ts';
import { elapsed } from '../../base/elapsed.ts';
import { overwriteFile } from '../../base/own-files.ts';
import { reasonOf } from '../../base/system-limits.ts';
import type { TaskInputs } from '../../cache/task-inputs.ts';
import type { Config, Remote, Task } from '../../config/config.ts';
import type { RemoteRun } from '../../model/report.ts';
import { anyMatcher } from '../../plan/patterns/index.ts';
import type { Digest } from '../../remote/contents.ts';
import type { Engine } from '../../remote/engine.ts';
import { type ActionResult, type ExecuteResponse, execute, type Stage } from '../../remote/execution.ts';
import { failureOfStatus, RemoteFailure, STATUS } from '../../remote/failure.ts';
import { fetchAll } from '../../remote/fetched.ts';
import { digestOf, type Output, outputsOf } from '../../remote/output-tree.ts';
import type { Errand, RanElsewhere } from '../executor/elsewhere.ts';
import { actionOf, lookedAt, type RemoteAction } from './action.ts';
import { type GivenTree, givenTree, type Shared } from './given.ts';
import type { Left } from './left.ts';
import { putResults, withLinks } from './results.ts';
import { failedPart, OWN_FILES, type Scripted, scriptOf } from './script.ts';
import { remoteRunOf } from './times.ts';

export interface AttemptOptions {
  engine: Engine;
  config: Config & { remote: Remote };
  task: Task;
  inputs: TaskInputs;
  /** What every remote task finds. */
  shared: Shared;
  /** What the server is known to have, by its word in this run. */
  sent: Set<string>;
  /** Those of `errand.env` that are to reach it. */
  env: Readonly<Record<string, string>>;
  /** What other tasks hand to it, by where it finds that. */
  handed: Map<string, Buffer>;
  /** Commands that come before the task's own. */
  setup: readonly string[];
  /** Nothing that the server knows from earlier counts. */
  isFresh: boolean;
  /** A new folder. */
  folder: string;
  onStage(stage: Stage | 'sending' | 'receiving'): void;
  onRan(run: RemoteRun): void;
}

/** The server has ended it after as long as the task may take. */
class TimedOut extends Error {
  /** What it had done by then. */
  readonly result: ActionResult | undefined;

  constructor(result: ActionResult | undefined) {
    super('timed out');
    this.result = result;
  }
}

/** Of what kind a failure is after which it is asked what the server lacks: some say so by one code, some by another. */
const MAY_LACK: ReadonlySet<RemoteFailure['kind']> = new Set([
  'not-found',
  'other',
  'damaged',
  'full',
  'too-large',
]);

type Attempted = { ran: RanElsewhere; left: Left };

/** Throws `RemoteFailure`, and what the disk says. */
export const attemptRemotely = (options: AttemptOptions, errand: Errand): Promise<Attempted> =>
  anewWhereGone(options, errand.stop, (those, onResponse) => attempt(those, errand, onResponse));

/** A server may keep a result longer than what it names: it is made anew then, once. */
export async function anewWhereGone<Options extends Pick<AttemptOptions, 'isFresh' | 'folder'>, Result>(
  options: Options,
  stop: AbortSignal,
  attempt: (
    options: Options,
    onResponse: (response: Pick<ExecuteResponse, 'cachedResult'>) => void,
  ) => Promise<Result>,
): Promise<Result> {
  let isKept = false;
  try {
    return await attempt(options, ({ cachedResult }) => {
      isKept = cachedResult;
    });
  } catch (error) {
    const isGone = isKept && error instanceof RemoteFailure && error.kind === 'not-found';
    if (!isGone || options.isFresh || stop.aborted) throw error;
    rmSync(options.folder, { recursive: true, force: true });
    return attempt({ ...options, isFresh: true }, () => {});
  }
}

async function attempt(
  options: AttemptOptions,
  errand: Errand,
  onResponse: (response: ExecuteResponse) => void,
): Promise<Attempted> {
  const { engine, config, task, inputs, shared, sent, env, handed, setup, onStage } = options;
  const { root } = config;
  const { reach } = inputs.written;
  const looked = lookedAt(reach);
  const scripted: Scripted = scriptOf({ task, setup, setupShell: config.shell, env, root, looked });
  const own = new Map([...handed, [OWN_FILES.script, Buffer.from(scripted.script)]]);
  const tree = givenTree(root, inputs, shared, own);
  const action = actionOf({ config, task, scripted, inputRoot: tree.root, looked });
  const about = { action: action.digest.hash, task: task.id };
  const call = { about, signal: errand.stop };
  onStage('sending');
  const began = elapsed();
  const lacking = [...tree.sources, ...action.sources].filter(({ digest }) => !sent.has(digest.hash));
  const sentBytes = await engine.upload(lacking, call);
  for (const { digest } of lacking) sent.add(digest.hash);
  const sentMs = since(began);
  // Not all servers say so, or anything before the end.
  onStage('queued');
  const response = await executed(options, errand, { action, tree }).catch((error: unknown) => {
    if (error instanceof TimedOut && error.result !== undefined) {
      const { stdoutRaw, stderrRaw } = error.result;
      errand.output.write(Buffer.concat([stdoutRaw, stderrRaw]));
    }
    throw error;
  });
  onResponse(response);
  const result = response.result as ActionResult;
  onStage('receiving');
  const fetching = elapsed();
  mkdirSync(options.folder, { recursive: true });
  const drafts = join(options.folder, 'drafts');
  mkdirSync(drafts);
  const outputs = withLinks(await outputsOf(engine, result, drafts, errand.stop), looked);
  // A server that tells nothing of what the task has made is none that says that it has removed all.
  if (outputs.get(OWN_FILES.done)?.kind !== 'file') throw new RemoteFailure('damaged', 'none of its outputs');
  const fetched = await fetchSmall(engine, result, outputs, drafts, errand.stop);
  const folder = join(options.folder, 'tree');
  const { bytes, others } = await putResults(outputs, looked, {
    ...{ engine, folder, drafts, given: tree.files, covers: anyMatcher(reach), signal: errand.stop },
  });
  rmSync(drafts, { recursive: true, force: true });
  errand.output.write(fetched.printed);
  const { PTASK_OUTPUT, PTASK_LOG } = errand.env;
  if (PTASK_OUTPUT !== undefined && fetched.values.length > 0)
    overwriteFile(PTASK_OUTPUT, fetched.values.toString('utf8'), false);
  if (PTASK_LOG !== undefined && fetched.notes.length > 0) appendFileSync(PTASK_LOG, fetched.notes);
  const told = {
    ...{ sentMs, sentBytes, receivedMs: since(fetching) },
    receivedBytes: bytes + fetched.bytes,
  };
  options.onRan(remoteRunOf(result, response.cachedResult, told));
  return {
    ran: { kind: 'ran', part: partOf(result, fetched.failed, task), result: { exitCode: result.exitCode } },
    left: { inputs, given: tree.files, folder, others },
  };
}

interface Built {
  action: RemoteAction;
  tree: GivenTree;
}

/** Its response, which has a result. */
async function executed(
  { engine, task, isFresh, onStage }: AttemptOptions,
  { stop, onBegun, onEnded }: Errand,
  { action, tree }: Built,
): Promise<ExecuteResponse> {
  const about = { action: action.digest.hash, task: task.id };
  const once = async (isFresh: boolean): Promise<ExecuteResponse> => {
    let began = elapsed();
    const response = await execute(engine, {
      ...{ action: action.digest, isFresh, about, signal: stop },
      onStage(stage) {
        if (stage !== 'running') return;
        began = elapsed();
        onStage(stage);
        onBegun();
      },
    }).finally(onEnded);
    refuseUnfinished(response, task, elapsed() - began);
    return response;
  };
  const withAll = async (isFresh: boolean): Promise<ExecuteResponse> => {
    try {
      return await once(isFresh);
    } catch (error) {
      if (!(error instanceof RemoteFailure) || !MAY_LACK.has(error.kind) || stop.aborted) throw error;
      // Something may have gone between the look and the execution.
      const sent = await engine.upload([...tree.sources, ...action.sources], { about, signal: stop });
      if (sent === 0) throw error;
      return once(isFresh);
    }
  };
  const response = await withAll(isFresh);
  // Servers keep failures as well, and what has failed once may pass now.
  if (response.cachedResult && response.result?.exitCode !== 0) return withAll(true);
  return response;
}

/**
 * Throws where it has not come to its end.
 *
 * @param ranMs how long it was on its way, at most
 */
export function refuseUnfinished(
  { status, result, message }: ExecuteResponse,
  { timeoutMs }: Pick<Task, 'timeoutMs'>,
  ranMs: number,
): void {
  if (status?.code === STATUS.deadlineExceeded) {
    if (timeoutMs > 0 && ranMs >= timeoutMs) throw new TimedOut(result);
    throw new Error(`its own time limit ended the task after ${formatDuration(Math.round(ranMs))}`);
  }
  if (status !== undefined && status.code !== STATUS.ok)
    throw failureOfStatus(status.code, status.message || message);
  if (result === undefined) throw new RemoteFailure('other', message || 'it has no result');
}

interface Small {
  printed: Buffer;
  values: Buffer;
  notes: Buffer;
  failed: string;
  bytes: number;
}

async function fetchSmall(
  engine: Engine,
  result: ActionResult,
  outputs: ReadonlyMap<string, Output>,
  folder: string,
  signal: AbortSignal,
): Promise<Small> {
  const named = (digest: ActionResult['stdoutDigest'], raw: Buffer): Digest[] =>
    raw.length > 0 || digest === undefined || digest.sizeBytes === 0 ? [] : [digestOf(digest)];
  const out = named(result.stdoutDigest, result.stdoutRaw);
  const err = named(result.stderrDigest, result.stderrRaw);
  const fileAt = (path: string): Extract<Output, { kind: 'file' }> | undefined => {
    const output = outputs.get(path);
    return output?.kind === 'file' ? output : undefined;
  };
  const own = [OWN_FILES.output, OWN_FILES.log, OWN_FILES.failed].map(fileAt);
  const wanted = own.flatMap((file) => (file && !file.contents && file.digest.size > 0 ? [file.digest] : []));
  const all = [...out, ...err, ...wanted];
  const contentOf = await fetchAll(engine, all, folder, signal);
  const [values, notes, failed] = own.map((file) =>
    file === undefined || file.digest.size === 0
      ? Buffer.alloc(0)
      : (file.contents ?? contentOf(file.digest)),
  ) as [Buffer, Buffer, Buffer];
  return {
    printed: Buffer.concat([
      ...[result.stdoutRaw, ...out.map(contentOf)],
      ...[result.stderrRaw, ...err.map(contentOf)],
    ]),
    ...{ values, notes, failed: failed.toString('utf8') },
    bytes: all.reduce((sum, { size }) => sum + size, 0),
  };
}

/** Which of its commands ended it. */
function partOf({ exitCode }: ActionResult, failed: string, { verify }: Task): 'setup' | 'run' | 'verify' {
  if (exitCode === 0) return verify.length > 0 ? 'verify' : 'run';
  return failedPart(failed) ?? 'run';
}

const since = (began: number): number => Math.round((elapsed() - began) * 10) / 10;

/** What has become of an attempt of which nothing is known, or which the server has ended. */
export function afterFailure(
  error: unknown,
  { timeoutMs }: Pick<Task, 'timeoutMs'>,
  stop: AbortSignal,
): RanElsewhere {
  if (stop.aborted) return { kind: 'ran', part: 'run', result: { exitCode: null } };
  if (error instanceof TimedOut) {
    const reason = `timed out after ${formatDuration(timeoutMs)}`;
    return { kind: 'ran', part: 'run', result: { exitCode: null, error: reason } };
  }
  const said = error instanceof RemoteFailure ? error.message : reasonOf(error);
  return { kind: 'trouble', reason: said };
}
