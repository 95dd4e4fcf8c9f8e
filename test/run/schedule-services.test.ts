// Services in the schedule: when one starts, who waits for it, and when it is to be stopped.
import type { ResourceUse } from '../../src/config/config.ts';
import { Schedule } from '../../src/run/schedule/schedule.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('run/schedule-services');

interface Given {
  /** By task what it needs. */
  tasks: Record<string, string>;
  /** By service its users, and after a `|` those that only wait for it; `!` lasts. */
  services: Record<string, string>;
  cached?: string[];
  concurrency?: number;
  uses?: Record<string, string>;
  /** By task; then no task starts before those of the phases before are over. */
  phases?: Record<string, number>;
  alone?: string[];
}

const words = (text = ''): string[] => text.split(' ').filter(Boolean);

function schedule({
  tasks,
  services,
  cached = [],
  concurrency = 9,
  uses = {},
  phases,
  alone = [],
}: Given): Schedule {
  const resources = (id: string): ResourceUse[] =>
    words(uses[id]).map((name) => ({ name, mode: 'write', units: 0 }));
  return new Schedule({
    tasks: Object.keys(tasks).map((id) => ({
      ...{ id, phase: phases?.[id] ?? 0, resources: resources(id), isAlone: alone.includes(id) },
    })),
    edges: Object.entries(tasks).flatMap(([to, before]) =>
      words(before).map((from) => ({ tasks: [[from], [to]], requires: true })),
    ),
    turns: [],
    capacities: new Map(),
    concurrency,
    expectedMs: new Map(),
    barrier: phases !== undefined,
    cached: new Set(cached),
    services: new Map(
      Object.entries(services).map(([id, text]) => {
        const [users, more] = text.replace('!', '').split('|');
        const isAsked = text.includes('!');
        const dependents = [...words(users), ...words(more)];
        return [id, { users: words(users), dependents, isAsked, lasts: isAsked }];
      }),
    ),
  });
}

const starts = (made: Schedule): string => made.next().start.join(' ');

test('who needs it waits until it is ready, and it is released when the last of them is over', () => {
  const made = schedule({ tasks: { db: '', a: 'db', b: 'db' }, services: { db: 'a b' } });
  assert.is(starts(made), 'db');
  assert.is(starts(made), '');
  made.serve('db');
  assert.is(starts(made), 'a b');
  made.finish('a', 'passed');
  assert.is(made.next().release, undefined);
  made.finish('b', 'failed');
  assert.equal(made.next().release, ['db']);
  assert.is(made.next().release, undefined);
  assert.not.ok(made.isOver);
  made.finish('db', 'passed');
  assert.ok(made.isOver);
});

test('it takes a slot until it is ready, and none from then on', () => {
  const made = schedule({ tasks: { db: '', a: 'db', b: '' }, services: { db: 'a' }, concurrency: 1 });
  assert.is(starts(made), 'db');
  made.serve('db');
  assert.is(starts(made), 'a');
});

test('it keeps its resources until it ends', () => {
  const made = schedule({
    tasks: { db: '', a: 'db', b: '' },
    services: { db: 'a' },
    uses: { db: 'port', b: 'port' },
  });
  assert.is(starts(made), 'db');
  made.serve('db');
  const { start, blocked } = made.next();
  assert.equal([start, blocked], [['a'], [{ id: 'b', resources: ['port'] }]]);
  made.finish('a', 'passed');
  assert.equal(made.next().release, ['db']);
  made.finish('db', 'passed');
  assert.is(starts(made), 'b');
});

test('those that need others are released first', () => {
  const made = schedule({
    tasks: { db: '', web: 'db', t: 'web' },
    services: { db: 'web t', web: 't' },
  });
  assert.is(starts(made), 'db');
  made.serve('db');
  assert.is(starts(made), 'web');
  made.serve('web');
  assert.is(starts(made), 't');
  made.finish('t', 'passed');
  assert.equal(made.next().release, ['web']);
  made.finish('web', 'passed');
  assert.equal(made.next().release, ['db']);
});

