// What runs again when a run goes on from another: the decision alone. Runs as a whole: resume.test.ts.

import type { RawPath } from '../../src/base/raw-path.ts';
import type { Checkpoint } from '../../src/run/checkpoint/checkpoints.ts';
import { decideResume } from '../../src/run/checkpoint/resume.ts';
import type { Entry, Image } from '../../src/store/image.ts';
import { configOf, planOf } from '../plan/support.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/resume-decisions');

/** Content by path; `→ x` is a link to x, and a `*` at the end makes the file executable. */
type Files = Record<string, string>;

const entryOf = (content: string): Entry =>
  content.startsWith('→ ')
    ? { kind: 'link', target: content.slice(2) as never, print: '' as never }
    : ({
        kind: 'file',
        oid: content.replace(/\*$/, '') as never,
        mode: content.endsWith('*') ? 0o755 : 0o644,
        print: '' as never,
      } as Entry);

const imageOf = (files: Files): Image => ({
  entries: new Map(Object.entries(files).map(([path, content]) => [path as RawPath, entryOf(content)])),
  folders: new Map(),
  leftOut: [],
});

interface Given {
  /** What each task that passed has left, in the order in which they passed. */
  left: Record<string, Files | undefined>;
  now: Files;
  /** How those ended that have not passed. */
  ended?: Record<string, string>;
  /** Whose fingerprint is another one now. */
  changed?: Record<string, string>;
}

/** `true` for what is done, or why it runs again. */
function decided(
  yaml: string,
  { left, now, ended = {}, changed = {} }: Given,
): Record<string, string | true> {
  const passed = Object.keys(left).map((id) => [id, 'passed'] as const);
  const checkpoints = Object.entries(left).flatMap(([id, files]): [string, Checkpoint][] =>
    files === undefined ? [] : [[id, { fingerprint: 'own shared', image: imageOf(files) }]],
  );
  const decisions = decideResume({
    tasks: configOf(yaml).tasks,
    edges: planOf(yaml).edges,
    earlier: new Map([...passed, ...Object.entries(ended)]),
    checkpoints: new Map(checkpoints),
    fingerprintOf: ({ id }) => changed[id] ?? 'own shared',
    reachOf: (globs) => [globs],
    now: imageOf(now),
  });
  return Object.fromEntries(decisions.map(({ id, isDone, reason }) => [id, isDone || (reason ?? '')]));
}

const CHAIN = `tasks:
  gen: { run: x, reads: [in], writes: [gen] }
  build: { needs: [gen], run: x, reads: [gen], writes: ['out/**'] }
  ship: { needs: [build], run: x, reads: ['out/**'], writes: [shipped] }
  lint: { run: x, reads: ['src/**'] }
`;
const LEFT = {
  gen: { in: '1', gen: '1' },
  build: { gen: '1', 'out/a': '1', 'out/b': '→ a' },
  ship: { 'out/a': '1', 'out/b': '→ a', shipped: '1' },
  lint: { 'src/x.ts': '1' },
};
const NOW = Object.assign({}, ...Object.values(LEFT)) as Files;
const DONE = { gen: true, build: true, ship: true, lint: true };

function without(path: string): Files {
  const { [path]: _, ...rest } = NOW;
  return rest;
}

test('what nothing has changed for is done', () => {
  assert.equal(decided(CHAIN, { left: LEFT, now: NOW }), DONE);
  assert.equal(decided(CHAIN, { left: LEFT, now: { ...NOW, other: '1' } }), DONE, 'what no task declares');
});

test('what has not passed runs again, and so does all that stands on it', () => {
  const ends: [status: string | undefined, reason: string][] = [
    ['failed', 'it failed'],
    ['cancelled', 'it did not finish'],
    ['skipped', 'it did not finish'],
    ['running', 'it did not finish'],
    [undefined, 'it was not part of that run'],
    ['passed', 'it left no checkpoint'],
  ];
  for (const [status, reason] of ends) {
    const { build: _, ...left } = LEFT;
    const ended = status === undefined ? {} : { build: status };
    const found = decided(CHAIN, { left, now: NOW, ended });
    assert.equal(found, { ...DONE, build: reason, ship: 'build runs again' }, String(status));
  }
});

