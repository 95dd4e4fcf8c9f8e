/** Why a result is not in the cache. */
import { whyNotCached } from '../../src/cache/difference.ts';
import type { Parts } from '../../src/cache/record.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cache/difference');

type Facts = Record<string, string>;

/** @param earlier the oldest first */
const why = (now: Facts, ...earlier: Facts[]) =>
  whyNotCached(
    {
      partsOf: () =>
        earlier.map((facts, at) => ({
          key: '',
          storedAt: at,
          parts: new Map(Object.entries(facts)) as Parts,
        })),
    },
    'task',
    new Map(Object.entries(now)),
  );

const BASE = { 'file src/a.ts': '1', 'env API_URL': 'x', node: 'v20.1.0', command: 'c', 'tool py': 't' };

test('what has never run', () => {
  assert.equal(why(BASE), { because: ['nothing is stored of it yet'] });
});

test('what differs is named, whatever it is', () => {
  const because = (now: Facts) => why(now, BASE).because;
  assert.equal(because({ ...BASE, 'file src/a.ts': '2' }), ['src/a.ts changed']);
  assert.equal(because({ ...BASE, 'file docs/x.md': '2' }), ['new file docs/x.md']);
  assert.equal(because({ ...BASE, 'env API_URL': 'y' }), ['API_URL changed']);
  assert.equal(because({ ...BASE, 'env CI': 'y' }), ['CI is set now']);
  assert.equal(because({ ...BASE, node: 'v22.2.0' }), ['node v20.1.0 → v22.2.0']);
  assert.equal(because({ ...BASE, command: 'd' }), ['its commands changed']);
  assert.equal(because({ ...BASE, 'tool py': 'u' }), ['`py` says something else']);
  assert.equal(because({ ...BASE, 'installed node_modules/.package-lock.json': '1' }), [
    'other packages are installed (node_modules/.package-lock.json)',
  ]);
  assert.equal(because({ ...BASE, 'needs build': '1' }), ['its `needs` changed']);
  const { 'file src/a.ts': _, 'env API_URL': _e, ...less } = BASE;
  assert.equal(because(less), ['API_URL is no longer set', 'src/a.ts is gone']);
  assert.equal(because(BASE), ['its result was damaged, or has been removed']);
});

test('it is the nearest that counts, and few are named', () => {
  const far = { ...BASE, node: 'v18', 'file src/b.ts': '9', command: 'z' };
  assert.equal(why({ ...BASE, 'file src/a.ts': '2' }, BASE, far).because, ['src/a.ts changed']);
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`file n${at}`, 'n']));
  assert.equal(why({ ...BASE, ...many }, BASE).because, [
    ...[0, 1, 2, 3].map((at) => `new file n${at}`),
    '5 more differences',
  ]);
});

test('what has changed each time, and nothing else has', () => {
  const at = (stamp: string, more: Facts = {}) => ({ ...BASE, 'file stamp': stamp, ...more });
  assert.is(why(at('4'), at('1'), at('2'), at('3')).always, 'file stamp');
  assert.is(why(at('4'), at('2'), at('3')).always, undefined);
  assert.is(why(at('4'), at('1'), at('2', { command: 'd' }), at('3')).always, undefined);
  assert.is(why(at('4'), at('1'), at('3'), at('3')).always, undefined);
});
