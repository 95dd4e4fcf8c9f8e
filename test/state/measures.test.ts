// What is measured of a run agrees with itself, whatever happened in it: a property over journals of a small simulated
// runner, with retries, dropped results, turns, questions to a person and kills.

import fc from 'fast-check';
import type { Event } from '../../src/model/event.ts';
import { reportOf } from '../../src/report/report.ts';
import { lengthOf, merged } from '../../src/state/interval.ts';
import { measure } from '../../src/state/measures.ts';
import { RunState } from '../../src/state/run-state.ts';
import { hit, looksUp, miss } from '../report/cached.ts';
import { edge, ends, finished, planned, planOf, started, starts } from '../report/fixtures.ts';
import { clash, collides, integrating, ran, ready } from '../report/isolated.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('state/measures');

interface Scripted {
  isIsolated: boolean;
  /** Lengths of attempts; each but the last fails and is followed by a wait. */
  attempts: { ms: number; waitMs: number; askedMs: number }[];
  /** How often its result is dropped. */
  drops: number;
  fails: boolean;
  /** The cache has its result, as long as that fits. */
  isHit: boolean;
  /** Which of the tasks before it it waits for. */
  after: number[];
}

const scripted: fc.Arbitrary<Scripted> = fc.record({
  isIsolated: fc.boolean(),
  attempts: fc.array(
    fc.record({ ms: fc.nat(500), waitMs: fc.nat(200), askedMs: fc.oneof(fc.constant(0), fc.nat(300)) }),
    { minLength: 1, maxLength: 3 },
  ),
  drops: fc.nat(2),
  fails: fc.boolean(),
  isHit: fc.boolean(),
  after: fc.array(fc.nat(20), { maxLength: 3 }),
});

interface Script {
  tasks: Scripted[];
  concurrency: number;
  validationMs: number | null;
  /** Per cent of the journal of a run that was killed. */
  keep: number | null;
}

const run: fc.Arbitrary<Script> = fc.record({
  tasks: fc.array(scripted, { minLength: 1, maxLength: 8 }),
  concurrency: fc.integer({ min: 1, max: 4 }),
  validationMs: fc.option(fc.nat(400)),
  keep: fc.option(fc.nat(100)),
});

/** A journal as the runner would write it: tasks in the order of the plan, each as soon as those before it are over and a slot is free. */
function journalOf({ tasks, concurrency, validationMs, keep }: Script): Event[] {
  const before = tasks.map(({ after }, at) => [...new Set(after.filter((other) => other < at))]);
  const phases: number[] = [];
  for (const [at, all] of before.entries())
    phases[at] = Math.max(0, ...all.map((other) => (phases[other] ?? 0) + 1));
  const plan = planOf(
    tasks.map(({ isIsolated }, at) =>
      planned(`t${at}`, phases[at], { workspace: isIsolated ? 'worktree' : 'shared' }),
    ),
    { edges: before.flatMap((all, at) => all.map((from) => edge(`t${from}`, `t${at}`))) },
  );
  const events: Event[] = [];
  const slots = Array.from({ length: concurrency }, () => 0);
  const over: number[] = [];
  let turn = 0;
  for (const [at, { isIsolated, attempts, drops, fails, isHit }] of tasks.entries()) {
    const id = `t${at}`;
    const slot = slots.indexOf(Math.min(...slots));
    let now = Math.max(slots[slot] ?? 0, ...(before[at] ?? []).map((other) => over[other] ?? 0));
    const begun = now;
    let asked = 0;
    let attempt = 0;
    for (let round = 0; round <= (isIsolated ? drops : 0); round++) {
      const comesFromCache = isHit && round === 0;
      events.push(looksUp(id, now, comesFromCache ? hit(900) : miss('x changed')));
      if (comesFromCache) now += 4;
      else if (isIsolated) {
        now += 5;
        events.push(ready(id, now));
      }
      for (const [index, { ms, waitMs, askedMs }] of (comesFromCache ? [] : attempts).entries()) {
        attempt += 1;
        events.push(starts(id, now, attempt));
        now += ms;
        if (index === attempts.length - 1) break;
        if (askedMs > 0) {
          events.push({ type: 'task-asking', at: now, id, reason: 'exit code 1' });
          now += askedMs;
          asked += askedMs;
          events.push({ type: 'task-answered', at: now, id, choice: 'retry' });
        }
        events.push({ type: 'task-retrying', at: now, id, attempt, reason: 'exit code 1', delayMs: waitMs });
        now += waitMs;
      }
      slots[slot] = now;
      if (!isIsolated || fails) break;
      events.push(ran(id, now));
      now = Math.max(now, turn);
      events.push(integrating(id, now));
      now += 3;
      turn = now;
      if (round < drops) events.push(collides(id, now, clash({ tasks: [id, 't0'] })));
    }
    over[at] = now;
    events.push(
      ends(id, now, now - begun - asked, { status: fails ? 'failed' : 'passed', attempts: attempt }),
    );
  }
  const steps: Event[] = [];
  let end = Math.max(0, ...over);
  if (validationMs !== null) {
    steps.push({ type: 'validation-started', at: end, name: 'types' });
    end += validationMs;
    const output = { bytes: 0, tail: [] };
    steps.push({
      ...{ type: 'validation-finished', at: end, name: 'types', status: 'passed', exitCode: 0 },
      ...{ durationMs: validationMs, output, log: 'validation/types.out' },
    });
  }
  const sorted = events.sort((a, b) => a.at - b.at);
  const begin = started(plan, { concurrency, validation: validationMs === null ? [] : ['types'] });
  const journal = [begin, ...sorted, ...steps, finished(end)];
  // A run that was killed has a journal that just ends.
  return keep === null ? journal : journal.slice(0, 1 + Math.floor((journal.length * keep) / 100));
}

