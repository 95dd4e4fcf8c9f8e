import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { ptaskBin } from '../support/cli.ts';
import { hermeticEnv } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('cli/code-cache');

interface Installed {
  says: (code: string) => string;
  /** The code of before. */
  runs: (...args: string[]) => string;
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
  const runs = (...args: string[]): string =>
    execFileSync(process.execPath, [bin, ...args], { env: hermeticEnv(), encoding: 'utf8' });
  return {
    says: (code) => {
      writeFileSync(cli, code);
      // As in a package of npm's, in which every file has the same time.
      utimesSync(cli, 499162500, 499162500);
      return runs();
    },
    runs,
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

const ours = (name: string, body: () => void): void =>
  'enableCompileCache' in module ? test.skip(name, 'this Node keeps it by itself') : test(name, body);

ours('what is kept does not pile up', () => {
  const { says, kept, cache } = installed();
  for (let at = 0; at < 300; at += 1) writeFileSync(join(cache, `old-${at}`), '');
  says('console.log(1)');
  assert.is(kept().length, 100);
  assert.ok(
    kept().some((name) => name.includes('cli-cjs')),
    'what has been written last',
  );
});

ours('what the first command has not called is kept once another has, for some time', () => {
  const { runs, says, kept, cache } = installed();
  const state = (): [number, number] => {
    assert.is(kept().length, 1);
    const { size, ino } = statSync(join(cache, kept()[0] as string));
    return [size, ino];
  };
  const called = "const called = (x) => [x, x, x].map((y) => y + 1).join('called later, and compiled then');";
  says(`${called} if (process.argv.length > 2) console.log(called(1));`);
  const [first] = state();
  runs('later');
  const [second] = state();
  assert.ok(second > first, `${first} bytes, then ${second}`);
  runs('later');
  const third = state();
  runs('later');
  assert.equal(state(), third, 'and no more of that');
});

test('the code is kept at all', () => {
  const { says, kept } = installed();
  says('console.log(1)');
  assert.ok(kept().length > 0);
});