test('it starts for one that is to run, and not for what turns out to be cached', () => {
  const given = { tasks: { db: '', a: 'db', b: 'db' }, services: { db: 'a b' }, cached: ['a', 'b'] };
  const made = schedule(given);
  assert.equal(made.next(), { start: [], blocked: [], look: ['a', 'b'] });
  made.found('a');
  made.finish('a', 'passed');
  assert.is(starts(made), '');
  made.missed('b');
  assert.is(starts(made), 'db');
  const all = schedule(given);
  all.next();
  for (const id of ['a', 'b']) all.finish(id, 'passed');
  assert.equal(all.next().unneeded, ['db']);
  all.finish('db', 'passed');
  assert.ok(all.isOver);
});

test('what is cached is looked for when what its service waits for is over', () => {
  const made = schedule({
    tasks: { build: '', db: 'build', a: 'db' },
    services: { db: 'a' },
    cached: ['a'],
  });
  assert.equal(made.next(), { start: ['build'], blocked: [] });
  made.finish('build', 'passed');
  assert.equal(made.next(), { start: [], blocked: [], look: ['a'] });
});

test('one that fails takes with it who runs, and skips who waits', () => {
  const made = schedule({
    tasks: { db: '', a: 'db', b: 'a', c: 'db', group: 'db' },
    services: { db: 'a b c | group' },
    concurrency: 1,
  });
  made.next();
  made.serve('db');
  assert.is(starts(made), 'a');
  assert.equal(made.finish('db', 'failed'), [
    { id: 'a', because: 'db', isRunning: true },
    { id: 'group', because: 'db' },
    { id: 'c', because: 'db' },
    { id: 'b', because: 'db' },
  ]);
  made.finish('a', 'failed');
  assert.ok(made.isOver);
});

test('what is looked for while its service fails is skipped when it is to run', () => {
  const made = schedule({ tasks: { db: '', a: 'db', b: 'db' }, services: { db: 'a b' }, cached: ['b'] });
  assert.equal(made.next(), { start: ['db'], blocked: [], look: ['b'] });
  made.finish('db', 'failed');
  made.missed('b');
  const { orphaned = [] } = made.next();
  assert.equal(orphaned, [{ id: 'b', because: 'db' }]);
  for (const each of orphaned) assert.equal(made.skip(each), [{ id: 'b', because: 'db' }]);
  assert.ok(made.isOver);
});

test('one that nobody needs is up until somebody ends it, and then all others are over', () => {
  const made = schedule({ tasks: { dev: '', t: '' }, services: { dev: '!' } });
  made.next();
  made.serve('dev');
  assert.not.ok(made.endLasting());
  made.finish('t', 'passed');
  assert.is(made.next().release, undefined);
  assert.ok(made.endLasting());
  assert.equal(made.next().release, ['dev']);
});

test('when the run stops, services are released after those that need them', () => {
  const made = schedule({ tasks: { db: '', a: 'db', dev: '' }, services: { db: 'a', dev: '!' } });
  made.next();
  for (const id of ['db', 'dev']) made.serve(id);
  made.next();
  assert.equal(made.stop(), []);
  assert.equal(made.next(), { start: [], blocked: [], release: ['dev'] });
  made.finish('a', 'cancelled');
  assert.equal(made.next(), { start: [], blocked: [], release: ['db'] });
});

//  phase 0: db (service)   phase 1: t (cached, needs db)
test('with a barrier a service that nobody is known to need yet keeps no later phase waiting', () => {
  const given = { tasks: { db: '', t: 'db' }, services: { db: 't' }, cached: ['t'], phases: { db: 0, t: 1 } };
  const missed = schedule(given);
  assert.equal(missed.next().look, ['t']);
  missed.missed('t');
  assert.is(starts(missed), 'db');
  missed.serve('db');
  assert.is(starts(missed), 't');
  const found = schedule(given);
  assert.equal(found.next().look, ['t']);
  found.found('t');
  found.finish('t', 'passed');
  assert.equal(found.next().unneeded, ['db']);
});

//  db (service, holds gpu) ─▶ use     raw (alone, uses gpu)     other
test('one that runs alone takes its resources as well, and keeps nobody waiting for those', () => {
  const made = schedule({
    tasks: { db: '', use: 'db', raw: '', other: '' },
    services: { db: 'use' },
    uses: { db: 'gpu', raw: 'gpu' },
    alone: ['raw'],
  });
  assert.is(starts(made), 'db other');
  made.serve('db');
  assert.is(starts(made), 'use');
  made.finish('other', 'passed');
  made.finish('use', 'passed');
  assert.equal(made.next().release, ['db']);
  made.finish('db', 'passed');
  assert.is(starts(made), 'raw');
});
