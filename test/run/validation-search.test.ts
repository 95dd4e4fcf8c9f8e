/** Which tasks break a check, with checks that are made up. */
import fc from 'fast-check';
import { groundsIn } from '../../src/run/validate/grounds.ts';
import { stepsBefore } from '../../src/run/validate/replay.ts';
import { type Found, findCulprits, type Search, type Verdict } from '../../src/run/validate/search.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/validation/search');

interface Searched {
  found: Found;
  asked: string[];
}

async function search(
  count: number,
  verdictOf: (tasks: readonly number[], time: number) => Verdict,
  more: Partial<Search> = {},
): Promise<Searched> {
  const asked: string[] = [];
  const ask = async (tasks: readonly number[]): Promise<Verdict> => {
    asked.push(tasks.join(' '));
    return verdictOf(tasks, asked.length);
  };
  return { found: await findCulprits({ count, groundsOf: () => [], ...more, ask }), asked };
}

/** Broken as soon as all of these are there. */
const brokenBy =
  (...culprits: number[]) =>
  (tasks: readonly number[]): Verdict =>
    culprits.every((one) => tasks.includes(one)) ? 'fails' : 'passes';

test('one of six, and how often it is asked', async () => {
  const { found, asked } = await search(6, brokenBy(3));
  assert.equal(found, { status: 'found', tasks: [3] });
  // All, none, three by halves, two to be sure, and the task alone.
  assert.equal(asked, ['0 1 2 3 4 5', '', '0 1 2', '0 1 2 3', '0 1 2 3', '0 1 2', '3']);
});

test('two that break it together, and three', async () => {
  assert.equal((await search(6, brokenBy(1, 4))).found, { status: 'found', tasks: [1, 4] });
  assert.equal((await search(9, brokenBy(0, 2, 8))).found, { status: 'found', tasks: [0, 2, 8] });
});

test('the only task, the first one, the last one', async () => {
  for (const [count, culprit] of [
    [1, 0],
    [5, 0],
    [5, 4],
  ] as const)
    assert.equal((await search(count, brokenBy(culprit))).found, { status: 'found', tasks: [culprit] });
});

test('of two that break it by themselves, the one that was integrated first', async () => {
  const verdict = (tasks: readonly number[]): Verdict =>
    tasks.includes(2) || tasks.includes(5) ? 'fails' : 'passes';
  assert.equal((await search(7, verdict)).found, { status: 'found', tasks: [2] });
});

test('broken before, and not broken at all', async () => {
  assert.equal((await search(4, () => 'fails')).found, { status: 'broken-before' });
  const never = await search(4, () => 'passes');
  assert.equal(never.found, { status: 'not-reproduced' });
  assert.is(never.asked.length, 1);
  assert.equal((await search(0, () => 'fails')).found, { status: 'broken-before' });
  assert.equal((await search(0, () => 'passes')).found, { status: 'not-reproduced' });
});

test('a check that fails now and then accuses nobody', async () => {
  const reason = 'with the same tasks it fails one time and passes another';
  const flaky = await search(4, (tasks, time) => (tasks.length > 0 && time < 4 ? 'fails' : 'passes'));
  assert.equal(flaky.found, { status: 'not-reproduced', reason });
});

test('a task is looked at with those that it was done upon', async () => {
  // 3 stands on 1, and breaks it; without 1 its changes fit nowhere.
  const verdict = (tasks: readonly number[]): Verdict =>
    tasks.includes(3) ? (tasks.includes(1) ? 'fails' : 'inapplicable') : 'passes';
  const { found, asked } = await search(5, verdict, { groundsOf: (task) => (task === 3 ? [1] : []) });
  assert.equal(found, { status: 'found', tasks: [3] });
  assert.is(asked.at(-1), '1 3');
  // Nobody has said so: then both are named.
  assert.equal((await search(5, verdict)).found, { status: 'found', tasks: [1, 3] });
});

test('giving up goes through', async () => {
  const gaveUp = search(4, () => {
    throw new Error('enough');
  });
  assert.is(
    await gaveUp.then(
      () => '',
      (error: Error) => error.message,
    ),
    'enough',
  );
});

test('whichever tasks break it together are found, in few steps', async () => {
  const scene = fc.integer({ min: 1, max: 200 }).chain((count) =>
    fc.record({
      count: fc.constant(count),
      culprits: fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), { minLength: 1, maxLength: 3 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(scene, async ({ count, culprits }) => {
      const { found, asked } = await search(count, brokenBy(...culprits));
      assert.equal(found, { status: 'found', tasks: [...culprits].sort((a, b) => a - b) });
      const halves = Math.ceil(Math.log2(count)) + 1;
      assert.ok(asked.length <= 4 + culprits.length * halves, `asked ${asked.length} times`);
    }),
    { numRuns: 300 },
  );
});

test('grounds: what a task needs or reads from, however far', () => {
  const edge = (from: string, to: string, kind: 'needs' | 'write-read' | 'write-write' | 'sequential') => ({
    tasks: [[from], [to]],
    because: { kind },
  });
  const edges = [
    edge('a', 'unchanged', 'needs'),
    edge('unchanged', 'c', 'write-read'),
    edge('b', 'c', 'write-write'),
    edge('c', 'd', 'needs'),
    edge('b', 'd', 'sequential'),
  ];
  const grounds = groundsIn({ edges }, ['a', 'b', 'c', 'd']);
  assert.equal([0, 1, 2, 3].map(grounds), [[], [], [0], [0, 2]]);
});

test('the steps that a step needs come first, each once', () => {
  const step = (name: string, ...needs: string[]) => ({
    name,
    run: ['x'],
    review: undefined,
    changed: undefined,
    needs,
    timeoutMs: 0,
  });
  const all = [step('d', 'b', 'c'), step('c', 'a'), step('b', 'a'), step('a'), step('e')];
  const named = (name: string) => {
    const found = all.find((each) => each.name === name);
    return found ? stepsBefore(found, all).map((each) => each.name) : [];
  };
  assert.equal(named('d'), ['a', 'c', 'b']);
  assert.equal(named('e'), []);
});
