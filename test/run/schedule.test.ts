import fc from 'fast-check';
import type { ResourceUse } from '../../src/config/config.ts';
import { OrderGroup } from '../../src/model/order-group.ts';
import { Schedule } from '../../src/run/schedule/schedule.ts';
import type { ScheduleInput } from '../../src/run/schedule/schedule-graph.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/schedule');

interface Given {
  /** `a b>c` in short: `{ a: '', c: 'a b' }` is c after a and b; `~x` only comes after x. */
  tasks: Record<string, string>;
  uses?: Record<string, Record<string, 'read' | 'write' | number>>;
  capacities?: Record<string, number>;
  concurrency?: number;
  ms?: Record<string, number>;
  phases?: Record<string, number>;
  /** `a b` in short: b is integrated after a. */
  turns?: string[];
  /** Those that are first looked for. */
  cached?: string[];
  /** Those beside which nothing goes on. */
  alone?: string[];
  /** Those that run on other machines, and how many do so at once. */
  remote?: string[];
  remoteJobs?: number;
}

function schedule({
  tasks,
  uses = {},
  capacities = {},
  concurrency = 9,
  ms = {},
  phases,
  turns = [],
  cached = [],
  alone = [],
  remote = [],
  remoteJobs = 9,
}: Given): Schedule {
  const resources = (id: string): ResourceUse[] =>
    Object.entries(uses[id] ?? {}).map(([name, use]) =>
      typeof use === 'number' ? { name, mode: 'units', units: use } : { name, mode: use, units: 0 },
    );
  const input: ScheduleInput = {
    tasks: Object.keys(tasks).map((id) => ({
      ...{ id, phase: phases?.[id] ?? 0, resources: resources(id), isAlone: alone.includes(id) },
      isRemote: remote.includes(id),
    })),
    edges: Object.entries(tasks).flatMap(([to, before]) =>
      before
        .split(' ')
        .filter(Boolean)
        .map((from) => ({ tasks: [[from.replace('~', '')], [to]], requires: !from.startsWith('~') })),
    ),
    turns: turns.map((pair) => pair.split(' ').map((id) => [id])),
    capacities: new Map(Object.entries(capacities)),
    ...{ concurrency, remoteJobs },
    expectedMs: new Map(Object.entries(ms)),
    barrier: phases !== undefined,
    cached: new Set(cached),
  };
  return new Schedule(input);
}

const starts = (made: Schedule): string => made.next().start.join(' ');

test('starts what waits for nothing, in the order of declaration', () => {
  assert.is(starts(schedule({ tasks: { b: '', a: '', c: 'a b' } })), 'b a');
});

test('a task starts as soon as all before it are over, without waiting for its phase', () => {
  //  a ── c      b is slow: c does not wait for it
  //  b ── d
  const made = schedule({ tasks: { a: '', b: '', c: 'a', d: 'b' } });
  assert.is(starts(made), 'a b');
  made.finish('a', 'passed');
  assert.is(starts(made), 'c');
  made.finish('b', 'passed');
  assert.is(starts(made), 'd');
});

test('what runs alone waits for all that goes on, and keeps what is less urgent from starting', () => {
  const made = schedule({ tasks: { a: '', raw: '', b: '', c: 'a' }, alone: ['raw'] });
  assert.equal(made.next(), { start: ['a'], blocked: [{ id: 'raw', resources: ['the terminal'] }] });
  made.finish('a', 'passed');
  assert.is(starts(made), 'raw');
  assert.is(starts(made), '');
  made.finish('raw', 'failed');
  assert.is(starts(made), 'b c');
});

test('what is integrated or looked for goes on as well', () => {
  const made = schedule({
    tasks: { a: '', raw: '', b: '' },
    alone: ['raw'],
    cached: ['b'],
    ms: { a: 3, b: 2, raw: 1 },
  });
  assert.equal(made.next().look, ['b']);
  made.ran('a');
  assert.is(made.next().integrate, 'a');
  made.finish('a', 'passed');
  assert.is(starts(made), '');
  made.ran('b');
  assert.is(made.next().integrate, 'b');
  made.finish('b', 'passed');
  assert.is(starts(made), 'raw');
  assert.equal(made.stop(), []);
  assert.equal(made.finish('raw', 'passed'), []);
  assert.ok(made.isOver);
});

