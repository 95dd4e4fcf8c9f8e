// An action that a server executes: started, followed, taken up again where the connection is lost, and cancelled. To end the stream
// alone would leave it running there.

import { setTimeout as sleep } from 'node:timers/promises';
import { elapsed } from '../base/elapsed.ts';
import {
  type ActionResult,
  type ExecutedActionMetadata,
  ExecuteOperationMetadata,
  ExecuteResponse,
  ExecutionStage_Value,
} from '../generated/remote/build_bazel_remote_execution_v2.ts';
import type { Operation } from '../generated/remote/google_longrunning.ts';
import { wireDigest } from './cas.ts';
import type { About } from './channel.ts';
import type { Digest } from './contents.ts';
import type { Engine } from './engine.ts';
import { failureOfConnection, failureOfStatus, isRefused, RemoteFailure, STATUS } from './failure.ts';
import { METHODS } from './methods.ts';

export type { ActionResult, ExecutedActionMetadata, ExecuteResponse };

export type Stage = 'queued' | 'running';

export interface Execution {
  action: Digest;
  /** Whether what the server knows of the action from earlier is nothing to go by. */
  isFresh: boolean;
  about: About;
  /** Cancels it. */
  signal: AbortSignal;
  onStage(stage: Stage): void;
  /** Its output as it comes, by the names of streams, where the server has such. */
  onStreams?(names: { stdout: string; stderr: string }): void;
}

/** How often in a row a connection may be lost, and for how many milliseconds to wait after that. */
const LOST_AFTER_MS = [100, 500, 2_000, 5_000];
/** How often in a row nobody may be there to take a connection: who loses it to a server that ends need not wait for long. */
const MOST_REFUSED = 2;
/** One that has lasted this long was no attempt that failed: there are proxies that end every connection after a while. */
const LASTED_MS = 20_000;
/** How often a server may forget it. */
const MOST_RESTARTS = 2;
/** How long a cancellation may take. */
const CANCEL_MS = 2_000;

