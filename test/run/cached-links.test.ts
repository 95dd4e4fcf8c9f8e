// Links among what a cached task reads and writes: what lies beyond them is nobody's output.
import { assert, suite } from '../support/suite.ts';
import { cachedGround, isHit } from './cached-support.ts';

const test = suite('run/cached-links');

test('what lies beyond a link that a task makes is not its work', async () => {
  const at = await cachedGround({ 'src/a': 'a\n', 'lib/b': 'b\n', in: '1' });
  const link = {
    reads: ['in'],
    writes: ['out/**'],
    run: 'mkdir -p out && ln -sfn ../src out/link && cat in > out/x',
  };
  for (const text of ['1', '2', '1']) {
    at.write({ in: text });
    const run = await at.run({ tasks: { link } });
    assert.is(run.task('link').status, 'passed');
    assert.is(at.tree()['src/a'], '644 a\n');
    assert.is(at.tree()['out/x'], `644 ${text}`);
  }
  const run = await at.run({ tasks: { link } });
  assert.ok(isHit(run, 'link'));
});
