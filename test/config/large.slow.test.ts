/**
 * Thousands of tasks, sound and broken in every way that looks at other tasks. With a look at all tasks for each task
 * the largest takes minutes; the limit leaves room for a slow machine and none for that.
 */
import { assert, suite } from '../support/suite.ts';
import { parse } from './support.ts';

const test = suite('config/large');

const COUNT = 3_000;
const LIMIT = { timeout: 30_000 };

const tasks = (line: (at: number) => string, before = '', count = COUNT): string =>
  `${before}tasks:\n${Array.from({ length: count }, (_, at) => `  t${at}: ${line(at)}\n`).join('')}`;

const rich = (at: number): string =>
  `{ description: Number ${at}, run: node build.mjs ${at}, reads: [packages/p${at}/src/**, package.json], ` +
  `writes: [packages/p${at}/dist/**], needs: [${at > 0 ? `t${at - 1}, t${at >> 1}` : ''}], cwd: ., env: { A: 1 }, resources: { db: read } }`;

test('10,000 tasks, 2 MB', LIMIT, () => {
  const text = tasks(rich, '', 10_000);
  assert.ok(text.length > 1_500_000);
  const result = parse(text);
  assert.ok(result.ok && result.value.tasks.length === 10_000);
});

test('the same as JSON in one line, with an error at its end', LIMIT, () => {
  const all = Array.from({ length: COUNT }, (_, at) => `"t${at}":{"run":"x","reads":["src/${at}/**"]}`).join(
    ',',
  );
  assert.ok(parse(`{"tasks":{${all}}}`, { file: 'parallel.config.json' }).ok);
  const result = parse(`{"tasks":{${all},"last":{"runn":"x"}}}`, { file: 'parallel.config.json' });
  assert.not(result.ok);
});

test('one anchor used for each task, and one merged into each', LIMIT, () => {
  const anchor = 'x-t: &t { run: x, reads: [src/**], timeout: 10m }\n';
  assert.ok(parse(tasks(() => '*t', anchor)).ok);
  assert.ok(parse(tasks((at) => `{ <<: *t, writes: [o${at}/**] }`, anchor)).ok);
});

const broken: Record<string, [line: (at: number) => string, least: number]> = {
  'needs that do not exist': [(at) => `{ needs: [x${at}] }`, COUNT],
  'names that differ in case': [(at) => `{ run: x }\n  T${at}: { run: x }`, COUNT],
  'unknown keys': [(at) => `{ run: x, k${at}: 1 }`, 1_000],
  'wrong types': [() => '{ run: [3], reads: src }', 1_000],
  'bad patterns': [(at) => `{ run: x, reads: ['../${at}'] }`, COUNT],
  'missing folders': [(at) => `{ run: x, cwd: d${at}, writes: [e${at}/**] }`, COUNT],
  'many cycles': [(at) => `{ needs: [t${at ^ 1}] }`, COUNT / 2],
  'one long cycle': [(at) => `{ needs: [t${(at + 1) % COUNT}] }`, 1],
  'keys written twice': [() => '{ run: x }\n  t: { run: x }', COUNT - 1],
  'values that are not YAML': [() => '@x', 200],
};

for (const [name, [line, least]] of Object.entries(broken)) {
  test(name, LIMIT, () => {
    const result = parse(tasks(line));
    assert.ok(!result.ok && result.diagnostics.length >= least, `${result.ok || result.diagnostics.length}`);
  });
}

test('folders that other tasks make', LIMIT, () => {
  assert.ok(parse(tasks((at) => `{ run: x, cwd: d${at}, writes: [d${at}/**] }`)).ok);
  assert.ok(parse(tasks((at) => `{ run: x, cwd: d${at}, writes: ['**/${at}.js'] }`, '', 2_000)).ok);
});

const levels = (count: number, level: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => level(at + 1)).join('');

test('billions of laughs, in lists and in merges', LIMIT, () => {
  const list = levels(
    20,
    (at) =>
      `x-${at}: &a${at} [${Array(10)
        .fill(`*a${at - 1}`)
        .join(', ')}]\n`,
  );
  const merge = levels(
    20,
    (at) =>
      `x-${at}: &a${at}\n  <<: [${Array(10)
        .fill(`*a${at - 1}`)
        .join(', ')}]\n`,
  );
  for (const [text, last] of [
    [`x-0: &a0 [x]\n${list}tasks: *a20\n`, 'list'],
    [`x-0: &a0 {run: x}\n${merge}tasks: {t: *a20}\n`, 'merge'],
  ] as const) {
    const result = parse(text);
    assert.not(result.ok, last);
    if (result.ok) continue;
    assert.equal(
      result.diagnostics.map(({ message }) => message),
      ['the aliases in this file expand to more than 1,000,000 values'],
    );
  }
});

test('nesting of 10,000 levels', LIMIT, () => {
  const deep = [
    '['.repeat(10_000),
    '['.repeat(10_000) + ']'.repeat(10_000),
    '{a: '.repeat(10_000),
    '- '.repeat(10_000),
    '? '.repeat(10_000),
  ];
  for (const text of deep) {
    const result = parse(`tasks: ${text}\n`);
    assert.not(result.ok);
    if (!result.ok)
      assert.ok(result.diagnostics.length === 1, JSON.stringify(result.diagnostics[0]).slice(0, 200));
  }
});

test('nesting of a million levels costs nothing, however it is hidden', LIMIT, () => {
  const many = 500_000;
  const deep = [
    ...['{['.repeat(many), '['.repeat(2 * many), '{a: '.repeat(many), '- '.repeat(many), '? '.repeat(many)],
    ...['["]", '.repeat(many), "{']': ".repeat(many), '[ # ]\n'.repeat(many), '- - ? - : '.repeat(many / 5)],
    ...[`a: x\n${'{['.repeat(many)}`, `${'a: b\n'.repeat(10_000)}c: ${'[{'.repeat(many)}`],
  ];
  for (const text of deep) {
    const started = performance.now();
    const result = parse(text);
    assert.not(result.ok);
    assert.ok(performance.now() - started < 8_000, text.slice(0, 20));
    if (!result.ok)
      assert.equal(
        result.diagnostics.map(({ message }) => message),
        ['this is nested too deeply'],
        text.slice(0, 20),
      );
  }
});

test('what only looks nested is not', LIMIT, () => {
  const text = `tasks:\n  a:\n    run: |\n${'      {[- - - "\n'.repeat(5_000)}    description: "${'[{'.repeat(5_000)}"\n`;
  assert.ok(parse(text).ok);
});

test('more tasks than may be are one error, and quickly one', LIMIT, () => {
  for (const text of [
    `tasks: {${Array.from({ length: 200_000 }, (_, at) => `k${at}: 1`).join(',')}}`,
    `tasks:\n${Array.from({ length: 10_001 }, (_, at) => `  t${at}: { run: x, writes: [a] }\n`).join('')}`,
  ]) {
    const result = parse(text);
    assert.not(result.ok);
    if (!result.ok)
      assert.match(
        result.diagnostics.map(({ message }) => message).join(),
        /^there are (?:200,000|10,001) tasks, and a config may have at most 10,000$/,
      );
  }
});