test('with a barrier it does wait', () => {
  const made = schedule({ tasks: { a: '', b: '', c: 'a', d: 'b' }, phases: { a: 0, b: 0, c: 1, d: 1 } });
  assert.is(starts(made), 'a b');
  made.finish('a', 'passed');
  assert.is(starts(made), '');
  made.finish('b', 'failed');
  assert.is(starts(made), 'c');
});

test('the longest remaining path goes first', () => {
  //  short(1)
  //  head(1) ── tail(9)     10 remain behind head
  //  long(5)
  const tasks = { short: '', head: '', long: '', tail: 'head' };
  const made = schedule({ tasks, concurrency: 1, ms: { short: 1, head: 1, long: 5, tail: 9 } });
  const order: string[] = [];
  for (let id = starts(made); id !== ''; id = starts(made)) {
    order.push(id);
    made.finish(id, 'passed');
  }
  assert.equal(order, ['head', 'tail', 'long', 'short']);
});

test('a task that was never measured counts as an average one', () => {
  const made = schedule({
    tasks: { quick: '', unknown: '', slow: '' },
    concurrency: 1,
    ms: { quick: 2, slow: 10 },
  });
  assert.is(starts(made), 'slow');
  made.finish('slow', 'passed');
  assert.is(starts(made), 'unknown');
});

test('never more at once than there are slots', () => {
  const made = schedule({ tasks: { a: '', b: '', c: '' }, concurrency: 2 });
  assert.is(starts(made), 'a b');
  assert.is(starts(made), '');
  made.finish('b', 'passed');
  assert.is(starts(made), 'c');
});

test('a waiter for a resource holds no slot', () => {
  const made = schedule({
    tasks: { a: '', b: '', c: '' },
    concurrency: 2,
    uses: { a: { db: 'write' }, b: { db: 'write' } },
  });
  assert.equal(made.next(), { start: ['a', 'c'], blocked: [{ id: 'b', resources: ['db'] }] });
  made.finish('a', 'passed');
  assert.is(starts(made), 'b');
});

test('readers share, a writer is alone', () => {
  const uses = { r1: { db: 'read' }, r2: { db: 'read' }, w: { db: 'write' } } as const;
  const made = schedule({ tasks: { r1: '', r2: '', w: '' }, uses });
  assert.is(starts(made), 'r1 r2');
  made.finish('r1', 'passed');
  assert.is(starts(made), '');
  made.finish('r2', 'passed');
  assert.is(starts(made), 'w');
});

test('readers that come later do not starve a writer that is more urgent', () => {
  const uses = { r1: { db: 'read' }, w: { db: 'write' }, r2: { db: 'read' } } as const;
  const made = schedule({
    tasks: { r1: '', gate: '', w: '', r2: 'gate' },
    uses,
    ms: { r1: 30, w: 20, r2: 5, gate: 1 },
  });
  assert.is(starts(made), 'r1 gate');
  made.finish('gate', 'passed');
  assert.equal(made.next(), {
    start: [],
    blocked: [
      { id: 'w', resources: ['db'] },
      { id: 'r2', resources: ['db'] },
    ],
  });
  made.finish('r1', 'passed');
  assert.is(starts(made), 'w');
});

test('counted resources are taken in units, all at once', () => {
  const uses = { a: { seat: 2 }, b: { seat: 2 }, c: { seat: 1 } };
  const made = schedule({
    tasks: { a: '', b: '', c: '' },
    uses,
    capacities: { seat: 3 },
    ms: { a: 9, c: 8, b: 7 },
  });
  assert.is(starts(made), 'a c');
  made.finish('c', 'passed');
  assert.is(starts(made), '');
  made.finish('a', 'passed');
  assert.is(starts(made), 'b');
});

test('what needs a failed task is skipped, all the way down, and the rest goes on', () => {
  const made = schedule({ tasks: { a: '', b: 'a', c: 'b', other: '' } });
  made.next();
  assert.equal(made.finish('a', 'failed'), [
    { id: 'b', because: 'a' },
    { id: 'c', because: 'a' },
  ]);
  assert.is(made.stateOf('c'), 'skipped');
  made.finish('other', 'passed');
  assert.ok(made.isOver);
});

