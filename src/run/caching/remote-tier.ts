// The cache on another machine. What it has of a task is brought into a store on this one, whole and verified, and is a result there like
// any other; what a task has done is sent when it is kept, first the contents, last the result that names them. It may be away at any
// time: after the first failure nothing more is asked of it in this run. Loaded only where one is configured.

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeNow } from '../../base/remove-folder.ts';
import { reasonOf } from '../../base/system-limits.ts';
import { uniqueWord } from '../../base/unique-word.ts';
import { digestOf as digestOfBytes } from '../../cache/action.ts';
import type { CacheStore } from '../../cache/cache-store.ts';
import { blobsOf } from '../../cache/packs.ts';
import type { TaskRecord } from '../../cache/record.ts';
import type { Task } from '../../config/config.ts';
import { type Source, sourceOf } from '../../remote/contents.ts';
import { RemoteFailure } from '../../remote/failure.ts';
import {
  decodeRecord,
  encodeRecord,
  keptResultOf,
  recordDigestIn,
  recordIn,
} from '../../remote/kept-result.ts';
import type { ResultServer } from '../../remote/result-server.ts';
import type { Lookup } from './lookups.ts';
import { land, sourcesOf } from './remote-contents.ts';

/** How long the end of a run waits for what is on its way. */
const LAST_MS = 30_000;
/** How long it does without a word. */
const UNFELT_MS = 1_000;

export interface RemoteTierOptions {
  server: ResultServer;
  /** Where results come to and are sent from. */
  store: CacheStore;
  /** For what is on its way; it goes at the end. */
  folder: string;
  /** What a result may bring here: a server may name any size. */
  mostBytes: number;
  reads: boolean;
  writes: boolean;
  /** Of the run. */
  stop: AbortSignal;
  /** Hears once why nothing more is asked of it, or sent to it: a clause whose subject is the server. */
  failed(reason: string, isRead: boolean): void;
  /** Hears of the results that the end of the run waits for, where that is felt. */
  storing(results: number): void;
  /** Makes what a server says fit to be shown. */
  told(text: string): string;
}

type Key = Lookup['key'];

export class RemoteTier {
  readonly #options: RemoteTierOptions;
  readonly #end = new AbortController();
  /** Ends all that is on its way. */
  readonly #signal: AbortSignal;
  /** What ended it, a clause whose subject is the server. */
  #failure: string | undefined;
  /** The same of what has ended only that results are stored. */
  #refusal: string | undefined;
  /** Contents on their way, by task. */
  readonly #sending = new Map<string, Promise<boolean>>();
  readonly #counts = { stored: 0, sentBytes: 0 };
  /** Kept results that are on their way. */
  #pending = 0;
  /** The run had been stopped before it came to its end. */
  #isStopped = false;
  #notStored = 0;
  #notTaken = 0;
  /** Results of which a part is gone there, or is something else, and what was said of the first of them. */
  readonly #damaged = { results: 0, reason: '' };
  /** Why the first of them was not: it has to do with that result, or with this machine, and not with the server. */
  #unfit: string | undefined;

  constructor(options: RemoteTierOptions) {
    this.#options = options;
    this.#signal = AbortSignal.any([options.stop, this.#end.signal]);
  }

