// What is to run again, asked without any file: changes and events in, tasks out.
//
//   gen ──▶ build ──▶ test        lint        all (gathers test and lint) ──▶ pack
import type { Event } from '../../src/model/event.ts';
import type { ChosenBecause } from '../../src/model/plan.ts';
import { Freshness } from '../../src/watch/freshness.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('watch/freshness');

const NAMES = ['gen', 'build', 'test', 'lint', 'all', 'pack'];
const edge = (from: string, to: string) => ({ tasks: [[from], [to]], because: { kind: 'needs' as const } });
const PLAN = {
  edges: [
    edge('gen', 'build'),
    edge('build', 'test'),
    edge('test', 'all'),
    edge('lint', 'all'),
    edge('all', 'pack'),
  ],
  conflicts: [],
} as unknown as ConstructorParameters<typeof Freshness>[1];

const watched = (ahead: readonly string[] = []): Freshness =>
  new Freshness(
    NAMES.map((id) => ({ id, isIdle: id === 'all', looksAhead: ahead.includes(id) })),
    PLAN,
  );

const READS: ChosenBecause = { kind: 'changed', path: 'x', access: 'reads' };
const hits = (...ids: string[]): Map<string, ChosenBecause> => new Map(ids.map((id) => [id, READS]));
const started = (id: string): Event => ({ type: 'task-started', at: 0, id, attempt: 1 }) as Event;
const finished = (id: string, status: string): Event =>
  ({ type: 'task-finished', at: 0, id, status }) as Event;

/** Runs what is next, each task with the outcome that is named, else it passes. */
function round(fresh: Freshness, outcomes: Record<string, string> = {}): string[] {
  const next = fresh.next();
  fresh.begin(next);
  for (const id of next.keys()) {
    const status = outcomes[id] ?? 'passed';
    if (status !== 'skipped') fresh.hear(started(id));
    fresh.hear(finished(id, status));
  }
  fresh.end();
  return [...next.keys()];
}

const all = (outcomes: Record<string, string> = {}): Freshness => {
  const fresh = watched();
  fresh.ask(NAMES);
  assert.equal(round(fresh, outcomes), NAMES);
  assert.not.ok(fresh.isDue);
  return fresh;
};

test('at first all, then what is hit with all that follows it, and nothing more', () => {
  const fresh = all();
  assert.equal([...fresh.next().keys()], []);
  assert.equal(fresh.hit(hits('build', 'test')), []);
  assert.ok(fresh.isDue);
  assert.equal(round(fresh), ['build', 'test', 'all', 'pack']);
  assert.equal([...fresh.next().keys()], []);
});

test('each has the reason that is told of it', () => {
  const fresh = all();
  fresh.hit(hits('lint'));
  assert.equal(
    [...fresh.next()],
    [
      ['lint', READS],
      ['all', { kind: 'follows', task: 'lint' }],
      ['pack', { kind: 'follows', task: 'all' }],
    ],
  );
});

test('what a task follows does not run again if it passed, and does if it did not', () => {
  const fresh = all({ gen: 'failed', build: 'skipped', test: 'skipped', all: 'skipped', pack: 'skipped' });
  assert.equal(fresh.with('failed'), ['gen']);
  assert.equal(fresh.with('passed'), ['lint']);
  fresh.hit(hits('pack'));
  assert.equal(round(fresh), ['gen', 'build', 'test', 'all', 'pack']);
  fresh.hit(hits('pack'));
  assert.equal(round(fresh), ['pack']);
});

test('a task that failed waits for a change that has to do with it', () => {
  const fresh = all({ lint: 'failed', all: 'skipped', pack: 'skipped' });
  fresh.hit(hits('gen'));
  assert.equal(fresh.with('failed'), ['lint']);
  assert.ok([...fresh.next().keys()].includes('lint'), 'what gathers it runs, and it belongs to that');
});

test('a change that comes while a task waits is none for it, and cuts off the run where it runs', () => {
  const fresh = watched();
  fresh.ask(NAMES);
  fresh.begin(fresh.next());
  fresh.hear(started('gen'));
  assert.equal(fresh.hit(hits('build', 'test')), []);
  assert.not.ok(fresh.isDue);
  assert.equal(fresh.hit(hits('gen', 'build')), ['gen']);
  assert.ok(fresh.isDue);
});

test('one that may have looked at its files before it begins runs again, without the run being cut off', () => {
  const fresh = watched(['build']);
  fresh.ask(NAMES);
  fresh.begin(fresh.next());
  assert.equal(fresh.hit(hits('build')), []);
  assert.ok(fresh.isDue);
});

test('a change that hits what is over lets the others run to their end', () => {
  const fresh = watched();
  fresh.ask(NAMES);
  fresh.begin(fresh.next());
  for (const event of [started('gen'), started('lint'), finished('lint', 'passed')]) fresh.hear(event);
  assert.equal(fresh.hit(hits('lint')), []);
  assert.ok(fresh.isDue);
  fresh.hear(finished('gen', 'passed'));
  fresh.end();
  assert.equal([...fresh.next().keys()], ['build', 'test', 'lint', 'all', 'pack']);
});

test('but the steps that look at the whole look at what is no longer so', () => {
  const fresh = watched();
  fresh.ask(['lint']);
  fresh.begin(fresh.next());
  for (const event of [started('lint'), finished('lint', 'passed')]) fresh.hear(event);
  fresh.hear({ type: 'validation-started', at: 0, name: 'v' } as Event);
  assert.equal(fresh.hit(hits('lint')), ['lint']);
});

test('what was cut off runs again, what had passed does not', () => {
  const fresh = watched();
  fresh.ask(['gen', 'lint']);
  fresh.begin(fresh.next());
  for (const event of [started('gen'), started('lint'), finished('lint', 'passed')]) fresh.hear(event);
  fresh.hit(hits('gen'));
  for (const id of ['gen', 'build', 'test', 'all', 'pack']) fresh.hear(finished(id, 'cancelled'));
  fresh.end();
  assert.equal([...fresh.next().keys()], ['gen', 'build', 'test', 'all', 'pack']);
});

test('an interrupted run asks for no other by itself', () => {
  const fresh = watched();
  fresh.ask(NAMES);
  fresh.begin(fresh.next());
  fresh.end();
  assert.not.ok(fresh.isDue);
  fresh.hit(hits('pack'));
  assert.equal([...fresh.next().keys()], NAMES);
});

test('who is not chosen waits: what is stale stays so', () => {
  const fresh = all();
  fresh.hit(hits('build', 'lint'));
  const chosen = fresh.next((id) => id === 'lint');
  assert.equal([...chosen.keys()], ['lint', 'all']);
  fresh.begin(chosen);
  for (const id of chosen.keys()) fresh.hear(finished(id, 'passed'));
  fresh.end();
  assert.equal([...fresh.next().keys()], ['build', 'test', 'all', 'pack']);
});

test('what is taken to be done runs when it is hit, alone', () => {
  const fresh = watched();
  fresh.trust();
  assert.not.ok(fresh.isDue);
  fresh.hit(hits('pack'));
  assert.equal([...fresh.next().keys()], ['pack']);
});