test('what two ways lead to is skipped once', () => {
  //  a ── b ── d
  //   └── c ──┘
  const made = schedule({ tasks: { a: '', b: 'a', c: 'a', d: 'b c' } });
  made.next();
  assert.equal(
    made
      .finish('a', 'failed')
      .map(({ id }) => id)
      .sort(),
    ['b', 'c', 'd'],
  );
  assert.ok(made.isOver);
});

test('what only comes after a failed task still runs', () => {
  const made = schedule({ tasks: { a: '', b: '~a' } });
  made.next();
  assert.equal(made.finish('a', 'failed'), []);
  assert.is(starts(made), 'b');
});

test('what only comes after a skipped task still runs', () => {
  const made = schedule({ tasks: { a: '', b: 'a', c: '~b' } });
  made.next();
  made.finish('a', 'failed');
  assert.is(starts(made), 'c');
});

test('stop cancels what has not begun, and what runs may end', () => {
  const made = schedule({ tasks: { a: '', b: 'a', c: '' }, concurrency: 1 });
  assert.is(starts(made), 'a');
  assert.equal(made.stop(), ['b', 'c']);
  assert.not(made.isOver);
  assert.equal(made.finish('a', 'failed'), []);
  assert.ok(made.isOver);
  assert.is(starts(made), '');
});

test('only a running task can finish', () => {
  const made = schedule({ tasks: { a: '' } });
  assert.throws(() => made.finish('a', 'passed'), /not running or integrating/);
});

const graphs = fc.integer({ min: 1, max: 14 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    edges: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1), fc.boolean()), { maxLength: 30 }),
    uses: fc.array(
      fc.dictionary(
        fc.constantFrom('db', 'net', 'seat'),
        fc.constantFrom('read' as const, 'write' as const, 'one' as const),
        { maxKeys: 2 },
      ),
      { minLength: size, maxLength: size },
    ),
    outcomes: fc.array(fc.constantFrom('passed' as const, 'passed' as const, 'failed' as const), {
      minLength: size,
      maxLength: size,
    }),
    turns: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 4 }),
    rerun: fc.nat(size),
    picks: fc.array(fc.nat(), { minLength: 3 * size, maxLength: 3 * size }),
    concurrency: fc.integer({ min: 1, max: 5 }),
    barrier: fc.boolean(),
  }),
);

test('an isolated task gives its slot back when its command ends and waits for its turn', () => {
  //  a and b conflict, and b is quicker
  const made = schedule({ tasks: { a: '', b: '', c: 'b' }, turns: ['a b'], concurrency: 2 });
  assert.is(starts(made), 'a b');
  made.ran('b');
  assert.equal(made.next(), { start: [], blocked: [] }, 'c waits until b is integrated');
  made.ran('a');
  assert.is(made.next().integrate, 'a');
  assert.is(made.next().integrate, undefined, 'b waits for the end of it');
  made.finish('a', 'passed');
  assert.is(made.next().integrate, 'b');
  made.again('b');
  assert.is(starts(made), 'b', 'it collided, and runs again');
  made.ran('b');
  assert.is(made.next().integrate, 'b');
  made.finish('b', 'passed');
  assert.is(starts(made), 'c');
});

test('whose turn comes first goes first, since what follows upon the others waits for it as well', () => {
  //  a ─turn─ b ── tail(9)     a is short and nothing follows upon it
  const tasks = { long: '', b: '', a: '', tail: 'b' };
  const ms = { long: 5, a: 1, b: 1, tail: 9 };
  assert.is(starts(schedule({ tasks, turns: ['a b'], concurrency: 2, ms })), 'b a');
});

test('those that conflict start in the order in which they are integrated, however long they take', () => {
  const made = schedule({
    tasks: { a: '', b: '', c: '' },
    turns: ['a b'],
    concurrency: 1,
    ms: { b: 9, c: 5 },
  });
  assert.is(starts(made), 'a');
  made.ran('a');
  assert.equal(made.next(), { start: ['b'], blocked: [], integrate: 'a' }, 'it is integrated while b runs');
});

