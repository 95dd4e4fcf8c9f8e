// What an attempt on another machine comes to that has not ended well.

import { ExecuteResponse } from '../../src/generated/remote/build_bazel_remote_execution_v2.ts';
import { failureOfStatus, RemoteFailure } from '../../src/remote/failure.ts';
import { afterFailure, anewWhereGone, refuseUnfinished } from '../../src/run/remote/attempt.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('run/remote-attempt');

const { signal } = new AbortController();

/** What becomes of a response whose status is this. */
function ended(code: number, timeoutMs: number, ranMs: number): ReturnType<typeof afterFailure> | undefined {
  const response = ExecuteResponse.fromPartial({ status: { code, message: 'said' }, result: {} });
  try {
    refuseUnfinished(response, { timeoutMs }, ranMs);
    return undefined;
  } catch (error) {
    return afterFailure(error, { timeoutMs }, signal);
  }
}

test('the task has timed out where the server says so after as long as it may take', () => {
  assert.equal(ended(4, 300_000, 300_010), {
    ...{ kind: 'ran', part: 'run' },
    result: { exitCode: null, error: 'timed out after 5m 00s' },
  });
  assert.is(ended(0, 300_000, 10), undefined);
});

test("the server's own limit is trouble with it, and so is a call that is slow", () => {
  for (const timeoutMs of [0, 300_000])
    assert.equal(ended(4, timeoutMs, 2_000), {
      ...{ kind: 'trouble', reason: 'its own time limit ended the task after 2.0s' },
    });
  const slow = afterFailure(failureOfStatus(4, 'Deadline exceeded'), { timeoutMs: 5 }, signal);
  assert.equal(slow, { kind: 'trouble', reason: 'it did not answer in time' });
});

test('a kept result whose contents are gone is made anew, once, and one that was just made is not', async () => {
  for (const cachedResult of [true, false]) {
    const tried: boolean[] = [];
    const attempting = anewWhereGone(
      { isFresh: false, folder: tempDir() },
      signal,
      async ({ isFresh }, onResponse) => {
        tried.push(isFresh);
        onResponse({ cachedResult });
        throw new RemoteFailure('not-found', '');
      },
    );
    assert.is(await attempting.catch((error: RemoteFailure) => error.kind), 'not-found');
    assert.equal(tried, cachedResult ? [false, true] : [false]);
  }
});