test('a definition and an environment that have changed', () => {
  const own = decided(CHAIN, { left: LEFT, now: NOW, changed: { ship: 'another shared' } });
  assert.equal(own, { ...DONE, ship: 'its definition has changed' });
  const shared = decided(CHAIN, { left: LEFT, now: NOW, changed: { lint: 'own another' } });
  assert.equal(shared, { ...DONE, lint: 'its environment has changed' });
});

test('what has become of files', () => {
  const after = { build: 'gen runs again', ship: 'build runs again' };
  const table: [what: string, now: Files, expected: Record<string, string | true>][] = [
    ['read, changed', { ...NOW, in: '2' }, { ...after, gen: 'in has changed' }],
    ['read, gone', without('in'), { ...after, gen: 'in is gone' }],
    ['read, new', { ...NOW, 'src/y.ts': '1' }, { lint: 'src/y.ts is new' }],
    ['read, executable now', { ...NOW, 'src/x.ts': '1*' }, { lint: 'src/x.ts has changed' }],
    ['written, changed', { ...NOW, shipped: '2' }, { ship: 'shipped, which it had written, has changed' }],
    ['written, gone', without('shipped'), { ship: 'shipped, which it had written, is gone' }],
    [
      'written, new',
      { ...NOW, 'out/c': '1' },
      { build: 'out/c, which it had written, is new', ship: after.ship },
    ],
    [
      'a link that leads elsewhere',
      { ...NOW, 'out/b': '→ c' },
      { build: 'out/b, which it had written, has changed', ship: after.ship },
    ],
    [
      'a file for a link',
      { ...NOW, 'out/b': '1' },
      { build: 'out/b, which it had written, has changed', ship: after.ship },
    ],
    [
      'several: the first one is told',
      { ...NOW, 'src/a.ts': '1', 'src/x.ts': '2' },
      { lint: 'src/a.ts is new' },
    ],
  ];
  for (const [what, now, expected] of table)
    assert.equal(decided(CHAIN, { left: LEFT, now }), { ...DONE, ...expected }, what);
});

test('what is said first: how it ended, what it stands on, what it reads, what it has written', () => {
  const all = { ...NOW, in: '2', gen: '2', 'out/a': '2' };
  const { gen: _, ...left } = LEFT;
  assert.is(decided(CHAIN, { left, now: all, ended: { gen: 'failed' } }).gen, 'it failed');
  assert.is(decided(CHAIN, { left: LEFT, now: all }).build, 'gen runs again');
  assert.is(
    decided(CHAIN, { left: LEFT, now: { ...NOW, gen: '2', 'out/a': '2' } }).gen,
    'gen, which it had written, has changed',
  );
});

const TURNS = `tasks:
  a: { run: x, reads: [count], writes: [a] }
  b: { needs: [a], run: x, writes: [count] }
  c: { run: x, writes: [count] }
`;

test('what a later task of that run has changed is no change', () => {
  const left = { a: { count: '1', a: '1' }, b: { count: '2' }, c: { count: '3' } };
  assert.equal(decided(TURNS, { left, now: { count: '3', a: '1' } }), { a: true, b: true, c: true });
  assert.is(decided(TURNS, { left, now: { count: '1', a: '1' } }).a, 'count has changed', 'not even back');
  const removed = { a: { count: '1', a: '1' }, b: { count: '2' }, c: {} };
  assert.equal(
    decided(TURNS, { left: removed, now: { a: '1' } }),
    { a: true, b: true, c: true },
    'nor is its end',
  );
});

test('the order in which tasks passed decides whose state is the last', () => {
  const left = { c: { count: '3' }, a: { count: '3', a: '1' }, b: { count: '2' } };
  assert.equal(decided(TURNS, { left, now: { count: '2', a: '1' } }), { a: true, b: true, c: true });
});

test('an order without a need hands nothing on: who takes turns with one that runs again stays done', () => {
  const left = { b: { count: '2' }, c: { count: '3' } };
  const found = decided(TURNS.replace('needs: [a], ', ''), {
    left,
    now: { count: '3' },
    ended: { a: 'failed' },
  });
  assert.equal(found, { a: 'it failed', b: true, c: true });
});
