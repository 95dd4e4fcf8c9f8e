/** How an action is followed, against a server that is a list of what it says. */
import {
  ExecuteOperationMetadata,
  ExecuteResponse,
} from '../../src/generated/remote/build_bazel_remote_execution_v2.ts';
import { Operation } from '../../src/generated/remote/google_longrunning.ts';
import type { Engine } from '../../src/remote/engine.ts';
import { type Execution, execute } from '../../src/remote/execution.ts';
import { failureOfStatus, RemoteFailure } from '../../src/remote/failure.ts';
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

test('a connection is lost by many codes once the operation is known, and a refusal before that', async () => {
  const codes: [code: number, details: string][] = [
    [1, 'Call cancelled'],
    [2, ''],
    [13, 'Received RST_STREAM with code 2'],
    [14, 'Received HTTP status code 504'],
  ];
  for (const [code, details] of codes) {
    const { engine, calls } = server([stage(2), failureOfStatus(code, details)], [done]);
    assert.is((await execute(engine, asked())).message, 'well');
    assert.equal(calls, ['Execute', 'WaitExecution']);
  }
  const refusing = server([failureOfStatus(13, 'broken')]);
  assert.is(await kindOf(execute(refusing.engine, asked())), 'other');
  assert.equal(refusing.calls, ['Execute']);
});

test('what the server says of the operation itself is final', async () => {
  const failed = Operation.fromPartial({ name: 'op', done: true, error: { code: 13, message: 'broken' } });
  const { engine, calls } = server([stage(3), failed]);
  assert.is(await kindOf(execute(engine, asked())), 'other');
  assert.equal(calls, ['Execute']);
});

test('a server that only ever says the same is left after a few times, and told so', async () => {
  const again = Array.from({ length: 20 }, () => [stage(3), lost]);
  const { engine, calls } = server(...again);
  assert.is(await kindOf(execute(engine, asked())), 'unreachable');
  assert.ok(calls.length < 10, `${calls}`);
  assert.is(calls.at(-1), 'CancelOperation op');
});

test('where nobody is there any more that is believed after two attempts', async () => {
  const refused = new RemoteFailure('unreachable', 'connect ECONNREFUSED 127.0.0.1:1');
  const { engine, calls } = server([stage(3), lost], ...Array.from({ length: 20 }, () => [refused]));
  assert.is(await kindOf(execute(engine, asked())), 'unreachable');
  assert.equal(calls, ['Execute', 'WaitExecution', 'WaitExecution', 'CancelOperation op']);
  // One that is back by then goes on.
  const back = server([stage(3), lost], [refused], [done]);
  assert.is((await execute(back.engine, asked())).message, 'well');
});

test('a server that forgets it each time is left as well', async () => {
  const forgetful = Array.from({ length: 20 }, () => [stage(2), new RemoteFailure('not-found', '')]);
  const { engine, calls } = server(...forgetful);
  assert.is(await kindOf(execute(engine, asked())), 'not-found');
  assert.is(calls.filter((call) => call === 'Execute').length, 3);
});

test('who stops it while the connection is lost cancels the operation too', async () => {
  const { engine, calls } = server([stage(3), lost]);
  const stop = new AbortController();
  // By then the stream has ended and the pause has begun.
  const onStage = (): void => void setImmediate(() => stop.abort());
  assert.is(await kindOf(execute(engine, asked({ signal: stop.signal, onStage }))), 'cancelled');
  assert.equal(calls, ['Execute', 'CancelOperation op']);
});

test('what is given up does not go on there', async () => {
  const { engine, calls } = server([stage(3), new RemoteFailure('forbidden', 'no more')]);
  assert.is(await kindOf(execute(engine, asked())), 'forbidden');
  assert.equal(calls, ['Execute', 'CancelOperation op']);
});
