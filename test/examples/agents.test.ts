import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';
import { committed, copyOf, outcomes, taskOf } from './example.ts';

const test = suite('agents');

test('two agents at once, a review that asks for fixes once, and a third that stands on both', async () => {
  const example = await committed((dir) => copyOf('agents', dir));
  const report = await example.run(0);
  assert.equal(outcomes(report), ['price passed', 'dates passed', 'guide passed']);
  assert.is(taskOf(report, 'price').attempts, 2);
  assert.match(example.read('docs/guide.md') ?? '', /## From price[\s\S]*## From dates/);
  assert.match(example.read('src/price.mjs') ?? '', /^\/\*\*/);
});

test('the prompts can be seen before anything runs', async () => {
  const example = await committed((dir) => copyOf('agents', dir));
  const { stdout } = expectCode(await example.ptask('plan', '--prompts'), 0);
  assert.equal(stdout.match(/^=====.*$/gm), [
    '===== TASK 1: price =====',
    '===== REVIEW OF TASK 1: price =====',
    '===== TASK 2: dates =====',
    '===== TASK 3: guide =====',
  ]);
  const json = JSON.parse(expectCode(await example.ptask('plan', 'price', '--prompts', '--json'), 0).stdout);
  assert.is(json.schemaVersion, 1);
  assert.equal(Object.keys(json.prompts[0]), ['task', 'agent', 'prompt', 'reviewer', 'reviewPrompt']);
  assert.equal(
    [json.prompts.length, json.prompts[0].agent, json.prompts[0].reviewer],
    [1, 'coder', 'critic'],
  );
  assert.ok(stdout.startsWith(json.prompts[0].prompt.slice(0, 80)));
  assert.equal(readdirSync(example.dir).includes('docs'), false, 'nothing has run');
});

test('without an agent there is no prompt', async () => {
  const example = copyOf('agents');
  const text = readFileSync(join(example.dir, 'parallel.config.yaml'), 'utf8');
  example.write({ 'parallel.config.yaml': `${text.split('\nagents:')[0]}\ntasks: { a: { run: 'true' } }\n` });
  assert.is(
    expectCode(await example.ptask('plan', '--prompts'), 0).stdout,
    'no task and no step of this plan has an agent\n',
  );
});