test('what waits for its turn is cancelled by a stop, what is being integrated is not', () => {
  const made = schedule({ tasks: { a: '', b: '', c: '' }, turns: ['a c'] });
  starts(made);
  for (const id of ['a', 'b', 'c']) made.ran(id);
  assert.is(made.next().integrate, 'a');
  assert.equal(made.stop(), ['b', 'c']);
  made.finish('a', 'passed');
  assert.ok(made.isOver);
});

test('property: in any order of completions each task ends once, and nothing forbidden runs at once', () => {
  fc.assert(
    fc.property(graphs, ({ size, edges, uses, outcomes, picks, concurrency, barrier, turns, rerun }) => {
      const tasks = Array.from({ length: size }, (_, index) => ({
        id: `t${index}`,
        phase: index % 3,
        resources: Object.entries(uses[index] ?? {}).map(([name, use]): ResourceUse => {
          if (name === 'seat') return { name, mode: 'units', units: use === 'write' ? 2 : 1 };
          return { name, mode: use === 'read' ? 'read' : 'write', units: 0 };
        }),
      }));
      // Edges lead upwards, so no cycle; with a barrier they also may not lead to an earlier phase.
      const forward = edges
        .map(([a, b, requires]) => ({ from: Math.min(a, b), to: Math.max(a, b), requires }))
        .filter(({ from, to }) => from !== to && (!barrier || from % 3 <= to % 3));
      const inTurn = turns
        .map(([a, b]) => ({ first: Math.min(a, b), second: Math.max(a, b) }))
        .filter(({ first, second }) => first !== second && (!barrier || first % 3 <= second % 3));
      const isolated = new Set(inTurn.flatMap(({ first, second }) => [first, second].map((at) => `t${at}`)));
      let again = `t${rerun}`;
      const made = new Schedule({
        tasks,
        edges: forward.map(({ from, to, requires }) => ({ tasks: [[`t${from}`], [`t${to}`]], requires })),
        turns: inTurn.map(({ first, second }) => [[`t${first}`], [`t${second}`]]),
        capacities: new Map([['seat', 2]]),
        concurrency,
        expectedMs: new Map(),
        barrier,
      });
      const ended = new Map<string, string>();
      const running: string[] = [];
      const end = (id: string, how: string): void => {
        assert.not(ended.has(id), `${id} ended twice`);
        ended.set(id, how);
      };
      const check = (): void => {
        assert.ok(running.length <= concurrency);
        const held = running.flatMap((id) => tasks[Number(id.slice(1))]?.resources ?? []);
        for (const { name, mode } of held) {
          const same = held.filter((use) => use.name === name);
          if (mode === 'units') assert.ok(same.reduce((sum, { units }) => sum + units, 0) <= 2);
          if (mode === 'write') assert.is(same.length, 1, `${name} written beside another use`);
        }
        for (const { from, to } of forward) if (running.includes(`t${to}`)) assert.ok(ended.has(`t${from}`));
      };
      let integrating: string | undefined;
      for (let step = 0; ; step++) {
        const { start, integrate } = made.next();
        for (const id of start) running.push(id);
        if (integrate !== undefined) {
          assert.is(integrating, undefined, 'one integration at a time');
          integrating = integrate;
          for (const { first, second } of inTurn)
            if (integrate === `t${second}`) assert.ok(ended.has(`t${first}`), 'out of turn');
        }
        check();
        if (integrating !== undefined && (running.length === 0 || (picks[step] ?? 0) % 2 === 0)) {
          const id = integrating;
          integrating = undefined;
          if (id === again) {
            again = '';
            made.again(id);
            continue;
          }
          end(id, 'passed');
          for (const skipped of made.finish(id, 'passed')) end(skipped.id, 'skipped');
          continue;
        }
        if (running.length === 0) break;
        const [id = ''] = running.splice((picks[step] ?? 0) % running.length, 1);
        const outcome = outcomes[Number(id.slice(1))] ?? 'passed';
        if (outcome === 'passed' && isolated.has(id)) {
          made.ran(id);
          continue;
        }
        end(id, outcome);
        for (const skipped of made.finish(id, outcome)) end(skipped.id, 'skipped');
      }
      assert.ok(made.isOver, 'nothing runs and it is not over');
      assert.is(ended.size, size);
    }),
    { numRuns: Number(process.env.PTASK_TEST_RUNS ?? 500) },
  );
});

