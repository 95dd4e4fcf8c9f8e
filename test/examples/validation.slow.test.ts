import { assert, suite } from '../support/suite.ts';
import { committed, copyOf, outcomes } from './example.ts';

const test = suite('validation');

test('each change is sound, two of them break the whole, and both are named', async () => {
  const example = await committed((dir) => copyOf('validation', dir));
  const report = await example.run(1);
  assert.is(report.status, 'failed');
  assert.equal(outcomes(report), ['rename passed', 'discount passed', 'receipt passed', 'motto passed']);
  assert.equal(
    report.validation.map(({ name, status }) => `${name} ${status}`),
    ['syntax passed', 'prices passed', 'loads failed', 'pictures skipped'],
  );
  const { status, tasks } = report.validation[2]?.blame ?? {};
  assert.equal([status, tasks], ['found', ['rename', 'receipt']]);
  assert.equal(await example.git('branch', '--format=%(refname:short)'), 'main');
});

test('without one of the two the whole is sound', async () => {
  const example = await committed((dir) => copyOf('validation', dir));
  const report = await example.run(0, 'discount', 'receipt', 'motto');
  assert.is(report.status, 'complete');
  assert.match(example.read('src/receipt.js') ?? '', /total/);
});
