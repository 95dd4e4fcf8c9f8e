// The one door to gRPC: calls of one server, each with its metadata and a limit to how long nothing may come.

import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkServerIdentity } from 'node:tls';
import {
  type ChannelCredentials,
  Client,
  type ClientReadableStream,
  credentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import type { Address } from '../config/remote-address.ts';
import { RequestMetadata } from '../generated/remote/build_bazel_remote_execution_v2.ts';
import { type Call, Calling } from './calling.ts';
import type { Tls } from './endpoint.ts';
import { RemoteFailure } from './failure.ts';
import { Line } from './line.ts';
import type { Method } from './methods.ts';
import { Sockets } from './sockets.ts';

/** A response may hold a batch, and somebody else's idea of how large one is. */
const MOST_RECEIVED = 32 * 1_024 * 1_024;

/** How often, and after how many milliseconds, a call is made again whose connection was lost. */
const AGAIN_AFTER_MS = [50, 250];

/**
 * A server that hangs while its system goes on is found out by this alone; what is cut is by its socket, much earlier. Servers hang up
 * on who asks them more often than every five minutes.
 */
const ASK_AFTER_MS = 310_000;
const ANSWER_MS = 20_000;

/** What a call is for, as far as whoever looks at the server's log is told. */
export interface About {
  /** The hash of the action. */
  action?: string;
  task?: string;
}

export interface CallSettings {
  about?: About;
  /** How long nothing may come, where that is not as usual. Milliseconds. */
  timeoutMs?: number;
  /** Bytes of contents that are sent with it, or are to come. */
  up?: number;
  down?: number;
  signal?: AbortSignal;
}

export interface ChannelOptions {
  address: Extract<Address, { kind: 'grpc' }>;
  /** Sent with each call. */
  headers: Readonly<Record<string, string>>;
  tls: Tls;
  /** How long nothing may come. */
  timeoutMs: number;
  /** Names this run for whoever reads the server's log. */
  invocation: string;
  version: string;
}

export class Channel {
  readonly #client: Client;
  readonly #options: ChannelOptions;
  readonly #sockets = new Sockets();
  readonly #line = new Line();
  /** The calls that are on their way. */
  readonly #calls = new Set<Calling>();

  constructor(options: ChannelOptions) {
    const { address, tls } = options;
    this.#options = options;
    this.#client = new Client(
      address.target,
      this.#sockets.watch(address.isSecure ? secured(tls, address.target) : credentials.createInsecure()),
      {
        'grpc.primary_user_agent': `ptask/${options.version}`,
        'grpc.max_receive_message_length': MOST_RECEIVED,
        'grpc.initial_reconnect_backoff_ms': 50,
        'grpc.max_reconnect_backoff_ms': 1_000,
        // What goes twice is for us to decide.
        'grpc.enable_retries': 0,
        'grpc.keepalive_time_ms': ASK_AFTER_MS,
        'grpc.keepalive_timeout_ms': ANSWER_MS,
        // Another channel in this process, to another instance, has a connection of its own.
        'grpc.use_local_subchannel_pool': 1,
        ...(isIP(hostOf(address.target)) > 0 && { 'grpc.ssl_target_name_override': 'localhost' }),
      },
    );
  }

  /** One request, one response. Made once more where the connection is lost, which may be done with all that ptask calls so. */
  async call<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    settings: CallSettings = {},
  ): Promise<Response> {
    const timeoutMs = settings.timeoutMs ?? this.#options.timeoutMs;
    const until = Date.now() + timeoutMs;
    for (const pauseMs of AGAIN_AFTER_MS) {
      try {
        return await this.#once(method, request, settings);
      } catch (error) {
        const isLost = error instanceof RemoteFailure && error.kind === 'unreachable';
        if (!isLost || Date.now() + pauseMs >= until || settings.signal?.aborted) throw error;
        await sleep(pauseMs);
      }
    }
    return this.#once(method, request, settings);
  }

  #once<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    settings: CallSettings,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      const call = this.#client.makeUnaryRequest(
        ...([method.path, method.write, method.read, request] as const),
        this.#metadata(settings.about),
        (error, response) => {
          calling.end();
          if (error === null) resolve(response as Response);
          else reject(calling.failureOf(error));
        },
      );
      const calling = this.#begin(call, settings, true);
    });
  }

  /**
   * One request, many responses. Whoever stops reading cancels it. Throws `RemoteFailure`, also where nothing comes for as long as is
   * set: `Infinity` for a stream that may be silent.
   */
  async *stream<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    settings: CallSettings = {},
  ): AsyncGenerator<Response, void, undefined> {
    const call: ClientReadableStream<Response> = this.#client.makeServerStreamRequest(
      ...([method.path, method.write, method.read, request] as const),
      this.#metadata(settings.about),
    );
    const calling = this.#begin(call, settings);
    try {
      for await (const response of call) {
        calling.watch.renew();
        yield response as Response;
        calling.watch.renew();
      }
    } catch (error) {
      throw calling.failureOf(error);
    } finally {
      calling.end();
      call.cancel();
    }
  }

  /** Many requests, one response, which may come before the last of them: the rest is not sent then. */
  async send<Request, Response>(
    method: Method<Request, Response>,
    requests: AsyncIterable<Request> | Iterable<Request>,
    settings: CallSettings = {},
  ): Promise<Response> {
    let end: (() => void) | undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    let told: { error: ServiceError | null; response: Response | undefined } | undefined;
    const call = this.#client.makeClientStreamRequest(
      ...([method.path, method.write, method.read, this.#metadata(settings.about)] as const),
      (error: ServiceError | null, response?: Response) => {
        told = { error, response };
        end?.();
      },
    );
    // Told to the callback as well.
    call.on('error', () => {});
    const calling = this.#begin(call, settings);
    try {
      for await (const request of requests) {
        if (told !== undefined) break;
        const isTaken = new Promise<void>((resolve) => call.write(request, () => resolve()));
        await Promise.race([isTaken, ended]);
        calling.watch.renew();
      }
      call.end();
      await ended;
    } catch (error) {
      call.cancel();
      throw error;
    } finally {
      calling.end();
    }
    const { error, response } = told as NonNullable<typeof told>;
    if (error === null) return response as Response;
    throw calling.failureOf(error);
  }

  /** Ends what is on its way. */
  close(): void {
    for (const { cancel } of this.#calls) cancel();
    this.#client.close();
    this.#sockets.close();
  }

  #begin(
    call: Call,
    { timeoutMs = this.#options.timeoutMs, up, down, signal }: CallSettings,
    isWhole = false,
  ): Calling {
    const calling = new Calling(call, {
      ...{ line: this.#line, signal },
      watched: { timeoutMs, isWhole, up: up ?? 0, down: down ?? 0 },
      address: this.#options.address,
      ended: (it) => this.#calls.delete(it),
    });
    this.#calls.add(calling);
    return calling;
  }

  #metadata(about: About = {}): Metadata {
    const metadata = new Metadata();
    const { headers, invocation, version } = this.#options;
    for (const [name, value] of Object.entries(headers)) metadata.set(name.toLowerCase(), value);
    const request = RequestMetadata.encode({
      toolDetails: { toolName: 'ptask', toolVersion: version },
      actionId: about.action ?? '',
      toolInvocationId: invocation,
      correlatedInvocationsId: invocation,
      actionMnemonic: 'Task',
      targetId: about.task ?? '',
      configurationId: '',
    }).finish();
    metadata.set('build.bazel.remote.execution.v2.requestmetadata-bin', Buffer.from(request));
    return metadata;
  }
}

/**
 * Throws where what is given is no certificate or no key. A host that is a number has no name that TLS could ask for, which Node warns
 * of where it is tried: asked for is a name that says nothing, and the certificate is looked at for the number.
 */
function secured({ ca, cert, key }: Tls, target: string): ChannelCredentials {
  const host = hostOf(target);
  return credentials.createSsl(ca ?? null, key ?? null, cert ?? null, {
    ...(isIP(host) > 0 && { checkServerIdentity: (_, theirs) => checkServerIdentity(host, theirs) }),
  });
}

const hostOf = (target: string): string => target.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