  /** Brings what there is of it into the store, whole. False where that is nothing. @param name of the task, for the store */
  async fetch(name: string, { id }: Task, { key }: Lookup): Promise<boolean> {
    const { server, store, reads, mostBytes } = this.#options;
    if (!reads || this.#failure !== undefined) return false;
    const { hash } = key.digest;
    const settings = { about: { action: hash, task: id }, signal: this.#signal };
    try {
      const result = await server.getActionResult(key.digest, settings);
      const named = result && recordDigestIn(result);
      if (result === undefined || named === undefined) return false;
      let written = recordIn(result, named);
      const hold = (bytes: Buffer): void => {
        written = bytes;
      };
      if (written === undefined) await server.download([named], this.#into(hold), settings);
      const record = written && decodeRecord(written, hash);
      if (record === undefined) return false;
      const bytes = blobsOf(record).reduce((sum, { size }) => sum + size, 0);
      if (bytes > mostBytes) throw new Error(`a result of ${bytes} bytes is more than \`cache.maxSize\``);
      await land(record, store, this.#drafts, (digests, target) =>
        server.download(digests, target, settings),
      );
      store.write(name, hash, record, key.parts());
      return true;
    } catch (error) {
      // It has forgotten a part of it, or has something else there: as good as nothing.
      if (error instanceof RemoteFailure && ['not-found', 'damaged'].includes(error.kind)) {
        this.#damaged.results += 1;
        this.#damaged.reason ||= this.#reasonOf(error);
      } else if (isOfServer(error)) this.#fail(error);
      else if (!this.#signal.aborted) {
        this.#notTaken += 1;
        this.#unfit ??= this.#reasonOf(error);
      }
      return false;
    }
  }

  /** Begins to send what the task has made; without its result nobody finds it. */
  begin({ id, cwd }: Task, key: Key, record: TaskRecord): void {
    if (!this.#options.writes) return;
    this.#sending.set(
      id,
      this.#attempt(() => this.#send({ id, cwd }, key, record)),
    );
  }

  /** It is not kept after all. */
  drop(id: string): void {
    this.#sending.delete(id);
  }

  /** It is kept: others may find it. */
  keep({ id, cwd }: Pick<Task, 'id' | 'cwd'>, key: Key, record: TaskRecord): void {
    const sending = this.#sending.get(id);
    if (sending === undefined) return;
    const publish = async (): Promise<boolean> => {
      const { result } = keptResultOf(cwd, record, sourceOfRecord(key, record).digest);
      const settings = { about: { action: key.digest.hash, task: id }, signal: this.#signal };
      await this.#options.server.updateActionResult(key.digest, result, settings);
      this.#counts.stored += 1;
      return true;
    };
    const kept = sending.then((isThere) => isThere && this.#attempt(publish));
    this.#pending += 1;
    const over = (isStored: boolean): boolean => {
      this.#pending -= 1;
      if (!isStored) this.#notStored += 1;
      return isStored;
    };
    this.#sending.set(id, kept.then(over));
  }

  /** Waits for what is on its way, for a while, and lets the server go. */
  async close(): Promise<void> {
    const { stop, storing } = this.#options;
    this.#isStopped = stop.aborted;
    const felt = setTimeout(() => {
      if (this.#pending > 0 && !this.#signal.aborted) storing(this.#pending);
    }, UNFELT_MS);
    const timer = setTimeout(() => {
      this.#failure ??= 'it takes too long';
      this.#end.abort();
    }, LAST_MS);
    await Promise.all(this.#sending.values());
    clearTimeout(felt);
    clearTimeout(timer);
    if (stop.aborted) this.#unfit ??= 'the upload was interrupted';
    this.#end.abort();
    this.#options.server.close();
    removeNow(this.#options.folder);
  }

  get outcome(): RemoteOutcome {
    // Who has stopped the run need not be told that it ended.
    const failure = this.#isStopped ? undefined : (this.#failure ?? this.#refusal);
    const isRead = this.#failure === undefined;
    const [notStored, notTaken] = [this.#notStored, this.#notTaken];
    const unfit = this.#isStopped || notStored + notTaken === 0 ? undefined : this.#unfit;
    return { ...this.#counts, notStored, notTaken, damaged: this.#damaged, unfit, failure, isRead };
  }

  /** False where it came to nothing. */
  async #attempt(work: () => Promise<boolean>): Promise<boolean> {
    if ((this.#failure ?? this.#refusal) !== undefined) return false;
    try {
      return await work();
    } catch (error) {
      if (!isOfServer(error)) this.#unfit ??= this.#signal.aborted ? undefined : this.#reasonOf(error);
      else if (REFUSALS.includes(error.kind)) this.#refuse(error.message);
      else this.#fail(error);
      return false;
    }
  }

  async #send({ id, cwd }: Pick<Task, 'id' | 'cwd'>, key: Key, record: TaskRecord): Promise<boolean> {
    const { server, store } = this.#options;
    const settings = { about: { action: key.digest.hash, task: id }, signal: this.#signal };
    if (!(await server.abilities(settings)).storesResults) {
      this.#refuse('it stores no results of clients');
      return false;
    }
    const { action, command } = key.messages();
    const written = sourceOfRecord(key, record);
    const { tree } = keptResultOf(cwd, record, written.digest);
    const sources: Source[] = [
      ...[action, command].map((bytes) => sourceOf(digestOfBytes(bytes), bytes)),
      ...[written, ...(tree === undefined ? [] : [tree]), ...sourcesOf(record, store)],
    ];
    this.#counts.sentBytes += await server.upload(sources, settings);
    return true;
  }

  #fail({ message }: RemoteFailure): void {
    if (this.#signal.aborted || this.#failure !== undefined) return;
    this.#failure = this.#options.told(message);
    this.#options.failed(this.#failure, false);
  }

  #reasonOf(error: unknown): string {
    return error instanceof RemoteFailure ? this.#options.told(error.message) : reasonOf(error);
  }

  #refuse(message: string): void {
    if (this.#signal.aborted || (this.#failure ?? this.#refusal) !== undefined) return;
    this.#refusal = this.#options.told(message);
    this.#options.failed(this.#refusal, true);
  }

  #into(hold: (bytes: Buffer) => void): Parameters<ResultServer['download']>[1] {
    return {
      bytes: (_, bytes) => hold(bytes),
      draft: () => join(this.#drafts(), uniqueWord()),
      file: (_, draft) => {
        hold(readFileSync(draft));
        removeNow(draft);
      },
    };
  }

  readonly #drafts = (): string => {
    const { folder } = this.#options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  };
}

/** It is there, and takes nothing from us. */
const REFUSALS: readonly string[] = [
  'forbidden',
  'unauthenticated',
  'full',
  'not-taken',
  'unimplemented',
  'other',
];

/** Whether the next result would come to the same: not where the disk here is full, or this one alone is too much. */
const isOfServer = (error: unknown): error is RemoteFailure =>
  error instanceof RemoteFailure && error.kind !== 'too-large';

export interface RemoteOutcome {
  stored: number;
  sentBytes: number;
  /** Results that were made and are not there. */
  notStored: number;
  /** Results that are there and could not be brought here. */
  notTaken: number;
  /** Results that are there in part only, or were changed. `reason`: of the first, a clause whose subject is the server. */
  damaged: Readonly<{ results: number; reason: string }>;
  /** Why the first of the others was not, where that has to do with it alone, or with this machine. */
  unfit: string | undefined;
  /** It was asked to the end. */
  isRead: boolean;
  failure: string | undefined;
}

function sourceOfRecord(key: Key, record: TaskRecord): Source {
  const bytes = encodeRecord(key.digest.hash, record);
  return sourceOf(digestOfBytes(bytes), bytes);
}
