// Bazel's plain HTTP cache: contents at /cas/<sha256>, results at /ac/<sha256 of the action>, each got by GET and stored by PUT. Any
// server that keeps files does for it, so nothing is taken for granted: what HEAD is not answered to is sent.
//
// https://bazel.build/remote/caching#http-caching

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, rmSync } from 'node:fs';
import {
  type ClientRequest,
  type IncomingMessage,
  Agent as PlainAgent,
  request as plainRequest,
} from 'node:http';
import { Agent, request } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Address } from '../config/remote-address.ts';
import { ActionResult } from '../generated/remote/build_bazel_remote_execution_v2.ts';
import { LARGE, oidOf } from '../store/content.ts';
import { atOnce } from './at-once.ts';
import type { CallSettings } from './channel.ts';
import type { Digest, Source, Target } from './contents.ts';
import type { Endpoint } from './endpoint.ts';
import { failureOfConnection, kindOfHttp, RemoteFailure } from './failure.ts';
import type { ResultServer } from './result-server.ts';

/** Bytes that a result holds at most. */
const MOST_OF_RESULT = 32 * 1_024 * 1_024;

/** Connections at once. */
const MOST_SOCKETS = 16;

type HttpEndpoint = Endpoint & { address: Extract<Address, { kind: 'http' }> };

interface Sent {
  method: 'GET' | 'HEAD' | 'PUT';
  signal: AbortSignal | undefined;
  body?: Source;
}

export class HttpCache implements ResultServer {
  readonly #endpoint: HttpEndpoint;
  readonly #agent: PlainAgent;

  constructor(endpoint: HttpEndpoint) {
    this.#endpoint = endpoint;
    const { tls, address } = endpoint;
    const kept = { keepAlive: true, maxSockets: MOST_SOCKETS };
    this.#agent = address.isSecure ? new Agent({ ...kept, ...tls }) : new PlainAgent(kept);
  }

  /** It says nothing of itself: whether it takes a result shows when it is stored. */
  async abilities(): Promise<{ storesResults: boolean }> {
    return { storesResults: true };
  }

  async getActionResult({ hash }: Digest, settings: CallSettings = {}): Promise<ActionResult | undefined> {
    const bytes = await this.#bytes(`ac/${hash}`, MOST_OF_RESULT, settings);
    try {
      return bytes && ActionResult.decode(bytes);
    } catch {
      throw new RemoteFailure('damaged', 'a result that is none');
    }
  }

  async updateActionResult(
    { hash }: Digest,
    result: ActionResult,
    settings: CallSettings = {},
  ): Promise<void> {
    const bytes = ActionResult.encode(result).finish();
    await this.#put(`ac/${hash}`, { digest: { hash, size: bytes.length }, read: () => [bytes] }, settings);
  }

