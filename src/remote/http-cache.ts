// Bazel's plain HTTP cache: contents at /cas/<sha256>, results at /ac/<sha256 of the action>, each got by GET and stored by PUT. Any
// server that keeps files does for it, so nothing is taken for granted: what HEAD is not answered to is sent.
//
// https://bazel.build/remote/caching#http-caching

import { createHash } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { type IncomingMessage, Agent as PlainAgent } from 'node:http';
import { Agent } from 'node:https';
import type { Address } from '../config/remote-address.ts';
import { ActionResult } from '../generated/remote/build_bazel_remote_execution_v2.ts';
import { LARGE, oidOf } from '../store/content.ts';
import { atOnce, Turns } from './at-once.ts';
import type { CallSettings } from './channel.ts';
import type { Digest, Source, Target } from './contents.ts';
import type { Endpoint } from './endpoint.ts';
import { kindOfHttp, placeOf, RemoteFailure } from './failure.ts';
import { type Answered, exchange, type HttpCall, Stale } from './http-call.ts';
import { Line } from './line.ts';
import type { ResultServer } from './result-server.ts';
import { isMessage } from './wire.ts';

/** Bytes that a result holds at most. */
const MOST_OF_RESULT = 32 * 1_024 * 1_024;

/** Bytes of a result that there is time for. */
const RESULT = 4 * 1_024 * 1_024;

/** Connections at once. */
const MOST_SOCKETS = 16;

/** Bytes that a server is asked whether it takes before they are sent. */
const OFFERED = 64 * 1_024;

/** What HTML begins with. */
const PAGE = '<'.charCodeAt(0);

const noResult = (): RemoteFailure => new RemoteFailure('damaged', 'a result that is none');

type HttpEndpoint = Endpoint & { address: Extract<Address, { kind: 'http' }> };

type Asked = Pick<HttpCall, 'method' | 'signal' | 'body' | 'down'>;

export class HttpCache implements ResultServer {
  readonly #endpoint: HttpEndpoint;
  readonly #agent: PlainAgent;
  /** For what has met a connection that the server had left: the others that are kept may be no better. */
  readonly #anew: PlainAgent;
  readonly #line = new Line();
  readonly #turns = new Turns();
  /** Contents that have proved damaged or gone, whatever is said of them: they are sent again. */
  readonly #damaged = new Set<string>();
  /** Whether the server says a word to what it is offered. */
  #hearsOffers = true;

  constructor(endpoint: HttpEndpoint) {
    this.#endpoint = endpoint;
    const { tls, address } = endpoint;
    const agentOf = (keepAlive: boolean): PlainAgent => {
      const options = { keepAlive, maxSockets: MOST_SOCKETS };
      return address.isSecure ? new Agent({ ...options, ...tls }) : new PlainAgent(options);
    };
    this.#agent = agentOf(true);
    this.#anew = agentOf(false);
  }

  /** It says nothing of itself: whether it takes a result shows when it is stored. */
  async abilities(): Promise<{ storesResults: boolean }> {
    return { storesResults: true };
  }

  async getActionResult({ hash }: Digest, settings: CallSettings = {}): Promise<ActionResult | undefined> {
    const bytes = await this.#bytes(`ac/${hash}`, MOST_OF_RESULT, settings, RESULT);
    if (bytes === undefined) return undefined;
    // Somebody's page, such as one to log in at, may look like an empty result.
    if (!isMessage(bytes)) throw bytes[0] === PAGE ? new RemoteFailure('foreign', '') : noResult();
    return ActionResult.decode(bytes);
  }

  async updateActionResult(
    { hash }: Digest,
    result: ActionResult,
    settings: CallSettings = {},
  ): Promise<void> {
    const bytes = ActionResult.encode(result).finish();
    if (bytes.length > MOST_OF_RESULT) throw new RemoteFailure('too-large', 'a result with too many outputs');
    await this.#put(`ac/${hash}`, { digest: { hash, size: bytes.length }, read: () => [bytes] }, settings);
  }