test('without workspaces of their own, tasks with turns start one after the other; what runs by then goes on', () => {
  // a ∥ b ∥ c in turns; d has none
  const made = schedule({
    tasks: { a: '', b: '', c: '', d: '' },
    turns: ['a b', 'a c', 'b c'],
    concurrency: 2,
  });
  assert.is(starts(made), 'a b');
  made.takeTurns('b');
  assert.is(made.stateOf('b'), 'ready');
  assert.is(starts(made), 'd');
  made.ran('a');
  assert.is(made.next().integrate, 'a');
  made.finish('a', 'passed');
  assert.is(starts(made), 'b');
  made.finish('d', 'passed');
  assert.is(starts(made), '');
  made.finish('b', 'failed');
  assert.is(starts(made), 'c');
  made.finish('c', 'passed');
  assert.ok(made.isOver);
});

test('what is cached is looked for first, with no slot', () => {
  const made = schedule({ tasks: { a: '', b: '', c: 'b' }, cached: ['b', 'c'], concurrency: 1 });
  assert.equal(made.next(), { look: ['b'], start: [], blocked: [] });
  made.found('b');
  assert.equal(made.next(), { start: ['a'], blocked: [] });
  made.finish('b', 'passed');
  assert.equal(made.next(), { look: ['c'], start: [], blocked: [] });
  made.missed('c');
  assert.equal(made.next(), { start: [], blocked: [] });
  made.finish('a', 'passed');
  assert.is(starts(made), 'c');
});

test('without workspaces of their own, what was looked for is looked for anew in its turn', () => {
  // a ∥ b ∥ c in turns: c is still looked for as they are denied
  const made = schedule({
    tasks: { a: '', b: '', c: '' },
    turns: ['a b', 'a c', 'b c'],
    cached: ['a', 'b', 'c'],
  });
  assert.equal(made.next().look, ['a', 'b', 'c']);
  made.missed('a');
  made.missed('b');
  assert.is(starts(made), 'a b');
  made.takeTurns('a');
  made.takeTurns('b');
  assert.is(starts(made), 'a');
  made.missed('c');
  assert.equal(made.next(), { start: [], blocked: [] });
  made.finish('a', 'passed');
  assert.equal(made.next(), { look: ['b'], start: [], blocked: [] });
  made.missed('b');
  assert.is(starts(made), 'b');
  made.finish('b', 'passed');
  assert.equal(made.next().look, ['c']);
  made.finish('c', 'passed');
  assert.ok(made.isOver);
});

