// A server of the Remote Execution API: its capabilities, contents, kept results, and the calls that execute. Loaded only when one is
// configured.

import type { Address } from '../config/remote-address.ts';
import {
  type ActionResult,
  DigestFunction_Value,
  type ServerCapabilities,
} from '../generated/remote/build_bazel_remote_execution_v2.ts';
import { Cas, wireDigest } from './cas.ts';
import { type CallSettings, Channel } from './channel.ts';
import type { Digest, Source, Target } from './contents.ts';
import type { Endpoint } from './endpoint.ts';
import { failureOfConnection, RemoteFailure } from './failure.ts';
import { RECORD } from './kept-result.ts';
import type { Method } from './methods.ts';
import { METHODS } from './methods.ts';

export interface EngineOptions {
  endpoint: Endpoint & { address: Extract<Address, { kind: 'grpc' }> };
  /** Names this run for whoever reads the server's log. */
  invocation: string;
  /** ptask's. */
  version: string;
}

/** What a server says that it can do, as far as it matters here. */
export interface Abilities {
  /** Whether results may be stored by a client; a server may still refuse this one. */
  storesResults: boolean;
  executes: boolean;
  /** Whether it speaks version 2.1 or later, as far as it says. */
  knowsOutputPaths: boolean;
  /** Bytes, 0 where it does not say. */
  mostOfBatch: number;
  /** Whether it says anything at all of itself. */
  isTold: boolean;
}

/** Bytes of an output in a result, more or less. */
const OUTPUT = 160;

interface Opened {
  abilities: Abilities;
  cas: Cas;
}

export class Engine {
  readonly instance: string;
  readonly #channel: Channel;
  #opened: Promise<Opened> | undefined;

  /** Connects with the first call. Throws `RemoteFailure` for a certificate or a key that is none. */
  constructor({ endpoint, invocation, version }: EngineOptions) {
    const { address, headers, tls, timeoutMs } = endpoint;
    this.instance = address.instance;
    try {
      this.#channel = new Channel({ address, headers, tls, timeoutMs, invocation, version });
    } catch (error) {
      throw new RemoteFailure('certificate', (error as Error).message);
    }
  }

  /** Asked once. Throws `RemoteFailure`, as all of these do. */
  async abilities({ signal }: CallSettings = {}): Promise<Abilities> {
    return (await this.#open(signal)).abilities;
  }

  async findMissing(digests: Iterable<Digest>, settings?: CallSettings): Promise<Digest[]> {
    return (await this.#open(settings?.signal)).cas.findMissing(digests, settings);
  }

  /** Those that the server lacks. @returns bytes that were sent */
  async upload(sources: Iterable<Source>, settings?: CallSettings): Promise<number> {
    return (await this.#open(settings?.signal)).cas.upload(sources, settings);
  }

  async download(digests: Iterable<Digest>, target: Target, settings?: CallSettings): Promise<void> {
    return (await this.#open(settings?.signal)).cas.download(digests, target, settings);
  }

  /** Undefined where there is none. */
  async getActionResult(action: Digest, settings?: CallSettings): Promise<ActionResult | undefined> {
    // What the server can do is needed for what comes next: by then it is known. Whoever needs it is told what is wrong with that.
    this.#open(undefined).catch(() => {});
    try {
      return await this.#channel.call(
        METHODS.getActionResult,
        {
          instanceName: this.instance,
          actionDigest: wireDigest(action),
          inlineStdout: false,
          inlineStderr: false,
          // It says more of the result, and is wanted next; who knows nothing of this does without.
          inlineOutputFiles: [RECORD],
        },
        settings,
      );
    } catch (error) {
      if (!(error instanceof RemoteFailure) || error.kind !== 'not-found') throw error;
      // Where it speaks of an instance, it may be that which is not there: then it says so of itself.
      if (/\binstance\b/i.test(error.details)) await this.#open(settings?.signal);
      return undefined;
    }
  }

  /** What it names has to be there already. */
  async updateActionResult(action: Digest, result: ActionResult, settings?: CallSettings): Promise<void> {
    const request = {
      instanceName: this.instance,
      actionDigest: wireDigest(action),
      actionResult: result,
      resultsCachePolicy: undefined,
    };
    const up = result.outputFiles.length * OUTPUT + OUTPUT;
    await this.#channel.call(METHODS.updateActionResult, request, { ...settings, up });
  }

  /** Of `METHODS`: one response. */
  call<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    settings?: CallSettings,
  ): Promise<Response> {
    return this.#channel.call(method, request, settings);
  }

  /** Of `METHODS`: responses as they come, for `execute` and `waitExecution` with a `timeoutMs` of `Infinity`. */
  stream<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    settings?: CallSettings,
  ): AsyncGenerator<Response, void, undefined> {
    return this.#channel.stream(method, request, settings);
  }

  close(): void {
    this.#channel.close();
  }

  /** Asked for all: whoever leaves takes nothing from the others. */
  async #open(signal: AbortSignal | undefined): Promise<Opened> {
    this.#opened ??= this.#capabilities().then((abilities) => ({
      abilities,
      cas: new Cas(this.#channel, this.instance, abilities.mostOfBatch),
    }));
    if (signal === undefined) return this.#opened;
    const opened = this.#opened;
    return new Promise((resolve, reject) => {
      const leave = (): void => reject(new RemoteFailure('cancelled', ''));
      if (signal.aborted) leave();
      signal.addEventListener('abort', leave, { once: true });
      opened.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }

  async #capabilities(): Promise<Abilities> {
    try {
      const told = await this.#channel.call(METHODS.getCapabilities, { instanceName: this.instance });
      return abilitiesOf(told);
    } catch (error) {
      const { kind, details, code } = failureOfConnection(error);
      if (kind === 'not-found') throw new RemoteFailure('no-instance', details, code);
      // It is not asked by all clients, and some small servers leave it out.
      if (kind !== 'unimplemented') throw error;
      return { storesResults: true, executes: true, knowsOutputPaths: true, mostOfBatch: 0, isTold: false };
    }
  }
}

function abilitiesOf({
  cacheCapabilities: cache,
  executionCapabilities: execution,
  highApiVersion: highest,
}: ServerCapabilities): Abilities {
  const functions: readonly number[] = cache?.digestFunction ?? [];
  if (cache !== undefined && functions.length > 0 && !functions.includes(DigestFunction_Value.SHA256))
    throw new RemoteFailure('other', 'it does not name contents by their sha256');
  return {
    storesResults: cache?.actionCacheUpdateCapabilities?.updateEnabled ?? false,
    executes: execution?.execEnabled ?? false,
    knowsOutputPaths:
      highest === undefined || highest.major > 2 || (highest.major === 2 && highest.minor >= 1),
    mostOfBatch: cache?.maxBatchTotalSizeBytes ?? 0,
    isTold: true,
  };
}
