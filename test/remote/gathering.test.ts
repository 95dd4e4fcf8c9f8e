// Small contents that several tasks want at the same moment.

import type { Digest } from '../../src/remote/contents.ts';
import { Gathering } from '../../src/remote/gathering.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('remote/gathering');

const digest = (name: string): Digest => ({ hash: name, size: 1 });
const digests = (names: string): Digest[] => names.split(' ').map(digest);

interface Rig {
  gathering: Gathering;
  /** The digests of each call. */
  calls: string[];
  /** What each has got, by who wanted it. */
  got: Record<string, string>;
  take(who: string, names: string, signal?: AbortSignal): Promise<string>;
}

/** Three contents to a call. What is called `no…` does not come, a call for `broken` throws. */
function rig(until: Promise<unknown> = Promise.resolve()): Rig {
  const calls: string[] = [];
  const got: Record<string, string> = {};
  const parted = (all: readonly Digest[]): Digest[][] =>
    Array.from({ length: Math.ceil(all.length / 3) }, (_, at) => all.slice(at * 3, at * 3 + 3));
  const gathering = new Gathering(parted, async (some, came) => {
    calls.push(some.map(({ hash }) => hash).join(' '));
    await until;
    if (some.some(({ hash }) => hash === 'broken')) throw new Error('broken');
    for (const each of some)
      await came(each, each.hash.startsWith('no') ? new Error(each.hash) : Buffer.from(each.hash));
  });
  const take = (who: string, names: string, signal?: AbortSignal): Promise<string> =>
    gathering
      .take(
        digests(names),
        (_, content) => {
          got[who] = `${got[who] ?? ''}${content}`;
        },
        signal && { signal },
      )
      .then(
        () => 'all',
        (error: Error) => error.message,
      );
  return { gathering, calls, got, take };
}

test('what is wanted at the same moment comes in one call, and each gets its own', async () => {
  const { calls, got, take } = rig();
  assert.equal(await Promise.all([take('x', 'a b'), take('y', 'b c')]), ['all', 'all']);
  assert.equal(calls, ['a b c']);
  assert.equal(got, { x: 'ab', y: 'bc' });
});

test('what does not come fails those who want it, and nobody else', async () => {
  const { got, take } = rig();
  assert.equal(await Promise.all([take('x', 'a none'), take('y', 'a')]), ['none', 'all']);
  assert.is(got.y, 'a');
});

test('a call that fails fails those of whom it had something, and the next is made', async () => {
  const { take } = rig();
  const all = await Promise.all([take('x', 'a b broken'), take('y', 'c')]);
  assert.equal(all, ['broken', 'all']);
  assert.is(await take('z', 'a'), 'all');
});

test('what comes while four calls are on their way is asked for together after them', async () => {
  let goOn = (): void => {};
  const { calls, take } = rig(
    new Promise<void>((resolve) => {
      goOn = resolve;
    }),
  );
  const first = take('x', 'a b c d e f g h i j k l m');
  while (calls.length < 4) await new Promise((next) => setImmediate(next));
  const others = ['n', 'o', 'p'].map((name) => take(name, name));
  await new Promise((next) => setImmediate(next));
  assert.is(calls.length, 4);
  goOn();
  assert.is(await first, 'all');
  assert.equal(await Promise.all(others), ['all', 'all', 'all']);
  assert.equal(calls.slice(4), ['m', 'n o p']);
});

test('who may be stopped apart has calls of his own', async () => {
  const { calls, take } = rig();
  const [one, other] = [new AbortController(), new AbortController()];
  await Promise.all([take('x', 'a', one.signal), take('y', 'a', other.signal), take('z', 'b', one.signal)]);
  assert.equal(calls.sort(), ['a', 'a b']);
});

test('nothing is wanted', async () => {
  const { gathering, calls } = rig();
  await gathering.take([], () => {});
  assert.equal(calls, []);
});
