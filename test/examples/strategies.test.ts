import { assert, suite } from '../support/suite.ts';
import { areBeside, changes, copyOf, edgesOf, isBefore, outcomes, phasesOf } from './example.ts';

const a = suite('strategy-a-parallel');

a('plans one phase without conflicts, which may be required', async () => {
  const plan = await copyOf('strategy-a-parallel').plan('--require-strategy', 'A');
  assert.is(plan.strategy.letter, 'A');
  assert.equal(phasesOf(plan), [['parser', 'printer', 'server', 'syntax']]);
  assert.equal(plan.conflicts, []);
});

a('runs all four beside each other', async () => {
  const example = copyOf('strategy-a-parallel');
  const report = await example.run(0);
  assert.is(report.strategy.letter, 'A');
  const names = report.tasks.map(({ id }) => id);
  for (const [at, one] of names.entries()) {
    for (const other of names.slice(at + 1))
      assert.ok(areBeside(report, one, other), `${one} and ${other} ran one after the other`);
  }
  assert.equal(changes(report), [
    'parser created packages/parser/dist/index.js',
    'printer created packages/printer/dist/index.js',
    'server created packages/server/dist/index.js',
  ]);
  assert.match(example.read('packages/parser/dist/index.js') ?? '', /parse[\s\S]*isNumber/);
});

const c = suite('strategy-c-phased');

c('orders generate, which is declared last, before all that use its code', async () => {
  const plan = await copyOf('strategy-c-phased').plan();
  assert.is(plan.strategy.letter, 'C');
  assert.equal(phasesOf(plan), [['format', 'generate'], ['api', 'docs'], ['bundle']]);
  assert.equal(edgesOf(plan).sort(), [
    'api → bundle: write-read dist/api.json',
    'docs → bundle: write-read dist/docs.md',
    'generate → api: write-read src/generated/a',
    'generate → docs: write-read src/generated/a',
  ]);
});

c('runs in that order, and the last task has what the first has made', async () => {
  const example = copyOf('strategy-c-phased');
  const report = await example.run(0);
  for (const user of ['api', 'docs']) {
    assert.ok(isBefore(report, 'generate', user));
    assert.ok(isBefore(report, user, 'bundle'));
  }
  assert.ok(areBeside(report, 'api', 'docs'));
  assert.ok(areBeside(report, 'format', 'generate'));
  assert.is(
    example.read('dist/bundle.txt'),
    '# Orders\n\n- id: string\n- total: number\n- paid: boolean\n{"GET /orders":["id: string","total: number","paid: boolean"]}\n',
  );
});

const d = suite('strategy-d-sequential');

d('plans as many phases as tasks', async () => {
  const plan = await copyOf('strategy-d-sequential').plan();
  assert.is(plan.strategy.letter, 'D');
  assert.equal(phasesOf(plan), [['version'], ['notes'], ['archive'], ['announce']]);
});

d('is not good enough where A or C is required, and then nothing runs', async () => {
  const example = copyOf('strategy-d-sequential');
  const refused = await example.ptask('run', '--require-strategy', 'A,C');
  assert.is(refused.code, 2);
  assert.match(refused.stderr, 'the plan is strategy D (sequential), but A or C is required');
  assert.is(example.read('dist/version.txt'), undefined);
});

d('runs one at a time, each on what the one before has left', async () => {
  const example = copyOf('strategy-d-sequential');
  const report = await example.run(0);
  assert.is(report.strategy.letter, 'D');
  assert.equal(outcomes(report), ['version passed', 'notes passed', 'archive passed', 'announce passed']);
  const names = report.tasks.map(({ id }) => id);
  for (const [at, one] of names.slice(0, -1).entries())
    assert.ok(
      isBefore(report, one, names[at + 1] as string),
      `${names[at + 1]} began before ${one} had ended`,
    );
  assert.is(
    example.read('dist/release.json'),
    '{"version":"1.5","notes":"- Orders can be paid in parts.\\n"}\n',
  );
  const log = await example.ptask('log', 'announce');
  assert.match(log.stdout, 'Version 1.5 is out.\n- Orders can be paid in parts.\n');
});
