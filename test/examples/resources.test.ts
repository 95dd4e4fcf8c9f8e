import { assert, suite } from '../support/suite.ts';
import { areBeside, copyOf, mostAtOnce, outcomes, phasesOf } from './example.ts';

const test = suite('resources');
const renderers = ['render-1', 'render-2', 'render-3'];

test('orders nothing and keeps apart what shares a resource', async () => {
  const plan = await copyOf('resources').plan();
  assert.is(plan.strategy.letter, 'C');
  assert.equal(phasesOf(plan), [['migrate', 'sales', 'stock', ...renderers]]);
  assert.equal(plan.edges, []);
  assert.equal(plan.exclusions, [
    { tasks: ['migrate', 'sales', 'stock'], because: { kind: 'resource', resource: 'db' } },
    { tasks: renderers, capacity: 2, because: { kind: 'resource', resource: 'licence' } },
  ]);
});

test('one writer alone, readers together, two of three renderers at once', async () => {
  const example = copyOf('resources');
  // Slots for all six, so that nothing but the resources keeps them apart.
  const report = await example.run(0, '-c', '6');
  // Each task looks for itself, while it holds its resource, whether somebody else has it who should not.
  assert.equal(
    outcomes(report),
    ['migrate', 'sales', 'stock', ...renderers].map((id) => `${id} passed`),
  );
  assert.not.ok(areBeside(report, 'migrate', 'sales'));
  assert.not.ok(areBeside(report, 'migrate', 'stock'));
  assert.ok(areBeside(report, 'sales', 'stock'));
  assert.is(mostAtOnce(report, renderers), 2);
});

test('the tasks notice it when nobody keeps them apart', async () => {
  const example = copyOf('resources');
  const free = (example.read('parallel.config.yaml') ?? '').replace(/^ {4}resources: .*$/gm, '');
  example.write({ 'parallel.config.yaml': free });
  const report = await example.run(1, '-c', '6');
  const failed = report.tasks.filter(({ status }) => status === 'failed').map(({ id }) => id);
  assert.ok(failed.includes('migrate'), failed.join(', '));
  assert.ok(
    failed.some((id) => renderers.includes(id)),
    failed.join(', '),
  );
});
