import { assert, suite } from '../support/suite.ts';
import { areBeside, copyOf, outcomes, phasesOf } from './example.ts';

const test = suite('services');

test('what nothing needs is not part of it, and the plan says when each is ready', async () => {
  const plan = await copyOf('services').plan();
  assert.equal(phasesOf(plan), [['db', 'unit'], ['migrate'], ['api'], ['e2e']]);
  assert.equal(
    plan.tasks.flatMap(({ id, service }) => (service ? `${id} ${service.ready}` : [])),
    ['db log', 'api command'],
  );
});

test('each is up from before its first user to after its last', async () => {
  const example = copyOf('services');
  const report = await example.run(0);
  assert.equal(
    outcomes(report),
    ['db', 'migrate', 'api', 'e2e', 'unit'].map((id) => `${id} passed`),
  );
  for (const task of ['migrate', 'api', 'e2e']) assert.ok(areBeside(report, 'db', task), task);
  assert.ok(areBeside(report, 'api', 'e2e'));
});

test('a service that ends takes with it what needs it', async () => {
  const example = copyOf('services');
  example.write({ 'api.mjs': "console.log('no memory');\nprocess.exit(3);\n" });
  const report = await example.run(1);
  const api = report.tasks.find(({ id }) => id === 'api');
  assert.is(api?.reason, 'ended before it was ready (exit code 3)');
  assert.ok(outcomes(report).includes('e2e skipped'));
});
