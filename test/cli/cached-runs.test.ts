// Runs with a cache, one after the other: what the flags do, what is stored, and what the reports say of it.

import type { Report } from '../../src/model/report.ts';
import { expectCode, gitProject } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/cached runs');

const config = 'cache: true\ntasks: { a: { run: date, reads: [in], writes: [] } }\n';

/** `hit`, `stored`, or why it is not stored. */
async function made() {
  const { ptask } = await gitProject({ config, files: { in: '1' } });
  return async (...flags: string[]): Promise<string> => {
    const { stdout } = expectCode(await ptask('run', '--json', ...flags), 0);
    const [task] = (JSON.parse(stdout) as Report).tasks;
    const { hit, notStored = 'stored' } = task?.cached ?? {};
    return hit ? 'hit' : notStored;
  };
}

const NOTHING_ADDED = 'this run adds nothing to the cache';

test('without a flag the first run stores, and the second takes', async () => {
  const run = await made();
  assert.is(await run(), 'stored');
  assert.is(await run(), 'hit');
});

test('local:r and --no-cache add nothing, and the report says so', async () => {
  const run = await made();
  for (const flags of [['--cache', 'local:r'], ['--no-cache'], ['--cache', 'local:off']])
    assert.is(await run(...flags), NOTHING_ADDED, flags.join(' '));
  assert.is(await run(), 'stored');
  assert.is(await run('--cache', 'local:r'), 'hit');
  assert.is(await run('--no-cache'), NOTHING_ADDED);
});

test('--force and local:w run what is there, and replace it', async () => {
  const run = await made();
  assert.is(await run('--cache', 'local:w'), 'stored');
  assert.is(await run('--force'), 'stored');
  assert.is(await run(), 'hit');
});

test('what has no key is not stored, and no report says it were', async () => {
  const broken = config.replace('true', '{ tools: [no-such-program] }');
  const { ptask } = await gitProject({ config: broken, files: { in: '1' } });
  expectCode(await ptask('--quiet'), 0);
  const { stdout } = expectCode(await ptask('report', '--format', 'md'), 0);
  assert.match(stdout, /^\| `a` \| .*no-such-program.*ended with exit code 127 \| no \|$/m);
});
