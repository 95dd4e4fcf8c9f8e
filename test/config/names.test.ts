// A name is what the person wrote, whatever YAML would make of it.

import { assert, suite } from '../support/suite.ts';
import { config, lines, problems } from './support.ts';

const test = suite('config/names');

const NAMES = [
  '3.10',
  '3.1',
  '1e3',
  '0x1F',
  '010',
  '0o17',
  'true',
  'False',
  'null',
  '1_000',
  '12345678901234567890',
];

test('tasks are called what is written, in the order of the text', () => {
  const tasks = NAMES.map((name) => `  ${name}: { run: echo ${name} }\n`).join('');
  assert.equal(
    config(`tasks:\n${tasks}`).tasks.map(({ id, run }) => `${id} ${run}`),
    NAMES.map((name) => `${name} echo ${name}`),
  );
  const json = JSON.stringify({ tasks: Object.fromEntries(NAMES.map((name) => [name, { run: 'x' }])) });
  assert.equal(
    new Set(config(json, { file: 'parallel.config.json' }).tasks.map(({ id }) => id)),
    new Set(NAMES),
  );
});

test('the same word twice is told, and only then', () => {
  assert.equal(problems('tasks:\n  3.10: {run: x}\n  3.1: {run: x}\n  31: {run: x}\n  0x1F: {run: x}\n'), []);
  assert.match(
    problems('tasks:\n  3.10: {run: x}\n  "3.10": {run: x}\n').join(),
    /^3:3 \["3\.10"\] duplicate key `3\.10`/,
  );
});

test('needs name them in quotes, and say so without', () => {
  const made = config('tasks:\n  3.10: {run: x}\n  a: {run: x, needs: ["3.10"]}\n');
  assert.equal(made.tasks[1]?.needs, ['3.10']);
  assert.equal(problems('tasks:\n  3.10: {run: x}\n  a: {run: x, needs: [3.10]}\n'), [
    "3:23 [3.10] `tasks.a.needs[0]` cannot be `3.10` | → quote it: '3.10'",
  ]);
  assert.equal(problems('tasks:\n  3.10: {run: x}\n  a: {run: x, needs: ["3.1"]}\n'), [
    '3:23 ["3.1"] `a` needs `3.1`, but there is no such task | → did you mean `3.10`?',
  ]);
});

test('variables, resources and agents, merged and by an alias as well', () => {
  const made = config(lines`
    env: &base { VERSION: &v 3.10, DAY: 2024-01-02, BIG: 12345678901234567890, YES: True, HEX: 0x1F, LONG: .5e3 }
    resources: { 3.10: 2 }
    agents: { 1e3: { run: x, env: { VERSION: 1.20 } } }
    tasks:
      a: { agent: '1e3', prompt: p, resources: { 3.10: 1 }, env: { <<: *base, OTHER: *v } }
  `);
  const all = {
    ...{
      VERSION: '3.10',
      DAY: '2024-01-02',
      BIG: '12345678901234567890',
      YES: 'True',
      HEX: '0x1F',
      LONG: '.5e3',
    },
  };
  assert.equal(made.env, all);
  const [task] = made.tasks;
  assert.equal(task?.env, { ...all, OTHER: '3.10' });
  assert.equal(task?.assignment?.agent.env, { VERSION: '1.20' });
  assert.equal(task?.resources, [{ name: '3.10', mode: 'units', units: 1 }]);
});

test('what no name can be is told at its place', () => {
  assert.match(problems('tasks:\n  ~: {run: x}\n').join(), /^2:3 \[~\] `~` cannot be a task name/);
  assert.match(problems('tasks:\n  .5: {run: x}\n').join(), /^2:3 \[\.5\] `\.5` cannot be a task name/);
  assert.match(problems('tasks:\n  a: {run: x, env: {A: null}}\n').join(), /^2:\d+ .*`tasks\.a\.env\.A`/);
});

const PARTED = ['test:unit', 'test:unit:fast', 'test/unit', '@app/web#build', 'a@2', 'x.y:z_', '@scope/pkg'];

test('names in parts', () => {
  const text = PARTED.map((name) => `  "${name}": { run: x }\n`).join('');
  assert.equal(
    config(`tasks:\n${text}`).tasks.map(({ id }) => id),
    PARTED,
  );
  const wrong = ['a:', ':a', 'a::b', 'a/', 'a:-b', 'a.:b', 'a@', '@', 'a#', 'a:.b', 'a+b', 'a,b', 'a b'];
  for (const name of wrong) {
    const [told = ''] = problems(`tasks:\n  "${name}": { run: x }\n`);
    assert.match(told, /cannot be a task name/, name);
    const [, suggested] = /for example `(.+)`$/.exec(told) ?? [];
    if (suggested !== undefined) assert.equal(problems(`tasks:\n  "${suggested}": { run: x }\n`), [], name);
  }
  assert.match(problems('tasks:\n  a::b: {run: x}\n').join(), /for example `a-b`$/);
});

test('a name that wants quotes is told so', () => {
  assert.match(problems('tasks:\n  @app/web#build: {run: x}\n').join(), /→ quote it: '@app\/web#build'/);
});
