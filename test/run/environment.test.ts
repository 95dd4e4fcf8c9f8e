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
  assert.is(t.env.PTASK_INIT_CWD, process.cwd());
  const { PTASK_RUN_ID, PTASK_TASK, PTASK_ROOT, PTASK_WORKDIR, PTASK_ATTEMPT } = t.env;
  assert.equal(
    [PTASK_RUN_ID, PTASK_TASK, PTASK_ROOT, PTASK_WORKDIR, PTASK_ATTEMPT],
    [report.id, 't', root, root, '1'],
  );
});

const says = (text: string) => ({ content: `#!/bin/sh\necho ${text}\n`, mode: 0o755 });

test("the root's node_modules/.bin comes first on the PATH, and those above it after", async () => {
  const above = tempDir();
  const root = join(above, 'pkg');
  write(above, {
    'node_modules/.bin/one': says('above'),
    'node_modules/.bin/two': says('above'),
    'pkg/node_modules/.bin/one': says('own'),
  });
  const { output } = await runConfig("tasks:\n  t: { run: 'one; two' }\n", { root });
  assert.is(output('t'), 'own\nabove\n');
});

test('from the folder of the task upwards every node_modules/.bin is on the PATH, the nearest first', async () => {
  const above = tempDir();
  write(above, {
    'node_modules/.bin/above': says('above'),
    'root/node_modules/.bin/both': says('root'),
    'root/node_modules/.bin/mid': says('root'),
    'root/packages/node_modules/.bin/mid': says('packages'),
    'root/packages/x/node_modules/.bin/both': says('x'),
    'root/packages/x/src/file': '',
    'root/packages/y/node_modules/.bin/both': says('y'),
  });
  const ran = await runConfig(
    `tasks:
  x: { run: 'both; mid; above', cwd: packages/x, verify: both }
  y: { run: both, cwd: packages/y }
  deep: { run: both, cwd: packages/x/src }
  root: { run: 'both; mid' }
  own: { run: both, cwd: packages/x, env: { PATH: '/usr/bin:/bin' } }
validate: [{ name: v, run: both }]
`,
    { root: join(above, 'root') },
  );
  assert.is(ran.report.status, 'complete');
  assert.is(ran.output('x'), 'x\npackages\nabove\nx\n');
  assert.is(ran.output('y'), 'y\n');
  assert.is(ran.output('deep'), 'x\n');
  assert.is(ran.output('root'), 'root\nroot\n');
  assert.is(ran.output('own'), 'x\n');
});

test('programs that an earlier task has installed are found, and by what the config and an agent set as well', async () => {
  const install =
    'mkdir -p node_modules/.bin; printf "#!/bin/sh\\necho new\\n" > node_modules/.bin/tool; chmod +x node_modules/.bin/tool';
  const { output } = await runConfig(
    JSON.stringify({
      env: { PATH: '/usr/bin:/bin' },
      agents: { one: { run: 'tool', env: { PATH: '/bin:/usr/bin' } } },
      tasks: {
        install: { run: install },
        use: { run: 'tool', needs: ['install'] },
        ask: { agent: 'one', prompt: 'x', needs: ['install'] },
      },
    }),
  );
  assert.equal([output('use'), output('ask')], ['new\n', 'new\n']);
});

test('in a worktree, which has no ignored folders, programs are found as in the root', async () => {
  const { dir } = await repo({
    files: {
      '.gitignore': 'node_modules/\n',
      'packages/x/file': '',
      'packages/x/node_modules/.bin/tool': says('x'),
      'node_modules/.bin/tool': says('root'),
    },
  });
  const { output } = await runConfig(
    `tasks:
  a: { run: tool, cwd: packages/x, workspace: worktree }
  b: { run: tool, workspace: worktree }
`,
    { root: dir },
  );
  assert.equal([output('a'), output('b')], ['x\n', 'root\n']);
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
  const { baseEnvironment } = await import('../../src/run/process/environment.ts');
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

test('a task that wants no colours is not asked for some as well: programs complain of both', async () => {
  const run = 'echo [$FORCE_COLOR][$NO_COLOR]';
  const { output } = await runConfig(
    JSON.stringify({
      agents: { plain: { run, env: { NO_COLOR: 1 } } },
      tasks: {
        own: { run, env: { NO_COLOR: 1 } },
        agent: { agent: 'plain', prompt: 'x' },
        both: { run, env: { NO_COLOR: 1, FORCE_COLOR: 2 } },
        usual: { run },
      },
    }),
    { color: true },
  );
  assert.equal(['own', 'agent', 'both', 'usual'].map(output), ['[][1]\n', '[][1]\n', '[2][1]\n', '[1][]\n']);
  const config = JSON.stringify({ env: { NO_COLOR: 1 }, tasks: { t: { run } } });
  assert.is((await runConfig(config, { color: true })).output('t'), '[][1]\n');
});
