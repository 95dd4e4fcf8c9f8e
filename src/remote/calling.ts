// A call of gRPC that is on its way: whoever waits for it may cancel it, it ends where nothing comes any more, and what is wrong with it is
// a failure with words.

import type { Metadata, ServiceError } from '@grpc/grpc-js';
import type { Address } from '../config/remote-address.ts';
import { failureOfStatus, placeOf, RemoteFailure, STATUS } from './failure.ts';
import type { Line, Watch, Watched } from './line.ts';

function failureOf(error: unknown): RemoteFailure {
  if (error instanceof RemoteFailure) return error;
  const { code, details, message } = error as ServiceError;
  return failureOfStatus(code ?? STATUS.unknown, details ?? message);
}

export class Calling {
  readonly watch: Watch;
  readonly cancel: () => void;
  readonly #options: CallingOptions;
  #location: string | undefined;

  constructor(call: Call, options: CallingOptions) {
    this.#options = options;
    const { line, watched, signal } = options;
    this.cancel = () => call.cancel();
    this.watch = line.watch(watched, this.cancel);
    if (signal?.aborted) this.cancel();
    signal?.addEventListener('abort', this.cancel, { once: true });
    call.on('metadata', (metadata: Metadata) => {
      this.#location = locationIn(metadata);
    });
  }

  end(): void {
    const { signal, ended } = this.#options;
    this.watch.end();
    signal?.removeEventListener('abort', this.cancel);
    ended(this);
  }

  failureOf(error: unknown): RemoteFailure {
    if (!this.watch.isOver) return this.#movedTo(error) ?? failureOf(error);
    return new RemoteFailure((this.#options.watched.up ?? 0) > 0 ? 'not-taken' : 'slow', '');
  }

  /** A proxy in front of it may say so by HTTP, which gRPC follows nowhere. */
  #movedTo(error: unknown): RemoteFailure | undefined {
    const { details = '', metadata } = error as Partial<ServiceError>;
    const status = /HTTP status code (3\d\d)/.exec(details)?.[1];
    const location = this.#location ?? (metadata && locationIn(metadata));
    if (status === undefined || location === undefined) return undefined;
    const { isSecure, target } = this.#options.address;
    const from = new URL(`${isSecure ? 'https' : 'http'}://${target}`);
    const place = placeOf(location, from, /\/[\w.]+\/\w+$/.exec(location)?.[0] ?? '');
    return new RemoteFailure('moved', `${place.replace(/^http/, 'grpc')} (HTTP ${status})`);
  }
}

function locationIn(metadata: Metadata): string | undefined {
  const [location] = metadata.get('location');
  return location === undefined ? undefined : String(location);
}

export interface Call {
  cancel(): void;
  on(event: 'metadata', heard: (metadata: Metadata) => void): unknown;
}

interface CallingOptions {
  line: Line;
  address: Extract<Address, { kind: 'grpc' }>;
  watched: Watched;
  signal: AbortSignal | undefined;
  ended(calling: Calling): void;
}
