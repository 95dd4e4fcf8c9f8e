/**
 * A server of the Remote Execution API's cache in memory, for what no real one does on demand: it is full, sends something else than
 * what was asked for, stops in the middle, says nothing. In the test's own process, as are its contents.
 *
 *     const server = await fakeRemote();
 *     server.url; // grpc://127.0.0.1:…
 *     server.on('batchReadBlobs', () => new Refusal(8, 'quota'));
 *     server.executes(({ command }) => ['running', { result: resultWith({ 'tree/out': 'x' }) }]);
 */
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import {
  type ActionResult,
  RequestMetadata,
  type ServerCapabilities,
} from '../../src/generated/remote/build_bazel_remote_execution_v2.ts';
import { METHODS, type Method } from '../../src/remote/methods.ts';
import { oidOf } from '../../src/store/content.ts';
import { atEnd } from './cleanup.ts';
import { type Asked, commandIn, OPERATION, operationOf, type Said } from './fake-execution.ts';
import { Refusal, SILENCE } from './refusal.ts';

export { Refusal, SILENCE };

type Name = keyof typeof METHODS;
type Answer = Refusal | typeof SILENCE | undefined;

export interface FakeRemote {
  url: string;
  /** Contents by their sha256, results by that of their action. */
  blobs: Map<string, Buffer>;
  results: Map<string, ActionResult>;
  /** The calls that came, by name, in order. */
  calls: string[];
  /** What came with the last call. */
  metadata: Map<string, string>;
  /** Contents of outputs that are asked for come with a result. */
  sendsAlong: boolean;
  /** Its own word of what it can do. */
  capabilities: ServerCapabilities;
  /** Instead of what it would say; what is sent is changed by `blobs`. */
  on(name: Name, answer: (request: never) => Answer): void;
  /** From here on it has executions: what it says to each call, in order. The stream ends after that. */
  executes(answer: (asked: Asked) => readonly Said[]): void;
  stop(): void;
}

const OK = { code: 0, message: '', details: [] };
const PIECE = 64 * 1_024;

