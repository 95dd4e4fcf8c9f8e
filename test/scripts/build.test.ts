import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { hermeticEnv, repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('scripts/build');

test('a build that fails leaves dist as it was and nothing beside it, nor what a killed one has left', () => {
  const dir = tempDir();
  mkdirSync(join(dir, 'scripts'));
  for (const file of ['build.mjs', 'lean.mjs'])
    copyFileSync(join(repositoryRoot, 'scripts', file), join(dir, 'scripts', file));
  symlinkSync(join(repositoryRoot, 'node_modules'), join(dir, 'node_modules'));
  // No process has such a number.
  write(dir, {
    'dist/cli.cjs': 'old',
    'dist.99999999.next/cli.cjs': '',
    'src/cli/main.ts': "import './gone.ts';\n",
  });
  const built = spawnSync(process.execPath, [join(dir, 'scripts/build.mjs')], {
    cwd: dir,
    env: hermeticEnv(),
  });
  assert.is.not(built.status, 0);
  assert.equal(readdirSync(dir).sort(), ['dist', 'node_modules', 'scripts', 'src']);
  assert.is(readFileSync(join(dir, 'dist/cli.cjs'), 'utf8'), 'old');
});
