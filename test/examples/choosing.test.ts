import { expectCode } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';
import { copyOf, outcomes } from './example.ts';

const test = suite('choosing');

test('by patterns and tags', async () => {
  const example = copyOf('choosing');
  const ran = async (...args: string[]): Promise<string[]> => outcomes(await example.run(0, ...args));
  assert.equal(await ran('lint:*'), ['lint:code passed', 'lint:docs passed']);
  assert.equal(await ran('--tag', 'ci'), ['lint:code passed', 'lint:docs passed', 'test:unit passed']);
  assert.equal(await ran('test:app'), ['build passed', 'test:app passed']);
  assert.equal(await ran('test:app', '--only'), ['test:app passed']);
});

test('with arguments for one', async () => {
  const example = copyOf('choosing');
  await example.run(0, 'test:unit', '--', 'Ada', 'Grace Hopper');
  const { stdout } = expectCode(await example.ptask('log', 'test:unit'), 0);
  assert.is(stdout, 'Hello, Ada!\nHello, Grace Hopper!\n');
});
