import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './env.ts';
import { LONG, longestFirst } from './order.ts';
import { assert, suite } from './suite.ts';

const test = suite('support/order');
const byLength = Object.entries(LONG).sort(([, a], [, b]) => a - b);
const [long, longer] = [byLength.at(0)?.[0] ?? '', byLength.at(-1)?.[0] ?? ''];

test('what is known to take long starts first, all else in the order that it has', () => {
  assert.equal(longestFirst(['a', 'b', long, longer], {}), [longer, long, 'a', 'b']);
});

test('what was timed here is believed', () => {
  assert.equal(longestFirst(['a', 'b', long, longer], { [longer]: 1, b: 2 }), [long, 'b', longer, 'a']);
});

test('those that are said to take long are there', () => {
  for (const file of Object.keys(LONG)) assert.ok(existsSync(join(repositoryRoot, 'test', file)), file);
});