const EPSILON = 0.05;

test('work, waits, critical path and wall time agree', () => {
  fc.assert(
    fc.property(run, (script) => {
      const journal = journalOf(script);
      const state = RunState.of(journal);
      const { wallMs, workMs, criticalPath, workOf, waits, timelines, speedup } = measure(state);
      const longest = Math.max(...state.tasks.map(({ id }) => workOf(id)));
      assert.ok(criticalPath.ms >= longest, `path ${criticalPath.ms} < task ${longest}`);
      assert.ok(criticalPath.ms <= wallMs + EPSILON, `path ${criticalPath.ms} > wall ${wallMs}`);
      assert.ok(criticalPath.ms <= workMs + EPSILON, `path ${criticalPath.ms} > work ${workMs}`);
      if (wallMs > 0 && workMs > 0) assert.ok(Math.abs(speedup - workMs / wallMs) <= 0.006);
      for (const { id, result } of state.tasks) {
        const timeline = timelines.get(id);
        assert.ok(timeline);
        if (result)
          assert.ok(
            workOf(id) <= result.durationMs + EPSILON,
            `${id}: ${workOf(id)} of ${result.durationMs}`,
          );
        // Nothing is counted twice: what it waited for, what it worked, and what of that was dropped.
        const parts = [
          ...timeline.work,
          ...(waits.get(id) ?? []).map((wait) => ({ from: wait.at, to: wait.at + wait.ms })),
        ].filter((part) => lengthOf(part) > EPSILON);
        const covered = merged(parts).reduce((all, part) => all + lengthOf(part), 0);
        const summed = parts.reduce((all, part) => all + lengthOf(part), 0);
        assert.ok(Math.abs(covered - summed) <= EPSILON * parts.length, `${id}: ${JSON.stringify(parts)}`);
      }
    }),
    { numRuns: 300 },
  );
});

test('no more slots are held than there are', () => {
  fc.assert(
    fc.property(run, (script) => {
      const state = RunState.of(journalOf(script));
      const { timelines, wallMs } = measure(state);
      const held = [...timelines.values()].flatMap(({ slots }) => slots);
      const all = held.reduce((sum, slot) => sum + lengthOf(slot), 0);
      assert.ok(all <= state.started.concurrency * wallMs + EPSILON);
    }),
  );
});

test('a report of the same journal is the same, however it was read', () => {
  fc.assert(
    fc.property(run, (script) => {
      const journal = journalOf(script);
      const [first, ...rest] = journal;
      assert.ok(first?.type === 'run-started');
      const live = new RunState(first);
      for (const event of rest) live.apply(event);
      const read = RunState.of(JSON.parse(JSON.stringify(journal)) as Event[]);
      assert.equal(reportOf(live), reportOf(read));
    }),
    { numRuns: 50 },
  );
});