  async upload(sources: Iterable<Source>, settings: CallSettings = {}): Promise<number> {
    const all = [...new Map([...sources].map((source) => [source.digest.hash, source])).values()];
    let sent = 0;
    await atOnce(all, async (source) => {
      const { hash, size } = source.digest;
      if (await this.#has(hash, settings)) return;
      await this.#put(`cas/${hash}`, source, settings);
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
      if (bytes === undefined) throw new RemoteFailure('not-found', `content ${hash.slice(0, 12)}`);
      if (bytes.length !== size || oidOf(bytes) !== hash) throw damaged(digest);
      await target.bytes(digest, bytes);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  async #has(hash: string, { signal }: CallSettings): Promise<boolean> {
    const { response, end } = await this.#send(`cas/${hash}`, { method: 'HEAD', signal });
    response.resume();
    end();
    const status = response.statusCode ?? 0;
    // Who keeps files and knows no HEAD is asked by what is sent.
    if (status === 404 || status === 405 || status === 501) return false;
    this.#check(response);
    return true;
  }

  /** Undefined where it is not there; `most` bytes, and one more where it is more than that. */
  async #bytes(path: string, most: number, { signal }: CallSettings): Promise<Buffer | undefined> {
    const { response, renew, end } = await this.#send(path, { method: 'GET', signal });
    try {
      if (response.statusCode === 404) {
        response.resume();
        return undefined;
      }
      this.#check(response);
      const parts: Buffer[] = [];
      let bytes = 0;
      for await (const part of response) {
        renew();
        parts.push(part);
        bytes += part.length;
        if (bytes > most) break;
      }
      return Buffer.concat(parts);
    } catch (error) {
      throw end() ?? failureOfConnection(error);
    } finally {
      end();
    }
  }

  async #file(digest: Digest, target: Target, { signal }: CallSettings): Promise<void> {
    const { hash, size } = digest;
    const { response, renew, end } = await this.#send(`cas/${hash}`, { method: 'GET', signal });
    const draft = target.draft(digest);
    try {
      this.#check(response);
      const digesting = createHash('sha256');
      let bytes = 0;
      const check = async function* (parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
        for await (const part of parts) {
          renew();
          bytes += part.length;
          if (bytes > size) throw damaged(digest);
          digesting.update(part);
          yield part;
        }
      };
      await pipeline(response, check, createWriteStream(draft, { flags: 'wx', mode: 0o600 }));
      if (bytes !== size || digesting.digest('hex') !== hash) throw damaged(digest);
      await target.file(digest, draft);
    } catch (error) {
      rmSync(draft, { force: true });
      throw end() ?? failureOfConnection(error);
    } finally {
      end();
    }
  }

  async #put(path: string, body: Source, { signal }: CallSettings): Promise<void> {
    const { response, end } = await this.#send(path, { method: 'PUT', signal, body });
    response.resume();
    end();
    this.#check(response);
  }

  #check({ statusCode: status = 0, statusMessage = '' }: IncomingMessage): void {
    if (status >= 200 && status < 300) return;
    throw new RemoteFailure(kindOfHttp(status), `HTTP ${status} ${statusMessage}`.trim());
  }

  /** @returns the response; `end` is called when it is over, and says whether nothing came in time */
  async #send(
    path: string,
    { method, signal, body }: Sent,
  ): Promise<{ response: IncomingMessage; renew(): void; end(): RemoteFailure | undefined }> {
    const { address, headers, timeoutMs } = this.#endpoint;
    const { base } = address;
    const url = new URL(base);
    url.pathname = `${base.pathname.replace(/\/+$/, '')}/${path}`;
    const call: ClientRequest = (address.isSecure ? request : plainRequest)(url, {
      ...{ method, agent: this.#agent, signal },
      headers: { ...headers, ...(body && { 'content-length': body.digest.size }) },
    });
    let failure: RemoteFailure | undefined;
    let timer: NodeJS.Timeout | undefined;
    const renew = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        failure = new RemoteFailure('slow', '');
        call.destroy(failure);
      }, timeoutMs);
    };
    const end = (): RemoteFailure | undefined => {
      clearTimeout(timer);
      return failure;
    };
    renew();
    try {
      const answered = once(call, 'response');
      if (body === undefined) call.end();
      else await Promise.race([sendBody(body, call, renew), answered]);
      const [response] = (await answered) as [IncomingMessage];
      renew();
      return { response, renew, end };
    } catch (error) {
      throw end() ?? failureOfConnection(error);
    }
  }
}

const damaged = ({ hash }: Digest): RemoteFailure =>
  new RemoteFailure('damaged', `content ${hash.slice(0, 12)}`);

/** An answer may come before all of it is sent. */
async function sendBody({ read }: Source, call: ClientRequest, renew: () => void): Promise<void> {
  const watched = async function* (): AsyncGenerator<Uint8Array> {
    for await (const part of read()) {
      renew();
      yield part;
    }
  };
  await pipeline(Readable.from(watched(), { objectMode: false }), call);
}
