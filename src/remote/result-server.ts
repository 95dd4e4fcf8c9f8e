// A server that keeps results, whatever it speaks. Types.

import type { ActionResult } from '../generated/remote/build_bazel_remote_execution_v2.ts';
import type { CallSettings } from './channel.ts';
import type { Digest, Source, Target } from './contents.ts';

/** All of it throws `RemoteFailure`. */
export interface ResultServer {
  abilities(settings?: CallSettings): Promise<{ storesResults: boolean }>;
  getActionResult(action: Digest, settings?: CallSettings): Promise<ActionResult | undefined>;
  /** What it names has to be there already. */
  updateActionResult(action: Digest, result: ActionResult, settings?: CallSettings): Promise<void>;
  /** Those that it lacks. @returns bytes that were sent */
  upload(sources: Iterable<Source>, settings?: CallSettings): Promise<number>;
  download(digests: Iterable<Digest>, target: Target, settings?: CallSettings): Promise<void>;
  close(): void;
}
