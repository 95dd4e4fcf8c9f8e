import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';
import { copyOf, type Ran, taskOf } from './example.ts';

const test = suite('cache');

/** Those that did not run. */
const hits = ({ tasks }: Ran): string[] => tasks.filter(({ cached }) => cached?.hit).map(({ id }) => id);

test('what is up to date does not run again, and what is gone comes back', async () => {
  const example = copyOf('cache');
  assert.equal(hits(await example.run(0)), []);
  const [bundle, size] = [example.read('dist/app.js'), example.read('dist/size.txt')];
  rmSync(join(example.dir, 'dist'), { recursive: true });
  const again = await example.run(0);
  assert.equal(hits(again), ['test', 'bundle', 'size', 'prices']);
  assert.equal(again.cache?.hits, 4);
  assert.equal([example.read('dist/app.js'), example.read('dist/size.txt')], [bundle, size]);
});

test('what only a comment has changed goes no further than the task that leaves comments out', async () => {
  const example = copyOf('cache');
  await example.run(0);
  example.write({ 'src/cart.js': `${example.read('src/cart.js')}// The end.\n` });
  const report = await example.run(0);
  assert.equal(hits(report), ['size', 'prices']);
  assert.equal(taskOf(report, 'bundle').cached?.because, ['src/cart.js changed']);
});

test('prices depend on CURRENCY, and on no other variable', async () => {
  const { ptask } = copyOf('cache');
  const hit = async (env: Record<string, string>) =>
    JSON.parse(expectCode(await ptask('run', 'prices', '--json', { env }), 0).stdout).cache.hits;
  assert.is(await hit({}), 0);
  assert.is(await hit({ LANGUAGE_OF_PRICES: 'de' }), 1);
  assert.is(await hit({ CURRENCY: 'EUR' }), 0);
  assert.is(await hit({ CURRENCY: 'EUR' }), 1);
});
