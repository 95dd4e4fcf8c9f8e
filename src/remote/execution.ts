// An action that a server executes: started, followed, taken up again where the connection is lost, and cancelled. To end the stream
// alone would leave it running there.

import { setTimeout as sleep } from 'node:timers/promises';
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
import { failureOfConnection, failureOfStatus, RemoteFailure } from './failure.ts';
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
/** How long a cancellation may take. */
const CANCEL_MS = 2_000;

/** Throws `RemoteFailure`: `cancelled` where the signal has. */
export async function execute(engine: Engine, execution: Execution): Promise<ExecuteResponse> {
  const following = new Following(engine, execution);
  let lost = 0;
  for (;;) {
    const before = following.heard;
    try {
      return await following.once();
    } catch (error) {
      const failure = failureOfConnection(error);
      if (execution.signal.aborted) throw new RemoteFailure('cancelled', '');
      // It has forgotten the operation, or was started anew: nobody does it any more.
      if (following.isForgotten(failure)) following.restart();
      else if (!isLost(failure)) throw failure;
      if (following.heard > before) lost = 0;
      const pause = LOST_AFTER_MS[lost];
      lost += 1;
      if (pause === undefined) throw failure;
      await sleep(pause, undefined, { signal: execution.signal }).catch(() => {});
    }
  }
}

/** A server that goes down says so by various codes; what it says when the call is refused is no loss. */
const isLost = ({ kind }: RemoteFailure): boolean => kind === 'unreachable';

class Following {
  readonly #engine: Engine;
  readonly #execution: Execution;
  /** Of the operation, once it is known. */
  #name: string | undefined;
  #stage: Stage | undefined;
  /** How many messages have come. */
  heard = 0;

  constructor(engine: Engine, execution: Execution) {
    this.#engine = engine;
    this.#execution = execution;
  }

  isForgotten({ kind }: RemoteFailure): boolean {
    return this.#name !== undefined && (kind === 'not-found' || kind === 'unimplemented');
  }

  restart(): void {
    this.#name = undefined;
  }

  /** Until it is done. Throws where the stream ends before that. */
  async once(): Promise<ExecuteResponse> {
    const { signal, about } = this.#execution;
    const ending = new AbortController();
    const cancelled = (): void => void this.#cancel().then(() => ending.abort());
    if (signal.aborted) throw new RemoteFailure('cancelled', '');
    signal.addEventListener('abort', cancelled, { once: true });
    try {
      const settings = { about, timeoutMs: Number.POSITIVE_INFINITY, signal: ending.signal };
      for await (const operation of this.#open(settings)) {
        const done = this.#hear(operation);
        if (done !== undefined) return done;
      }
    } finally {
      signal.removeEventListener('abort', cancelled);
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
    this.heard += 1;
    if (name !== '') this.#name = name;
    if (metadata?.typeUrl.endsWith('ExecuteOperationMetadata'))
      this.#told(ExecuteOperationMetadata.decode(metadata.value));
    if (!done) return undefined;
    if (error !== undefined && error.code !== 0) throw failureOfStatus(error.code, error.message);
    if (response === undefined) throw new RemoteFailure('other', 'it is done and says nothing of it');
    return ExecuteResponse.decode(response.value);
  }

  #told({ stage, stdoutStreamName, stderrStreamName }: ExecuteOperationMetadata): void {
    const { onStage, onStreams } = this.#execution;
    const now = stageOf(stage);
    if (now !== undefined && now !== this.#stage) onStage(now);
    this.#stage = now ?? this.#stage;
    if (stdoutStreamName !== '' || stderrStreamName !== '')
      onStreams?.({ stdout: stdoutStreamName, stderr: stderrStreamName });
  }

  /** What is not known to be there yet gets a moment to become so. */
  async #cancel(): Promise<void> {
    const until = Date.now() + CANCEL_MS;
    while (this.#name === undefined && Date.now() < until) await sleep(20);
    const name = this.#name;
    if (name === undefined) return;
    // A server that cannot is one whose process ends by its timeout.
    await this.#engine.call(METHODS.cancelOperation, { name }, { timeoutMs: CANCEL_MS }).catch(() => {});
  }
}

function stageOf(stage: ExecutionStage_Value): Stage | undefined {
  if (stage === ExecutionStage_Value.QUEUED || stage === ExecutionStage_Value.CACHE_CHECK) return 'queued';
  return stage === ExecutionStage_Value.EXECUTING ? 'running' : undefined;
}
