/** How an action is followed, against a server that is a list of what it says. */
import {
  ExecuteOperationMetadata,
  ExecuteResponse,
} from '../../src/generated/remote/build_bazel_remote_execution_v2.ts';
import { Operation } from '../../src/generated/remote/google_longrunning.ts';
import type { Engine } from '../../src/remote/engine.ts';
import { type Execution, execute } from '../../src/remote/execution.ts';
import { RemoteFailure } from '../../src/remote/failure.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('remote/execution');

type Said = Operation | RemoteFailure | 'silence';

const stage = (number: 2 | 3): Operation =>
  Operation.fromPartial({
    name: 'op',
    metadata: {
      typeUrl: 'type.googleapis.com/build.bazel.remote.execution.v2.ExecuteOperationMetadata',
      value: Buffer.from(
        ExecuteOperationMetadata.encode(ExecuteOperationMetadata.fromPartial({ stage: number })).finish(),
      ),
    },
  });
const done = Operation.fromPartial({
  ...{ name: 'op', done: true },
  response: {
    typeUrl: 'x',
    value: Buffer.from(ExecuteResponse.encode(ExecuteResponse.fromPartial({ message: 'well' })).finish()),
  },
});
const lost = new RemoteFailure('unreachable', 'gone');

interface Settings {
  signal: AbortSignal;
}

/** What it says to one call after the other. */
function server(...streams: Said[][]): { engine: Engine; calls: string[] } {
  const calls: string[] = [];
  const engine = {
    instance: '',
    async *stream({ path }: { path: string }, request: { skipCacheLookup?: boolean }, { signal }: Settings) {
      calls.push(`${path.split('/').at(-1)}${request.skipCacheLookup ? ' fresh' : ''}`);
      for (const said of streams.shift() ?? []) {
        if (said instanceof RemoteFailure) throw said;
        if (said === 'silence') {
          await new Promise<void>((ended) => signal.addEventListener('abort', () => ended()));
          throw new RemoteFailure('cancelled', '');
        }
        yield said;
      }
    },
    async call({ path }: { path: string }, { name }: { name: string }) {
      calls.push(`${path.split('/').at(-1)} ${name}`);
    },
  } as unknown as Engine;
  return { engine, calls };
}

const asked = (more: Partial<Execution> = {}): Execution => ({
  ...{ action: { hash: 'a'.repeat(64), size: 1 }, isFresh: false, about: {} },
  ...{ signal: new AbortController().signal, onStage: () => {} },
  ...more,
});

const kindOf = async (execution: Promise<unknown>): Promise<string | undefined> =>
  execution.then(
    () => undefined,
    (error: RemoteFailure) => error.kind,
  );

test('its stages are told, each once, and its response is what counts', async () => {
  const { engine } = server([stage(2), stage(2), stage(3), done]);
  const stages: string[] = [];
  const response = await execute(engine, asked({ onStage: (now) => stages.push(now) }));
  assert.is(response.message, 'well');
  assert.equal(stages, ['queued', 'running']);
});

test('a connection that is lost is taken up again where it was', async () => {
  const { engine, calls } = server([stage(2), lost], [stage(3)], [done]);
  assert.is((await execute(engine, asked())).message, 'well');
  assert.equal(calls, ['Execute', 'WaitExecution', 'WaitExecution']);
});

test('where the server has forgotten it, it begins anew', async () => {
  const { engine, calls } = server([stage(2), lost], [new RemoteFailure('not-found', '')], [done]);
  await execute(engine, asked({ isFresh: true }));
  assert.equal(calls, ['Execute fresh', 'WaitExecution', 'Execute fresh']);
});

test('what is refused is not asked again', async () => {
  const { engine, calls } = server([new RemoteFailure('forbidden', 'no')]);
  assert.is(await kindOf(execute(engine, asked())), 'forbidden');
  assert.equal(calls, ['Execute']);
});

test('who stops it cancels the operation', async () => {
  const { engine, calls } = server([stage(3), 'silence']);
  const stop = new AbortController();
  const onStage = (): void => void setImmediate(() => stop.abort());
  assert.is(await kindOf(execute(engine, asked({ signal: stop.signal, onStage }))), 'cancelled');
  assert.equal(calls, ['Execute', 'CancelOperation op']);
});
