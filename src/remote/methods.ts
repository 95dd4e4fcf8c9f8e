// The methods of the Remote Execution API that ptask calls, each with how its messages are written and read.

import {
  ActionResult,
  BatchReadBlobsRequest,
  BatchReadBlobsResponse,
  BatchUpdateBlobsRequest,
  BatchUpdateBlobsResponse,
  ExecuteRequest,
  FindMissingBlobsRequest,
  FindMissingBlobsResponse,
  GetActionResultRequest,
  GetCapabilitiesRequest,
  ServerCapabilities,
  UpdateActionResultRequest,
  WaitExecutionRequest,
} from '../generated/remote/build_bazel_remote_execution_v2.ts';
import {
  ReadRequest,
  ReadResponse,
  WriteRequest,
  WriteResponse,
} from '../generated/remote/google_bytestream.ts';
import { CancelOperationRequest, Operation } from '../generated/remote/google_longrunning.ts';
import { Empty } from '../generated/remote/google_protobuf.ts';

interface Codec<Message> {
  encode(message: Message): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Message;
}

export interface Method<Request, Response> {
  path: string;
  write(request: Request): Buffer;
  read(bytes: Buffer): Response;
  /** For a server, as the tests have one. */
  readRequest(bytes: Buffer): Request;
  writeResponse(response: Response): Buffer;
}

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

function method<Request, Response>(
  path: string,
  request: Codec<Request>,
  response: Codec<Response>,
): Method<Request, Response> {
  return {
    path,
    write: (message) => bufferOf(request.encode(message).finish()),
    read: (bytes) => response.decode(bytes),
    readRequest: (bytes) => request.decode(bytes),
    writeResponse: (message) => bufferOf(response.encode(message).finish()),
  };
}

const REAPI = '/build.bazel.remote.execution.v2';
const CAS = `${REAPI}.ContentAddressableStorage`;

export const METHODS = {
  getCapabilities: method(
    `${REAPI}.Capabilities/GetCapabilities`,
    GetCapabilitiesRequest,
    ServerCapabilities,
  ),
  findMissingBlobs: method(`${CAS}/FindMissingBlobs`, FindMissingBlobsRequest, FindMissingBlobsResponse),
  batchReadBlobs: method(`${CAS}/BatchReadBlobs`, BatchReadBlobsRequest, BatchReadBlobsResponse),
  batchUpdateBlobs: method(`${CAS}/BatchUpdateBlobs`, BatchUpdateBlobsRequest, BatchUpdateBlobsResponse),
  read: method('/google.bytestream.ByteStream/Read', ReadRequest, ReadResponse),
  write: method('/google.bytestream.ByteStream/Write', WriteRequest, WriteResponse),
  getActionResult: method(`${REAPI}.ActionCache/GetActionResult`, GetActionResultRequest, ActionResult),
  updateActionResult: method(
    `${REAPI}.ActionCache/UpdateActionResult`,
    UpdateActionResultRequest,
    ActionResult,
  ),
  execute: method(`${REAPI}.Execution/Execute`, ExecuteRequest, Operation),
  waitExecution: method(`${REAPI}.Execution/WaitExecution`, WaitExecutionRequest, Operation),
  cancelOperation: method('/google.longrunning.Operations/CancelOperation', CancelOperationRequest, Empty),
} as const;
