// What a server says of an execution, message by message, for the one in memory: nothing is executed.

import {
  Action,
  type ActionResult,
  Command,
  type DeepPartial,
  ExecuteOperationMetadata,
  ExecuteResponse,
} from '../../src/generated/remote/build_bazel_remote_execution_v2.ts';
import { Operation } from '../../src/generated/remote/google_longrunning.ts';
import { oidOf } from '../../src/store/content.ts';
import type { Refusal, Silence } from './refusal.ts';

/** A stage that it is in, the end, a stream that breaks, or one of which nothing comes any more. */
export type Said = 'queued' | 'running' | DeepPartial<ExecuteResponse> | Refusal | Silence;

/** Calls for an action, in the order in which they came. */
export interface Asked {
  call: 'execute' | 'waitExecution';
  isFresh: boolean;
  command: Command | undefined;
}

export const OPERATION = 'operations/1';

const TYPES = 'type.googleapis.com/build.bazel.remote.execution.v2';

export function operationOf(said: 'queued' | 'running' | DeepPartial<ExecuteResponse>): Operation {
  if (typeof said === 'string') {
    const metadata = ExecuteOperationMetadata.fromPartial({ stage: said === 'queued' ? 2 : 3 });
    return Operation.fromPartial({
      name: OPERATION,
      metadata: {
        typeUrl: `${TYPES}.ExecuteOperationMetadata`,
        value: Buffer.from(ExecuteOperationMetadata.encode(metadata).finish()),
      },
    });
  }
  const response = ExecuteResponse.encode(ExecuteResponse.fromPartial(said)).finish();
  return Operation.fromPartial({
    ...{ name: OPERATION, done: true },
    response: { typeUrl: `${TYPES}.ExecuteResponse`, value: Buffer.from(response) },
  });
}

export function commandIn(
  blobs: ReadonlyMap<string, Buffer>,
  action: string | undefined,
): Command | undefined {
  const bytes = blobs.get(action ?? '');
  const command = bytes && blobs.get(Action.decode(bytes).commandDigest?.hash ?? '');
  return command && Command.decode(command);
}

/** What the script leaves where all has gone well, with the files that the task has made, by path. */
export function resultWith(
  files: Readonly<Record<string, string>>,
  exitCode = 0,
): DeepPartial<ActionResult> & { outputFiles: object[] } {
  const all = { 'ptask/made/done': `${exitCode}\n`, ...files };
  return {
    exitCode,
    outputFiles: Object.entries(all).map(([path, text]) => {
      const contents = Buffer.from(text);
      return { path, contents, digest: { hash: oidOf(contents), sizeBytes: contents.length } };
    }),
  };
}
