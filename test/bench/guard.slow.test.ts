/** ptask has not become slower than what is committed, as multiples of floors measured beside it: bench/guard.ts. */
import { join } from 'node:path';
import { execa } from 'execa';
import { hermeticEnv, repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('bench/guard');

test('nothing takes over a quarter more than is committed', { timeout: 600_000 }, async () => {
  const guard = join(repositoryRoot, 'bench/guard.ts');
  const { all, exitCode } = await execa(process.execPath, ['--import', import.meta.resolve('tsx'), guard], {
    env: hermeticEnv(),
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
  });
  assert.is(exitCode, 0, all);
});