test('property: groups decide what their pairs one by one would', () => {
  const size = 9;
  const some = fc.uniqueArray(fc.nat(size - 1), { minLength: 1, maxLength: 6 });
  const order = fc
    .tuple(some, some, fc.boolean())
    .map(([one, other, isRow]) => {
      const firsts = one.sort((a, b) => a - b);
      const last = firsts.at(-1) as number;
      return isRow ? [firsts] : [firsts, other.filter((at) => at > last)];
    })
    .map((members) => members.map((list) => list.map((at) => `t${at}`)));
  const edges = fc.array(fc.record({ tasks: order, requires: fc.boolean() }), { maxLength: 4 });
  const turns = fc.array(order, { maxLength: 2 });
  const input = fc.tuple(edges, turns, fc.array(fc.nat(20), { minLength: 60, maxLength: 60 }));
  fc.assert(
    fc.property(input, ([edges, turns, picks]) => {
      const tasks = Array.from({ length: size }, (_, at) => ({ id: `t${at}`, phase: 0, resources: [] }));
      const expectedMs = new Map(tasks.map(({ id }, at) => [id, (picks[at] ?? 0) * 10]));
      const rest = { tasks, capacities: new Map(), concurrency: 3, expectedMs, barrier: false };
      const apart = (tasks: string[][]): string[][][] =>
        Array.from(new OrderGroup(tasks).pairs(), ([a, b]) => [[a], [b]]);
      const both = [
        new Schedule({ ...rest, edges, turns }),
        new Schedule({
          ...rest,
          edges: edges.flatMap(({ tasks, requires }) =>
            apart(tasks).map((pair) => ({ tasks: pair, requires })),
          ),
          turns: turns.flatMap(apart),
        }),
      ] as const;
      const same = <T>(ask: (schedule: Schedule) => T): T => {
        const [grouped, single] = both.map(ask) as [T, T];
        assert.equal(grouped, single);
        return grouped;
      };
      const busy: string[] = [];
      const integrating: string[] = [];
      for (let step = 0; step < picks.length && !both[0].isOver; step++) {
        const { start, integrate } = same((schedule) => schedule.next());
        busy.push(...start);
        if (integrate !== undefined) integrating.push(integrate);
        const pick = picks[step] as number;
        const id = integrating.pop() ?? busy.splice(pick % Math.max(1, busy.length), 1)[0];
        if (id === undefined) break;
        const isTurn = turns.flat(2).includes(id);
        if (isTurn && both[0].stateOf(id) === 'running' && pick % 5 > 0) same((schedule) => schedule.ran(id));
        else
          same((schedule) =>
            schedule
              .finish(id, pick % 4 === 0 ? 'failed' : 'passed')
              .map(({ id, because }) => `${id} ${because}`)
              .sort(),
          );
      }
      assert.ok(both[0].isOver && both[1].isOver);
    }),
    { numRuns: Number(process.env.PTASK_TEST_RUNS ?? 300) },
  );
});

test('ten thousand tasks in a row are as quick as a few', { timeout: 20_000 }, () => {
  const ids = Array.from({ length: 10_000 }, (_, at) => `t${at}`);
  const made = new Schedule({
    tasks: ids.map((id, phase) => ({ id, phase, resources: [] })),
    edges: [{ tasks: [ids], requires: false }],
    turns: [],
    capacities: new Map(),
    concurrency: 9,
    expectedMs: new Map(),
    barrier: false,
  });
  for (const id of ids) {
    assert.equal(made.next().start, [id]);
    made.finish(id, 'passed');
  }
  assert.ok(made.isOver);
});

test('what is less urgent does not take the slot of what is still being looked for', () => {
  const made = schedule({ tasks: { a: '', b: '', c: '' }, cached: ['a', 'b', 'c'], concurrency: 1 });
  assert.equal(made.next().look, ['a', 'b', 'c']);
  made.missed('c');
  assert.equal(made.next().start, []);
  made.missed('a');
  assert.equal(made.next().start, ['a'], 'the most urgent one is known to run');
});

test('a result that is being restored holds no slot', () => {
  const made = schedule({ tasks: { a: '', b: '' }, cached: ['a', 'b'], concurrency: 1 });
  made.next();
  made.missed('b');
  assert.equal(made.next().start, []);
  made.found('a');
  assert.equal(made.next().start, ['b']);
});

test('what runs on other machines takes slots of its own, and one of this machine once it comes home', () => {
  const given = { tasks: { a: '', b: '', c: '', d: '', e: '' }, remote: ['a', 'b', 'c'] };
  const one = schedule({ ...given, concurrency: 1, remoteJobs: 2 });
  assert.equal(one.next().start, ['a', 'b', 'd']);
  one.finish('d', 'passed');
  assert.equal(one.next().start, ['e']);
  one.comeHome('a');
  assert.equal(one.next().start, ['c'], 'its place there is free, and none is here');
  one.finish('e', 'passed');
  assert.equal(one.next().start, ['a']);
  one.finish('b', 'passed');
  assert.equal(one.next().start, []);
});

test('one that is looked for takes no slot from those that run elsewhere', () => {
  const one = schedule({
    tasks: { a: '', b: '' },
    cached: ['a'],
    remote: ['b'],
    concurrency: 1,
    remoteJobs: 1,
  });
  const { look, start } = one.next();
  assert.equal([look, start], [['a'], ['b']]);
});
