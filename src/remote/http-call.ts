// One request by HTTP and the beginning of its response. What is wrong here with what is sent is thrown as it is; all else that is thrown
// is a `RemoteFailure`.

import { once } from 'node:events';
import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as plainRequest,
} from 'node:http';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Source } from './contents.ts';
import { failureOfConnection, RemoteFailure } from './failure.ts';
import type { Line, Watch } from './line.ts';

/** How long a server that may refuse what it is offered has to say so. */
const OFFER_MS = 1_000;

export interface HttpCall {
  method: 'GET' | 'HEAD' | 'PUT';
  url: URL;
  headers: OutgoingHttpHeaders;
  agent: Agent;
  line: Line;
  timeoutMs: number;
  signal: AbortSignal | undefined;
  body?: Source | undefined;
  /** Whether the server is asked before the body is sent: what refuses it and hangs up is not heard otherwise. */
  isOffered?: boolean;
  /** Bytes that are expected. */
  down?: number;
}

export interface Answered {
  response: IncomingMessage;
  /** What comes of it, in parts. */
  parts(): AsyncGenerator<Buffer, void, undefined>;
  /** It is over, whether or not all of it has come. */
  end(): void;
  /** Whether the server has said anything to an offer. */
  isOfferHeard: boolean;
}

/** A connection from earlier, which the server has left meanwhile. */
export class Stale extends Error {}

export async function exchange(call: HttpCall): Promise<Answered> {
  const { method, url, headers, agent, signal, body, isOffered = false } = call;
  const sent: ClientRequest = (url.protocol === 'https:' ? request : plainRequest)(url, {
    ...{ method, agent, signal },
    headers: {
      ...headers,
      ...(body && { 'content-length': body.digest.size }),
      ...(isOffered && { expect: '100-continue' }),
    },
  });
  // Whoever waits for it is told; so is whoever reads the response.
  sent.on('error', () => {});
  const watching = new Watching(call, sent);
  const answered = once(sent, 'response');
  const heard = { isOver: false, isOffer: false };
  const isOver = (): void => {
    heard.isOver = true;
  };
  const over = answered.then(isOver, isOver);
  const offer = new Promise<void>((done) => sent.once('continue', done)).then(() => {
    heard.isOffer = true;
  });
  try {
    if (isOffered) await Promise.race([over, offer, watching.begun.then(() => sleep(OFFER_MS))]);
    // A refusal may have come with it.
    if (isOffered) await new Promise((next) => setImmediate(next));
    if (body !== undefined && !heard.isOver)
      await send(body, sent, { over, isOver: () => heard.isOver, taken: () => watching.watch?.renew() });
  } catch (error) {
    watching.end();
    sent.destroy();
    throw error;
  }
  if (!heard.isOver) sent.end();
  try {
    const [response] = (await answered) as [IncomingMessage];
    watching.watch?.renew();
    const end = (): void => {
      watching.end();
      // What was not sent is not wanted any more.
      if (!sent.writableFinished) sent.destroy();
    };
    const isOfferHeard = heard.isOffer || !sent.writableEnded;
    return { response, end, isOfferHeard, parts: () => partsOf(response, watching) };
  } catch (error) {
    watching.end();
    throw watching.failureOf(error);
  }
}

/** The call's watch: its time begins when it has a connection of those that there may be at once. */
class Watching {
  readonly #call: HttpCall;
  readonly #sent: ClientRequest;
  readonly begun: Promise<unknown>;
  watch: Watch | undefined;
  #isEnded = false;

  constructor(call: HttpCall, sent: ClientRequest) {
    this.#call = call;
    this.#sent = sent;
    const { line, timeoutMs, body, down = 0 } = call;
    this.begun = new Promise<void>((begin) => sent.once('socket', () => begin()));
    sent.once('socket', () => {
      if (this.#isEnded) return;
      this.watch = line.watch({ timeoutMs, down, up: body?.digest.size ?? 0 }, () =>
        sent.destroy(new Error('slow')),
      );
    });
  }

  end(): void {
    this.#isEnded = true;
    this.watch?.end();
  }

  /** Before there is a response. */
  failureOf(error: unknown): Error {
    if (this.#call.signal?.aborted) return new RemoteFailure('cancelled', '');
    const isSending = this.#call.body !== undefined;
    if (this.watch?.isOver) return new RemoteFailure(isSending ? 'not-taken' : 'slow', '');
    const failure = failureOfConnection(error);
    const { code } = error as NodeJS.ErrnoException;
    const isLost = code === 'ECONNRESET' || code === 'EPIPE';
    if (isLost && this.#sent.reusedSocket) return new Stale(failure.message);
    return isLost && isSending ? new RemoteFailure('not-taken', failure.details) : failure;
  }

  /** Within the response. */
  brokenOff(error: unknown): RemoteFailure {
    if (this.#call.signal?.aborted) return new RemoteFailure('cancelled', '');
    return this.watch?.isOver ? new RemoteFailure('slow', '') : failureOfConnection(error);
  }
}

interface Hearing {
  /** Resolves with the response, or when there will be none. */
  over: Promise<void>;
  isOver(): boolean;
  taken(): void;
}

/** As far as it is wanted. */
async function send({ read }: Source, sent: ClientRequest, { over, isOver, taken }: Hearing): Promise<void> {
  for await (const part of read()) {
    if (isOver()) return;
    const isRoom = sent.write(part);
    if (!isRoom) await Promise.race([new Promise<void>((done) => sent.once('drain', done)), over]);
    taken();
  }
}

async function* partsOf(
  response: IncomingMessage,
  watching: Watching,
): AsyncGenerator<Buffer, void, undefined> {
  const parts = response[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await parts.next().catch((error: unknown) => {
        throw watching.brokenOff(error);
      });
      if (done) return;
      watching.watch?.renew();
      yield value as Buffer;
      watching.watch?.renew();
    }
  } finally {
    response.destroy();
  }
}
