import { expectCode } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';
import { copyOf } from './example.ts';

const test = suite('cache, strictly');

test('the reads are complete, but for those that undeclared.config.yaml leaves out', {
  timeout: 180_000,
}, async () => {
  const example = copyOf('cache');
  await example.run(0);
  expectCode(await example.ptask('check', '--strict'), 0);
  const { stdout } = expectCode(
    await example.ptask('check', '--strict', '--config', 'undeclared.config.yaml'),
    1,
  );
  assert.match(stdout, 'prices needs data/prices.json: add it to its reads');
});