export async function fakeRemote(): Promise<FakeRemote> {
  const blobs = new Map<string, Buffer>();
  const results = new Map<string, ActionResult>();
  const calls: string[] = [];
  const metadata = new Map<string, string>();
  const answers = new Map<Name, (request: never) => Answer>();
  const fake = { blobs, results, calls, metadata };
  const server = new Server();
  const state = {
    sendsAlong: false,
    capabilities: {
      cacheCapabilities: {
        digestFunction: [1],
        actionCacheUpdateCapabilities: { updateEnabled: true },
        cachePriorityCapabilities: undefined,
        maxBatchTotalSizeBytes: 0,
        symlinkAbsolutePathStrategy: 0,
      },
      executionCapabilities: undefined,
      deprecatedApiVersion: undefined,
      lowApiVersion: undefined,
      highApiVersion: undefined,
    } as ServerCapabilities,
  };
  const hear = (name: Name, call: { metadata: { getMap(): Record<string, unknown> } }): void => {
    calls.push(name);
    metadata.clear();
    for (const [key, value] of Object.entries(call.metadata.getMap())) {
      const isRequest = key.endsWith('requestmetadata-bin');
      metadata.set(key, isRequest ? JSON.stringify(RequestMetadata.decode(value as Buffer)) : String(value));
    }
  };
  const add = <Request, Response>(
    name: Name,
    kind: { requestStream: boolean; responseStream: boolean },
    handle: UntypedHandleCall,
  ): void => {
    const method = METHODS[name] as unknown as Method<Request, Response>;
    const [, service = '', own = ''] = method.path.split('/');
    const definition = {
      ...{ path: method.path, ...kind, originalName: own },
      requestDeserialize: method.readRequest,
      requestSerialize: method.write,
      responseSerialize: method.writeResponse,
      responseDeserialize: method.read,
    };
    server.addService({ [`${service}.${own}`]: definition } as never, {
      [`${service}.${own}`]: handle,
      [own]: handle,
    });
  };
  const unary = <Request, Response>(
    name: Name,
    _: Method<Request, Response>,
    work: (request: Request) => Response | Refusal,
  ): void =>
    add(name, { requestStream: false, responseStream: false }, ((
      call: ServerUnaryCall<Request, Response>,
      done: sendUnaryData<Response>,
    ) => {
      hear(name, call);
      const answer = answers.get(name)?.(call.request as never);
      if (answer === SILENCE) return;
      const said = answer ?? work(call.request);
      if (said instanceof Refusal) done({ code: said.code, details: said.message });
      else done(null, said as Response);
    }) as UntypedHandleCall);

  unary('getCapabilities', METHODS.getCapabilities, () => state.capabilities);
  unary('findMissingBlobs', METHODS.findMissingBlobs, ({ blobDigests }) => ({
    missingBlobDigests: blobDigests.filter(({ hash }) => !blobs.has(hash)),
  }));
  unary('batchUpdateBlobs', METHODS.batchUpdateBlobs, ({ requests }) => ({
    responses: requests.map(({ digest, data }) => {
      const isRight = digest !== undefined && oidOf(data) === digest.hash;
      if (isRight) blobs.set(digest.hash, Buffer.from(data));
      return { digest, status: isRight ? OK : { code: 3, message: 'wrong digest', details: [] } };
    }),
  }));
  unary('batchReadBlobs', METHODS.batchReadBlobs, ({ digests }) => ({
    responses: digests.map((digest) => {
      const data = blobs.get(digest.hash);
      return data === undefined
        ? { digest, data: Buffer.alloc(0), status: { code: 5, message: 'no such blob', details: [] } }
        : { digest, data, status: OK };
    }),
  }));
  unary('getActionResult', METHODS.getActionResult, ({ actionDigest, inlineOutputFiles }) => {
    const result = results.get(actionDigest?.hash ?? '');
    if (result === undefined) return new Refusal(5, 'no such result');
    if (!state.sendsAlong) return result;
    const along = result.outputFiles.map((file) =>
      inlineOutputFiles.includes(file.path)
        ? { ...file, contents: blobs.get(file.digest?.hash ?? '') }
        : file,
    );
    return { ...result, outputFiles: along } as ActionResult;
  });
  unary('updateActionResult', METHODS.updateActionResult, ({ actionDigest, actionResult }) => {
    results.set(actionDigest?.hash ?? '', actionResult as ActionResult);
    return actionResult as ActionResult;
  });
  add('read', { requestStream: false, responseStream: true }, ((call: never) => {
    const stream = call as unknown as {
      request: { resourceName: string };
      metadata: { getMap(): Record<string, unknown> };
      write(message: unknown): void;
      end(): void;
      emit(event: 'error', error: unknown): void;
    };
    hear('read', stream);
    const answer = answers.get('read')?.(stream.request as never);
    const [, hash = ''] = /blobs\/([0-9a-f]+)\/\d+$/.exec(stream.request.resourceName) ?? [];
    const data = blobs.get(hash);
    if (data === undefined) return stream.emit('error', { code: 5, details: 'no such blob' });
    const last = answer === undefined ? data.length : data.length / 2;
    for (let at = 0; at < last; at += PIECE) stream.write({ data: data.subarray(at, at + PIECE) });
    if (answer === undefined) stream.end();
    else if (answer !== SILENCE) stream.emit('error', { code: answer.code, details: answer.message });
  }) as never);
  add('write', { requestStream: true, responseStream: false }, ((
    call: never,
    done: sendUnaryData<unknown>,
  ) => {
    const stream = call as unknown as AsyncIterable<{ resourceName: string; data: Buffer }> & {
      metadata: { getMap(): Record<string, unknown> };
    };
    hear('write', stream);
    const answer = answers.get('write')?.(undefined as never);
    if (answer === SILENCE) return;
    if (answer !== undefined) return done({ code: answer.code, details: answer.message });
    const take = async (): Promise<void> => {
      const parts: Buffer[] = [];
      let hash = '';
      for await (const { resourceName, data } of stream) {
        hash ||= /blobs\/([0-9a-f]+)\//.exec(resourceName)?.[1] ?? '';
        parts.push(data);
      }
      const whole = Buffer.concat(parts);
      if (oidOf(whole) !== hash) return done({ code: 3, details: 'wrong digest' });
      blobs.set(hash, whole);
      done(null, { committedSize: whole.length });
    };
    take().catch(() => {});
  }) as never);

  let executing: ((asked: Asked) => readonly Said[]) | undefined;
  const actions: string[] = [];
  const follow = (name: 'execute' | 'waitExecution'): void =>
    add(name, { requestStream: false, responseStream: true }, ((call: never) => {
      const stream = call as unknown as {
        request: { actionDigest?: { hash: string }; skipCacheLookup?: boolean };
        metadata: { getMap(): Record<string, unknown> };
        write(message: unknown): void;
        end(): void;
        emit(event: 'error', error: unknown): void;
      };
      hear(name, stream);
      const { actionDigest, skipCacheLookup: isFresh = false } = stream.request;
      if (actionDigest !== undefined) actions.push(actionDigest.hash);
      const command = commandIn(blobs, actions.at(-1));
      for (const said of executing?.({ call: name, isFresh, command }) ?? []) {
        if (said === SILENCE) return;
        if (said instanceof Refusal) return stream.emit('error', { code: said.code, details: said.message });
        stream.write(operationOf(said));
      }
      stream.end();
    }) as never);
  follow('execute');
  follow('waitExecution');
  unary('cancelOperation', METHODS.cancelOperation, ({ name }) =>
    name === OPERATION ? {} : new Refusal(5, 'no such operation'),
  );

  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  const stop = (): void => server.forceShutdown();
  atEnd('stop the fake remote', async () => stop());
  return Object.assign(state, fake, {
    url: `grpc://127.0.0.1:${port}`,
    on: (name: Name, answer: (request: never) => Answer) => void answers.set(name, answer),
    executes(answer: (asked: Asked) => readonly Said[]) {
      executing = answer;
      state.capabilities.executionCapabilities = {
        ...{ digestFunction: 1, execEnabled: true, supportedNodeProperties: [] },
        executionPriorityCapabilities: undefined,
      };
    },
    stop,
  });
}
