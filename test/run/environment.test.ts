import { join } from 'node:path';
import { hermeticEnv } from '../support/env.ts';
import { repo } from '../support/git.ts';
import { puppets } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { runConfig } from './support.ts';

const test = suite('run/environment');

test('dotenv files give way to the outer environment, that to env, that to the env of the task', async () => {
  const root = tempDir();
  write(root, { '.env': 'A=dotenv\nB=dotenv\nC=dotenv\nD="two words"\n', '.env.local': 'D=local\n' });
  const { output } = await runConfig(
    `dotenv: [.env, .env.local, .env.missing]
env: { C: config, E: 7 }
tasks:
  t: { run: 'echo $A $B $C $D $E', env: { E: true } }
`,
    { root, env: hermeticEnv({ B: 'outer', C: 'outer' }) },
  );
  assert.is(output('t'), 'dotenv outer config local true\n');
});

test('PTASK variables say where and what', async () => {
  const rig = await puppets();
  const root = tempDir();
  write(root, { 'sub/x': '' });
  const running = runConfig(`tasks:\n  t: { run: ${JSON.stringify(rig.command('t'))}, cwd: sub }\n`, {
    root,
  });
  const t = await rig.nextInvocation('t');
  await t.exit(0);
  const { report } = await running;
  assert.is(t.cwd, join(root, 'sub'));
  const { PTASK_RUN_ID, PTASK_TASK, PTASK_ROOT, PTASK_WORKDIR, PTASK_ATTEMPT } = t.env;
  assert.equal(
    [PTASK_RUN_ID, PTASK_TASK, PTASK_ROOT, PTASK_WORKDIR, PTASK_ATTEMPT],
    [report.id, 't', root, root, '1'],
  );
});

test("the root's node_modules/.bin comes first on the PATH, and those above it after", async () => {
  const above = tempDir();
  const root = join(above, 'pkg');
  const says = (text: string) => ({ content: `#!/bin/sh\necho ${text}\n`, mode: 0o755 });
  write(above, {
    'node_modules/.bin/one': says('above'),
    'node_modules/.bin/two': says('above'),
    'pkg/node_modules/.bin/one': says('own'),
  });
  const { output } = await runConfig("tasks:\n  t: { run: 'one; two' }\n", { root });
  assert.is(output('t'), 'own\nabove\n');
});

test('what git sets for its hooks does not reach the tasks', async () => {
  const { dir } = await repo({ files: { a: '1' } });
  const { output } = await runConfig(
    "tasks:\n  t: { run: 'git rev-parse --show-toplevel; env | grep -c ^GIT_INDEX_FILE || true' }\n",
    {
      root: dir,
      env: hermeticEnv({
        GIT_DIR: '/nowhere/.git',
        GIT_INDEX_FILE: '/nowhere/index',
        GIT_WORK_TREE: '/nowhere',
      }),
    },
  );
  assert.is(output('t'), `${dir}\n0\n`);
});

test('every variable that git calls local is cleared', async () => {
  const { git } = await repo({ files: { a: '1' } });
  const { baseEnvironment } = await import('../../src/run/environment.ts');
  const { configOf } = await import('../plan/support.ts');
  const names = (await git('rev-parse', '--local-env-vars')).trim().split('\n');
  assert.ok(names.length > 10);
  const outer = Object.fromEntries(names.map((name) => [name, 'x']));
  const env = baseEnvironment(configOf("tasks: { a: { run: ':' } }"), { PATH: '/bin', ...outer }, false);
  assert.equal(
    names.filter((name) => env[name] !== undefined),
    [],
  );
});

test('colours are asked for where they are wanted, unless somebody has said otherwise', async () => {
  const yaml = "tasks:\n  t: { run: 'echo [$FORCE_COLOR]' }\n";
  assert.is((await runConfig(yaml, { color: true })).output('t'), '[1]\n');
  assert.is((await runConfig(yaml, { color: false })).output('t'), '[]\n');
  assert.is(
    (await runConfig(yaml, { color: true, env: hermeticEnv({ NO_COLOR: '1' }) })).output('t'),
    '[]\n',
  );
});
