import { expectCode } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';
import { copyOf, outcomes, taskOf } from './example.ts';

const test = suite('failing');

test('ends with 1; what stands on the failed task is skipped, the rest passes', async () => {
  const example = copyOf('failing');
  const report = await example.run(1);
  assert.is(report.status, 'partial');
  assert.is(report.firstFailure, 'prices');
  assert.equal(outcomes(report), [
    'prices failed',
    'catalogue skipped',
    'publish skipped',
    'docs passed',
    'flaky passed',
  ]);
  assert.equal(
    report.tasks.slice(1, 3).map(({ because }) => because),
    ['prices', 'prices'],
  );
  assert.is(taskOf(report, 'flaky').attempts, 2);
  assert.is(taskOf(report, 'docs').verify, 'passed');
  assert.equal(
    report.validation.map(({ status }) => status),
    ['skipped'],
  );
  assert.is(example.read('dist/docs.md'), '- tea\n- coffee\n');
  assert.is(example.read('dist/catalogue.txt'), undefined);
});

test('tells the first cause before what came of it', async () => {
  const { stdout } = expectCode(await copyOf('failing').ptask(), 1);
  const summary = stdout.slice(stdout.indexOf('✖ prices failed: exit code 1'));
  const places = [
    '✖ prices failed: exit code 1',
    'data/prices.json: the price of coffee is "three", not a number',
    'skipped because prices failed: catalogue and publish',
    'flaky: flaky passed on attempt 2',
    '2 passed, 1 failed, 2 skipped',
    'ptask log prices',
  ].map((text) => summary.indexOf(text));
  assert.not.ok(places.includes(-1), stdout);
  assert.equal(
    places,
    [...places].sort((a, b) => a - b),
  );
});

test('with a sound price everything passes', async () => {
  const example = copyOf('failing');
  example.write({ 'data/prices.json': '{ "tea": 2.5, "coffee": 3 }\n' });
  const report = await example.run(0);
  assert.is(report.status, 'complete');
  assert.is(example.read('dist/catalogue.txt'), 'tea,2.5\ncoffee,3\n');
});

test('--on-failure abort stops the others', async () => {
  const report = await copyOf('failing').run(1, '--on-failure', 'abort', '-c', '1');
  assert.is(report.firstFailure, 'prices');
  assert.equal(outcomes(report).slice(1), [
    'catalogue skipped',
    'publish skipped',
    'docs cancelled',
    'flaky cancelled',
  ]);
});
