// The contents of a server of the Remote Execution API: which it lacks, up to it and down from it. Small ones go in batches, large ones
// as streams, and all of them as streams where the server knows no batches. What comes is what its digest says, or nothing.

import { createHash, randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, rmSync, writeSync } from 'node:fs';
import type { Digest as WireDigest } from '../generated/remote/build_bazel_remote_execution_v2.ts';
import { LARGE, oidOf } from '../store/content.ts';
import { atOnce, Turns } from './at-once.ts';
import type { CallSettings, Channel } from './channel.ts';
import type { Digest, Source, Target } from './contents.ts';
import { failureOfStatus, RemoteFailure, STATUS } from './failure.ts';
import { Gathering } from './gathering.ts';
import { METHODS } from './methods.ts';

/** Bytes that a message holds at most where nobody has said otherwise, and that ours stay well below. */
const MESSAGE = 4 * 1_024 * 1_024;
const HEAD_ROOM = 0.9;
/** Bytes that stand beside each content in a batch. */
const ENTRY = 128;
const MOST_NAMES = 20_000;
/** Bytes of each. */
const NAME = 72;
const PIECE = 256 * 1_024;

export const wireDigest = ({ hash, size }: Digest): WireDigest => ({ hash, sizeBytes: size });

export class Cas {
  readonly #channel: Channel;
  readonly #instance: string;
  readonly #batch: number;
  readonly #turns = new Turns();
  readonly #small = new Gathering(
    (digests) => this.#parted(digests).batches,
    (digests, came, settings) => this.#downloadBatch(digests, came, settings),
  );
  /** Contents that have proved damaged or gone, whatever is said of them: they are sent again. */
  readonly #damaged = new Set<string>();
  /** What the server is known to be without. */
  #isWithoutBatches = { reading: false, writing: false };

  /** @param mostOfBatch bytes, by the server's word; 0 where it has none */
  constructor(channel: Channel, instance: string, mostOfBatch: number) {
    this.#channel = channel;
    this.#instance = instance;
    this.#batch = HEAD_ROOM * Math.min(mostOfBatch > 0 ? mostOfBatch : MESSAGE, MESSAGE);
  }

  /** Those of them, each once, that the server does not have. */
  async findMissing(digests: Iterable<Digest>, settings?: CallSettings): Promise<Digest[]> {
    const all = [...unique(digests)];
    const parts: Digest[][] = [];
    for (let at = 0; at < all.length; at += MOST_NAMES) parts.push(all.slice(at, at + MOST_NAMES));
    const missing = new Set<string>();
    await atOnce(parts, async (part) => {
      const request = { instanceName: this.#instance, blobDigests: part.map(wireDigest) };
      const found = await this.#channel.call(METHODS.findMissingBlobs, request, {
        ...settings,
        up: part.length * NAME,
      });
      for (const { hash } of found.missingBlobDigests) missing.add(hash);
    });
    return all.filter(({ hash }) => missing.has(hash) || this.#damaged.has(hash));
  }

  /** Those that the server lacks. @returns bytes that were sent */
  async upload(sources: Iterable<Source>, settings?: CallSettings): Promise<number> {
    const byHash = new Map([...sources].map((source) => [source.digest.hash, source]));
    const digests = [...byHash.values()].map(({ digest }) => digest);
    const missing = await this.findMissing(digests, settings);
    const { batches, single } = this.#parted(missing, this.#isWithoutBatches.writing);
    const sourceOf = ({ hash }: Digest): Source => byHash.get(hash) as Source;
    await atOnce(batches, (batch) => this.#uploadBatch(batch.map(sourceOf), settings));
    await atOnce(single, (digest) => this.#write(sourceOf(digest), settings));
    return missing.reduce((sum, { size }) => sum + size, 0);
  }

  /** All of them, or it throws: `not-found` where the server does not have one. */
  async download(digests: Iterable<Digest>, target: Target, settings?: CallSettings): Promise<void> {
    const all = [...unique(digests)];
    const isSmall = ({ size }: Digest): boolean => !this.#isWithoutBatches.reading && this.#isOfBatch(size);
    const single = all.filter((digest) => !isSmall(digest));
    await Promise.all([
      this.#small.take(all.filter(isSmall), target.bytes, settings),
      atOnce(single, (digest) => this.#read(digest, target, settings)),
    ]);
  }

  #isOfBatch(size: number): boolean {
    return size + ENTRY <= this.#batch;
  }

  /** @param isSingle where nothing goes in batches */
  #parted(digests: readonly Digest[], isSingle = false): { batches: Digest[][]; single: Digest[] } {
    const batches: Digest[][] = [];
    const single: Digest[] = [];
    let room = 0;
    for (const digest of digests) {
      const size = digest.size + ENTRY;
      if (isSingle || !this.#isOfBatch(digest.size)) {
        single.push(digest);
        continue;
      }
      if (size > room) {
        batches.push([]);
        room = this.#batch;
      }
      batches.at(-1)?.push(digest);
      room -= size;
    }
    return { batches, single };
  }

  async #uploadBatch(sources: readonly Source[], settings?: CallSettings): Promise<void> {
    const up = bytesOf(sources);
    const sent = await this.#turns.take(up, async () => {
      const requests = await Promise.all(
        sources.map(async ({ digest, read }) => ({ digest: wireDigest(digest), data: await whole(read()) })),
      );
      const request = { instanceName: this.#instance, requests };
      return orNoBatch(this.#channel.call(METHODS.batchUpdateBlobs, request, { ...settings, up }));
    });
    if (sent === undefined) {
      this.#isWithoutBatches.writing = true;
      return atOnce(sources, (source) => this.#write(source, settings));
    }
    const refused = sent.responses.find(({ status }) => (status?.code ?? 0) !== STATUS.ok);
    if (refused?.status) throw failureOfStatus(refused.status.code, refused.status.message);
    for (const { digest } of sources) this.#damaged.delete(digest.hash);
  }

  async #downloadBatch(
    digests: readonly Digest[],
    came: (digest: Digest, content: Buffer | Error) => Promise<void>,
    settings?: CallSettings,
  ): Promise<void> {
    const request = { instanceName: this.#instance, digests: digests.map(wireDigest) };
    const down = bytesOf(digests.map((digest) => ({ digest })));
    const readEach = (some: readonly Digest[]): Promise<void> =>
      atOnce(some, async (digest) =>
        came(digest, await this.#bytes(digest, settings).catch((error: Error) => error)),
      );
    const answer = await orNoBatch(
      this.#channel.call(METHODS.batchReadBlobs, request, { ...settings, down }),
    );
    if (answer === undefined) {
      this.#isWithoutBatches.reading = true;
      return readEach(digests);
    }
    const byHash = new Map(answer.responses.map((response) => [response.digest?.hash, response]));
    const later: Digest[] = [];
    for (const digest of digests) {
      const { status, data } = byHash.get(digest.hash) ?? {};
      const code = status?.code ?? STATUS.ok;
      // It has filled its message, and leaves the rest to be asked for.
      if (code === STATUS.resourceExhausted) later.push(digest);
      else if (code !== STATUS.ok)
        await came(digest, this.#noted(digest, failureOfStatus(code, status?.message ?? '')));
      else await came(digest, data && isOf(digest, data) ? data : this.#notWhatWasAsked(digest));
    }
    await readEach(later);
  }

  async #write(source: Source, settings?: CallSettings): Promise<void> {
    const { hash, size } = source.digest;
    const prefix = this.#instance === '' ? '' : `${this.#instance}/`;
    const resourceName = `${prefix}uploads/${randomUUID()}/blobs/${hash}/${size}`;
    const { committedSize } = await this.#turns.take(size, () =>
      this.#channel.send(METHODS.write, written(resourceName, source), { ...settings, up: size }),
    );
    // What somebody else has sent meanwhile is committed as well.
    if (committedSize !== size && committedSize !== -1)
      throw new RemoteFailure('other', `${committedSize} of ${size} bytes were taken`);
    this.#damaged.delete(hash);
  }

  async #read(digest: Digest, target: Target, settings?: CallSettings): Promise<void> {
    if (digest.size > LARGE) return this.#receiveFile(digest, target, settings);
    await target.bytes(digest, await this.#bytes(digest, settings));
  }

  async #bytes(digest: Digest, settings?: CallSettings): Promise<Buffer> {
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const { data } of this.#pieces(digest, settings)) {
      parts.push(data);
      bytes += data.length;
      if (bytes > digest.size) break;
    }
    const content = Buffer.concat(parts);
    if (!isOf(digest, content)) throw this.#notWhatWasAsked(digest);
    return content;
  }

  async *#pieces(digest: Digest, settings?: CallSettings): AsyncGenerator<{ data: Buffer }> {
    const { hash, size } = digest;
    const prefix = this.#instance === '' ? '' : `${this.#instance}/`;
    const request = { resourceName: `${prefix}blobs/${hash}/${size}`, readOffset: 0, readLimit: 0 };
    try {
      yield* this.#channel.stream(METHODS.read, request, { ...settings, down: size });
    } catch (error) {
      throw this.#noted(digest, error as Error);
    }
  }

  async #receiveFile(digest: Digest, target: Target, settings?: CallSettings): Promise<void> {
    const draft = target.draft(digest);
    const handle = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      try {
        for await (const { data } of this.#pieces(digest, settings)) {
          bytes += data.length;
          if (bytes > digest.size) break;
          hash.update(data);
          for (let at = 0; at < data.length; ) at += writeSync(handle, data, at);
        }
      } finally {
        closeSync(handle);
      }
      if (bytes !== digest.size || hash.digest('hex') !== digest.hash) throw this.#notWhatWasAsked(digest);
      await target.file(digest, draft);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  }

  #notWhatWasAsked(digest: Digest): Error {
    return this.#noted(digest, new RemoteFailure('damaged', `content ${digest.hash.slice(0, 12)}`));
  }

  #noted({ hash }: Digest, error: Error): Error {
    const isOfContent = error instanceof RemoteFailure && ['damaged', 'not-found'].includes(error.kind);
    if (isOfContent) this.#damaged.add(hash);
    return error;
  }
}

