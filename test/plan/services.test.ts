// What a plan says of services: who is up for whom, which of them a run without names has, and what cannot be safe.
import { decide } from '../../src/plan/decide.ts';
import { DirectoryCache } from '../../src/plan/listing-cache.ts';
import { chooseTasks } from '../../src/plan/select.ts';
import { serviceUsers } from '../../src/plan/service-users.ts';
import { assert, suite } from '../support/suite.ts';
import { configOf } from './support.ts';

const test = suite('plan/services');

const up = 'run: s, service: true';

const chosen = (tasks: string, ...names: string[]): string => {
  const found = chooseTasks(configOf(`tasks:\n${tasks}`), { tasks: names });
  return found.ok ? found.value.map(({ id }) => id).join(' ') : 'none';
};

async function refused(tasks: string, top = '', named: string[] = []): Promise<string[]> {
  const config = configOf(`${top}tasks:\n${tasks}`);
  const decided = decide(config, { tasks: named }, new DirectoryCache(config.root));
  if (decided.ok) return [];
  return decided.problems(await config.places()).map(({ message }) => message);
}

test('a service is up for all that need it and run something, through whatever others', () => {
  //  db ◀ web ◀ all (runs nothing)
  //  db ◀ migrate ◀ test
  const tasks = `
  db: { ${up} }
  web: { ${up}, needs: db }
  all: { needs: [web] }
  migrate: { run: x, needs: db }
  test: { run: x, needs: migrate }
  lint: { run: x }
`;
  const users = serviceUsers(configOf(`tasks:${tasks}`).tasks);
  assert.equal(users.get('db'), {
    dependents: ['web', 'all', 'migrate', 'test'],
    users: ['web', 'migrate', 'test'],
    lasts: false,
  });
  assert.equal(users.get('web'), { dependents: ['all'], users: [], lasts: true });
  // Nobody who names no task wants a run without an end.
  assert.is(chosen(tasks), 'db migrate test lint');
  assert.is(chosen(tasks, 'all'), 'all');
});

test('where there is nothing but services they are what is wanted', () => {
  assert.is(chosen(`  db: { ${up} }\n  web: { ${up}, needs: db }\n  dev: { needs: [web] }\n`), 'db web dev');
});

test('a plan says that a task is a service, when it is ready, and that it lasts', () => {
  const config = configOf(
    `tasks:\n  db: { ${up}, ready: { port: 5432 } }\n  dev: { ${up} }\n  t: { run: x, needs: db }\n`,
  );
  const decided = decide(config, { tasks: ['dev', 't'] }, new DirectoryCache(config.root));
  assert.equal(decided.ok && decided.plan.tasks.map(({ service }) => service), [
    { ready: 'port', on: '5432' },
    { ready: 'started', lasts: true },
    undefined,
  ]);
});

test('one at a time: services are up beside the one task that runs', () => {
  const config = configOf(
    `strategy: sequential\ntasks:\n  a: { run: x }\n  db: { ${up} }\n  b: { run: x, needs: db }\n`,
  );
  const decided = decide(config, {}, new DirectoryCache(config.root));
  const edges = decided.ok
    ? decided.plan.edges.map(({ tasks, because }) => `${because.kind} ${tasks.join(' ')}`)
    : [];
  assert.equal(edges, ['needs db b', 'sequential a b']);
});

test('nobody may read or write what a service writes while it is up, unless it is known who comes first', async () => {
  const db = `  db: { ${up}, writes: [data/**] }\n`;
  const with_ = (task: string, top = ''): Promise<string[]> =>
    refused(`${db}  t: { run: x, ${task} }\n  u: { run: x, needs: db }\n`, top);
  const writes = '`t` writes data/x, which the service `db` writes as long as it is up';
  assert.equal(await with_('writes: [data/x]'), [writes]);
  assert.equal(await with_('writes: [data/x], needs: db'), [writes]);
  assert.equal(await with_('writes: [data/x], conflicts: allow'), []);
  assert.equal(await with_('reads: [data/x]'), [
    '`t` reads data/x, which the service `db` writes as long as it is up',
  ]);
  assert.equal(await with_('reads: [data/x], needs: db'), []);
  assert.equal(await with_('reads: [data/x], snapshotReads: true'), []);
  // It comes before.
  assert.equal(
    await refused(
      `  t: { run: x, reads: [data/x], writes: [data/x] }\n  db: { ${up}, writes: [data/**], needs: t }\n  u: { run: x, needs: db }\n`,
    ),
    [],
  );
});

test('what a service reads comes before it', () => {
  const config = configOf(
    `tasks:\n  db: { ${up}, reads: [schema.sql] }\n  gen: { run: x, writes: [schema.sql] }\n  t: { run: x, needs: db }\n`,
  );
  const decided = decide(config, {}, new DirectoryCache(config.root));
  const edges = decided.ok
    ? decided.plan.edges.map(({ tasks, because }) => `${because.kind} ${tasks.join(' ')}`)
    : [];
  assert.equal(edges, ['needs db t', 'write-read gen db']);
});

test('a resource that a service holds cannot be had by those that need it, nor by what comes before them', async () => {
  const held = `  db: { ${up}, resources: { pg: write } }\n`;
  assert.equal(await refused(`${held}  t: { run: x, needs: db, resources: { pg: read } }\n`), [
    '`t` uses pg, which the service `db` holds as long as `t` needs it: it could never start',
  ]);
  assert.equal(
    await refused(`${held}  t: { run: x, resources: { pg: read } }\n  u: { run: x, needs: db }\n`),
    [],
  );
  assert.equal(
    await refused(`${held}  t: { run: x, resources: { pg: read } }\n  u: { run: x, needs: [db, t] }\n`),
    ['`t` uses pg, which the service `db` may hold until after `t` is needed'],
  );
  assert.equal(
    await refused(
      `  a: { ${up}, resources: { n: 1 } }\n  b: { ${up}, resources: { n: 1 } }\n  t: { run: x, needs: [a, b] }\n`,
      'resources: { n: 1 }\n',
    ),
    ['`t` needs the services `a` and `b`, which cannot both have n'],
  );
  const lasting = 'which the service `db` holds until the run is ended: no task of the run needs it';
  const both = ['db', 't'];
  assert.equal(await refused(`${held}  t: { run: x, resources: { pg: read } }\n`, '', both), [
    `\`t\` uses pg, ${lasting}`,
  ]);
  assert.equal(await refused(`${held}  t: { ${up}, resources: { pg: read } }\n`, '', both), [
    `\`t\` uses pg, ${lasting}`,
  ]);
  assert.equal(
    await refused(
      `  db: { ${up}, needs: t, resources: { pg: write } }\n  t: { run: x, resources: { pg: read } }\n`,
      '',
      both,
    ),
    [],
  );
});