  async upload(sources: Iterable<Source>, settings: CallSettings = {}): Promise<number> {
    const all = [...new Map([...sources].map((source) => [source.digest.hash, source])).values()];
    let sent = 0;
    await atOnce(all, async (source) => {
      const { hash, size } = source.digest;
      if (await this.#has(source.digest, settings)) return;
      await this.#put(`cas/${hash}`, source, settings);
      this.#damaged.delete(hash);
      sent += size;
    });
    return sent;
  }

  async download(digests: Iterable<Digest>, target: Target, settings: CallSettings = {}): Promise<void> {
    const all = [...new Map([...digests].map((digest) => [digest.hash, digest])).values()];
    await atOnce(all, async (digest) => {
      const { hash, size } = digest;
      if (size > LARGE) return this.#file(digest, target, settings);
      const bytes = await this.#bytes(`cas/${hash}`, size, settings);
      if (bytes === undefined) throw this.#unusable(digest, 'not-found');
      if (bytes.length !== size || oidOf(bytes) !== hash) throw this.#unusable(digest, 'damaged');
      await target.bytes(digest, bytes);
    });
  }

  close(): void {
    this.#agent.destroy();
    this.#anew.destroy();
  }

  async #has({ hash, size }: Digest, { signal }: CallSettings): Promise<boolean> {
    if (this.#damaged.has(hash)) return false;
    const { response, end } = await this.#ask(`cas/${hash}`, { method: 'HEAD', signal });
    response.resume();
    end();
    const status = response.statusCode ?? 0;
    // Who keeps files and knows no HEAD is asked by what is sent.
    if (status === 404 || status === 405 || status === 501) return false;
    this.#check(response, `cas/${hash}`);
    // What is there under its name and of another size is something else.
    const length = response.headers['content-length'];
    return length === undefined || 'content-encoding' in response.headers || Number(length) === size;
  }

  /** Undefined where it is not there; `most` bytes, and some more where it is more than that. */
  async #bytes(
    path: string,
    most: number,
    { signal }: CallSettings,
    down = most,
  ): Promise<Buffer | undefined> {
    const { response, parts, end } = await this.#ask(path, { method: 'GET', signal, down });
    try {
      if (response.statusCode === 404) {
        response.resume();
        return undefined;
      }
      this.#check(response, path);
      const all: Buffer[] = [];
      let bytes = 0;
      for await (const part of parts()) {
        all.push(part);
        bytes += part.length;
        if (bytes > most) break;
      }
      return Buffer.concat(all);
    } finally {
      end();
    }
  }

  async #file(digest: Digest, target: Target, { signal }: CallSettings): Promise<void> {
    const { hash, size } = digest;
    const { response, parts, end } = await this.#ask(`cas/${hash}`, { method: 'GET', signal, down: size });
    try {
      if (response.statusCode === 404) throw this.#unusable(digest, 'not-found');
      this.#check(response, `cas/${hash}`);
      const draft = target.draft(digest);
      const handle = openSync(draft, 'wx', 0o600);
      try {
        const digesting = createHash('sha256');
        let bytes = 0;
        try {
          for await (const part of parts()) {
            bytes += part.length;
            if (bytes > size) break;
            digesting.update(part);
            for (let at = 0; at < part.length; ) at += writeSync(handle, part, at);
          }
        } finally {
          closeSync(handle);
        }
        if (bytes !== size || digesting.digest('hex') !== hash) throw this.#unusable(digest, 'damaged');
        await target.file(digest, draft);
      } catch (error) {
        rmSync(draft, { force: true });
        throw error;
      }
    } finally {
      end();
    }
  }

  #put(path: string, body: Source, { signal }: CallSettings): Promise<void> {
    return this.#turns.take(body.digest.size, async () => {
      const { response, end } = await this.#ask(path, { method: 'PUT', signal, body });
      response.resume();
      end();
      // It may serve files, and keep none.
      if (response.statusCode === 404) throw new RemoteFailure('unimplemented', 'HTTP 404 to PUT');
      this.#check(response, path);
    });
  }

  #check({ statusCode: status = 0, statusMessage = '', headers }: IncomingMessage, path: string): void {
    if (status >= 200 && status < 300) return;
    if (status >= 300 && status < 400 && headers.location !== undefined)
      throw new RemoteFailure(
        'moved',
        `${placeOf(headers.location, this.#urlOf(path), `/${path}`)} (HTTP ${status})`,
      );
    throw new RemoteFailure(kindOfHttp(status), `HTTP ${status} ${statusMessage}`.trim());
  }

  /** Once more where it has met a connection that is none any more, or an answer to the offer and not to what was offered. */
  async #ask(path: string, asked: Asked): Promise<Answered> {
    const { headers, timeoutMs } = this.#endpoint;
    const url = this.#urlOf(path);
    const isOffered = this.#hearsOffers && (asked.body?.digest.size ?? 0) > OFFERED;
    const call: HttpCall = {
      ...asked,
      url,
      headers,
      timeoutMs,
      isOffered,
      line: this.#line,
      agent: this.#agent,
    };
    const answered = await exchange(call).catch((error: unknown) => {
      if (!(error instanceof Stale)) throw error;
      return exchange({ ...call, agent: this.#anew });
    });
    if (isOffered && !answered.isOfferHeard) this.#hearsOffers = false;
    if (answered.response.statusCode !== 417) return answered;
    answered.response.resume();
    answered.end();
    this.#hearsOffers = false;
    return exchange({ ...call, isOffered: false });
  }

  #urlOf(path: string): URL {
    const url = new URL(this.#endpoint.address.base);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
    return url;
  }

  #unusable({ hash }: Digest, kind: 'damaged' | 'not-found'): RemoteFailure {
    this.#damaged.add(hash);
    return new RemoteFailure(kind, `content ${hash.slice(0, 12)}`);
  }
}