async function* written(
  resourceName: string,
  { digest, read }: Source,
): AsyncGenerator<{ resourceName: string; writeOffset: number; finishWrite: boolean; data: Buffer }> {
  let writeOffset = 0;
  for await (const bytes of read()) {
    for (let at = 0; at < bytes.length; at += PIECE) {
      const data = Buffer.from(bytes.subarray(at, at + PIECE));
      const finishWrite = writeOffset + data.length >= digest.size;
      yield { resourceName: writeOffset === 0 ? resourceName : '', writeOffset, finishWrite, data };
      writeOffset += data.length;
    }
  }
  if (digest.size === 0) yield { resourceName, writeOffset, finishWrite: true, data: Buffer.alloc(0) };
}

async function whole(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts);
}

const isOf = ({ hash, size }: Digest, bytes: Buffer): boolean =>
  bytes.length === size && oidOf(bytes) === hash;

const bytesOf = (of: readonly { digest: Digest }[]): number =>
  of.reduce((sum, { digest }) => sum + digest.size, 0);

/** Undefined where the server knows no batches, or takes this one for too large. */
async function orNoBatch<Response>(call: Promise<Response>): Promise<Response | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof RemoteFailure && ['unimplemented', 'too-large'].includes(error.kind))
      return undefined;
    throw error;
  }
}

function unique(digests: Iterable<Digest>): Iterable<Digest> {
  return new Map([...digests].map((digest) => [digest.hash, digest])).values();
}
