// What a remote cache has of tasks, for whoever asks without a run: nothing but records comes from there, and nothing is kept. Loaded only
// where one is configured.

import type { TaskRecord } from '../../cache/record.ts';
import type { Config, RemoteCache, Task } from '../../config/config.ts';
import type { Digest } from '../../remote/contents.ts';
import { RemoteFailure } from '../../remote/failure.ts';
import { decodeRecord, digestOf, recordDigestIn, recordIn } from '../../remote/kept-result.ts';
import { openEndpoint } from '../../remote/open-endpoint.ts';
import { openServer } from '../../remote/open-server.ts';
import type { ResultServer } from '../../remote/result-server.ts';
import { LARGE } from '../../store/content.ts';
import { saidByServer } from '../masking/said-by-server.ts';
import type { Environment } from '../process/environment.ts';
import type { Lookup } from './lookups.ts';
import type { Said } from './said.ts';

export interface Elsewhere {
  record: TaskRecord;
  /** What it hands over. */
  said: Pick<Said, 'values' | 'notes'>;
}

export class RemoteForecast {
  readonly #server: ResultServer | undefined;
  readonly #told: (text: string) => string;
  /** Why it is not asked, or no more, a clause whose subject is the server. */
  #failure: string | undefined;

  constructor(
    { root }: Config,
    written: RemoteCache,
    { outer, dotenv }: Readonly<Record<'outer' | 'dotenv', Environment>>,
  ) {
    const opened = openEndpoint(written, { ...dotenv, ...outer }, root);
    this.#told = saidByServer(opened.ok ? opened.endpoint.headers : {});
    if (!opened.ok) this.#failure = opened.reason;
    else
      try {
        this.#server = openServer(opened.endpoint, 'forecast');
      } catch (error) {
        this.#fail(error);
      }
  }

  /** Undefined where it has none, or cannot be asked: then `failure` says why. */
  async of({ id }: Task, { key }: Lookup): Promise<Elsewhere | undefined> {
    const server = this.#server;
    if (server === undefined || this.#failure !== undefined) return undefined;
    const { hash } = key.digest;
    const about = { about: { action: hash, task: id } };
    const contentOf = async (digest: Digest): Promise<Buffer | undefined> => {
      let content: Buffer | undefined;
      const bytes = (_: Digest, came: Buffer): void => {
        content = came;
      };
      // What is larger is no record of a task that is worth a look ahead, and hands nothing over.
      if (digest.size > LARGE) return undefined;
      const target = { bytes, draft: () => '', file: () => {} };
      await server.download([digest], target, about);
      return content;
    };
    try {
      const result = await server.getActionResult(key.digest, about);
      const named = result && recordDigestIn(result);
      if (result === undefined || named === undefined) return undefined;
      const bytes = recordIn(result, named) ?? (await contentOf(named));
      const record = bytes && decodeRecord(bytes, hash);
      if (record === undefined) return undefined;
      const { values, notes } = record;
      const said = {
        values: values && (await contentOf(digestOf(values))),
        notes: notes && (await contentOf(digestOf(notes))),
      };
      return { record, said };
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  close(): void {
    this.#server?.close();
  }

  #fail(error: unknown): void {
    if (!(error instanceof RemoteFailure)) throw error;
    // A part of it is gone: it is a miss.
    if (!['not-found', 'damaged'].includes(error.kind)) this.#failure ??= this.#told(error.message);
  }
}
