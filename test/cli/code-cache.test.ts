import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { ptaskBin } from '../support/cli.ts';
import { hermeticEnv } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('cli/code-cache');

interface Installed {
  says: (code: string) => string;
  cache: string;
  kept: () => string[];
}

/** A ptask whose whole program is the code given. */
function installed(): Installed {
  const dir = tempDir();
  const bin = join(dir, 'bin/ptask.cjs');
  const cli = join(dir, 'dist/cli.cjs');
  const cache = join(dir, 'dist/.code-cache');
  for (const folder of [join(dir, 'bin'), cache]) mkdirSync(folder, { recursive: true });
  copyFileSync(ptaskBin, bin);
  return {
    says: (code) => {
      writeFileSync(cli, code);
      // As in a package of npm's, in which every file has the same time.
      utimesSync(cli, 499162500, 499162500);
      return execFileSync(process.execPath, [bin], { env: hermeticEnv(), encoding: 'utf8' });
    },
    cache,
    kept: () => readdirSync(cache),
  };
}

test('code of the same length is not taken for the code of before', () => {
  const { says } = installed();
  assert.is(says('(() => console.log("one"))()'), 'one\n');
  assert.is(says('(() => console.log("one"))()'), 'one\n');
  assert.is(says('(() => console.log("two"))()'), 'two\n');
});

if ('enableCompileCache' in module)
  test.skip('what is kept does not pile up', 'this Node keeps it by itself');
else
  test('what is kept does not pile up', () => {
    const { says, kept, cache } = installed();
    for (let at = 0; at < 300; at += 1) writeFileSync(join(cache, `old-${at}`), '');
    says('console.log(1)');
    assert.is(kept().length, 100);
    assert.ok(
      kept().some((name) => name.includes('cli-cjs')),
      'what has been written last',
    );
  });

test('the code is kept at all', () => {
  const { says, kept } = installed();
  says('console.log(1)');
  assert.ok(kept().length > 0);
});