/** Throws `RemoteFailure`: `cancelled` where the signal has. What it gives up does not go on there. */
export async function execute(engine: Engine, execution: Execution): Promise<ExecuteResponse> {
  const { signal } = execution;
  if (signal.aborted) throw new RemoteFailure('cancelled', '');
  const following = new Following(engine, execution);
  let cancelling: Promise<void> | undefined;
  const cancel = (): void => {
    cancelling = following.cancel();
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await followed(following, signal);
  } catch (error) {
    await (cancelling ?? following.cancel());
    throw signal.aborted ? new RemoteFailure('cancelled', '') : error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

async function followed(following: Following, signal: AbortSignal): Promise<ExecuteResponse> {
  let lost = 0;
  let refused = 0;
  let restarts = 0;
  for (;;) {
    const { progress } = following;
    const began = elapsed();
    try {
      return await following.once();
    } catch (error) {
      const failure = failureOfConnection(error);
      if (signal.aborted) throw failure;
      // It has forgotten the operation, or was started anew: nobody does it any more.
      const isForgotten = following.isForgotten(failure) && restarts < MOST_RESTARTS;
      if (!isForgotten && !following.isLost(failure)) throw failure;
      if (isForgotten) restarts += 1;
      if (isForgotten) following.restart();
      if (following.progress > progress || elapsed() - began >= LASTED_MS) lost = 0;
      const pause = LOST_AFTER_MS[lost];
      lost += 1;
      refused = isRefused(failure) ? refused + 1 : 0;
      if (pause === undefined || refused >= MOST_REFUSED) throw failure;
      await sleep(pause, undefined, { signal }).catch(() => {});
      if (signal.aborted) throw failure;
    }
  }
}

/** What a connection that breaks is told by, by one library or another. */
const OF_CONNECTIONS: ReadonlySet<number | undefined> = new Set([
  ...[STATUS.cancelled, STATUS.unknown, STATUS.internal, STATUS.unavailable],
]);

/** What another attempt would not change, whatever it is told by. */
const LASTING: ReadonlySet<RemoteFailure['kind']> = new Set([
  ...(['certificate', 'foreign', 'unauthenticated', 'forbidden'] as const),
]);

const RANKS = { queued: 1, running: 2 } as const;

class Following {
  readonly #engine: Engine;
  readonly #execution: Execution;
  /** Of the operation, once it is known. */
  #name: string | undefined;
  #stage: Stage | undefined;
  /** The server has said how the operation ended. */
  #isDone = false;
  #isOpen = false;
  readonly #ending = new AbortController();
  /** Of the stages the furthest: what a server that begins anew says again is no progress. */
  progress = 0;

  constructor(engine: Engine, execution: Execution) {
    this.#engine = engine;
    this.#execution = execution;
  }

  isForgotten({ kind }: RemoteFailure): boolean {
    const isUnknown = kind === 'not-found' || kind === 'unimplemented';
    return isUnknown && this.#name !== undefined && !this.#isDone;
  }

  /** Whether it may go on there all the same. What is said before there is an operation may be a refusal. */
  isLost({ kind, code }: RemoteFailure): boolean {
    if (this.#isDone) return false;
    return (
      kind === 'unreachable' || (this.#name !== undefined && OF_CONNECTIONS.has(code) && !LASTING.has(kind))
    );
  }

  restart(): void {
    this.#name = undefined;
  }

  /** Until it is done. Throws where the stream ends before that. */
  async once(): Promise<ExecuteResponse> {
    const { about } = this.#execution;
    this.#isOpen = true;
    try {
      const settings = { about, timeoutMs: Number.POSITIVE_INFINITY, signal: this.#ending.signal };
      for await (const operation of this.#open(settings)) {
        const done = this.#hear(operation);
        if (done !== undefined) return done;
      }
    } finally {
      this.#isOpen = false;
    }
    throw new RemoteFailure('unreachable', 'it ended the connection before it was done');
  }

  #open(settings: Parameters<Engine['stream']>[2]): AsyncGenerator<Operation, void, undefined> {
    if (this.#name !== undefined)
      return this.#engine.stream(METHODS.waitExecution, { name: this.#name }, settings);
    const request = {
      instanceName: this.#engine.instance,
      skipCacheLookup: this.#execution.isFresh,
      actionDigest: wireDigest(this.#execution.action),
      executionPolicy: undefined,
      resultsCachePolicy: undefined,
    };
    return this.#engine.stream(METHODS.execute, request, settings);
  }

  #hear({ name, metadata, done, error, response }: Operation): ExecuteResponse | undefined {
    if (name !== '') this.#name = name;
    if (metadata?.typeUrl.endsWith('ExecuteOperationMetadata'))
      this.#told(ExecuteOperationMetadata.decode(metadata.value));
    if (!done) return undefined;
    this.#isDone = true;
    if (error !== undefined && error.code !== 0) throw failureOfStatus(error.code, error.message);
    if (response === undefined) throw new RemoteFailure('other', 'it is done and says nothing of it');
    return ExecuteResponse.decode(response.value);
  }

  #told({ stage, stdoutStreamName, stderrStreamName }: ExecuteOperationMetadata): void {
    const { onStage, onStreams } = this.#execution;
    const now = stageOf(stage);
    if (now !== undefined && now !== this.#stage) onStage(now);
    this.#stage = now ?? this.#stage;
    this.progress = Math.max(this.progress, now === undefined ? 0 : RANKS[now]);
    if (stdoutStreamName !== '' || stderrStreamName !== '')
      onStreams?.({ stdout: stdoutStreamName, stderr: stderrStreamName });
  }

  /** Ends it there, and the stream. What is not known to be there yet gets a moment to become so. */
  async cancel(): Promise<void> {
    const until = Date.now() + CANCEL_MS;
    while (this.#isOpen && this.#name === undefined && Date.now() < until) await sleep(20);
    const name = this.#name;
    const settings = { timeoutMs: CANCEL_MS, signal: AbortSignal.timeout(CANCEL_MS) };
    // A server that cannot is one whose process ends by its timeout.
    if (name !== undefined && !this.#isDone)
      await this.#engine.call(METHODS.cancelOperation, { name }, settings).catch(() => {});
    this.#ending.abort();
  }
}

function stageOf(stage: ExecutionStage_Value): Stage | undefined {
  if (stage === ExecutionStage_Value.QUEUED || stage === ExecutionStage_Value.CACHE_CHECK) return 'queued';
  return stage === ExecutionStage_Value.EXECUTING ? 'running' : undefined;
}
