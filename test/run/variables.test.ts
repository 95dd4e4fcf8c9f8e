// `${NAME}` in `env`, in runs: which value it has, where folders of PATH lie, what a key depends on, and what is masked.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hermeticEnv } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';
import { cachedGround, isHit, lookedUp } from './cached-support.ts';
import { ground, runIn } from './isolation-support.ts';
import { runConfig } from './support.ts';

const test = suite('run/variables');

const says = (text: string) => ({ content: `#!/bin/sh\necho ${text}\n`, mode: 0o755 });

test('dotenv files, the outer environment, the config and the task, each speaking of those before it', async () => {
  const root = tempDir();
  write(root, { '.env': 'HOST=db\nBRACES=${HOST}\n' });
  const { output } = await runConfig(
    JSON.stringify({
      dotenv: '.env',
      env: { URL: 'pg://${HOST}/${NAME:-none}', BOTH: '${BRACES} $${HOST} $5' },
      agents: { g: { run: 'echo $IN $OUT', env: { IN: '${URL}/agent' } } },
      tasks: {
        t: { run: 'echo $URL; echo "$BOTH"; echo $HERE', env: { URL: '${URL}?x', HERE: '${PTASK_WORKDIR}' } },
        a: { agent: 'g', prompt: 'p', env: { OUT: '${IN}/task' } },
      },
    }),
    { root, env: hermeticEnv({ NAME: 'main' }) },
  );
  assert.is(output('t'), `pg://db/main?x\n\${HOST} \${HOST} $5\n${root}\n`);
  assert.is(output('a'), 'pg://db/main/agent pg://db/main/agent/task\n');
});

test('a folder of the repository on the PATH: before the others, wherever the task works, and known before it runs', async () => {
  const { dir } = await ground({
    'tools/hello': says('tool'),
    'more/hello': says('more'),
    'sub/x': '',
    one: '',
    two: '',
  });
  const config = {
    env: { PATH: './tools:${PATH}' },
    tasks: {
      shared: { run: ['hello > ../shared', 'command -v hello >> ../shared'], cwd: 'sub', writes: ['shared'] },
      own: { run: 'hello > own', env: { PATH: 'more:${PATH}' }, writes: ['own'] },
      apart: {
        run: [
          'echo "echo changed" >> tools/hello',
          'hello > apart',
          'test "$(command -v hello)" = "$PWD/tools/hello"',
        ],
        workspace: 'worktree',
        writes: ['apart', 'tools/hello'],
        needs: ['shared', 'own'],
      },
    },
  };
  const { report } = await runIn(dir, config);
  assert.is(report.status, 'complete', JSON.stringify(report.tasks));
  const read = (name: string): string => readFileSync(join(dir, name), 'utf8');
  assert.is(read('shared'), `tool\n${dir}/tools/hello\n`);
  assert.is(read('own'), 'more\n');
  assert.is(read('apart'), 'tool\nchanged\n');
});

test('what is not set is told before anything runs, for the tasks that are to run', async () => {
  const refused = async (config: object, tasks: string[] = []): Promise<string[]> => {
    try {
      await runConfig(JSON.stringify(config), { tasks, env: hermeticEnv({ TOOLS: '/t' }) });
      return [];
    } catch (error) {
      const said = JSON.parse((error as Error).message) as {
        message: string;
        hint: string;
        place?: { line: number };
      }[];
      return said.map(({ message, hint, place }) => `${place?.line} ${message} → ${hint}`);
    }
  };
  const other = 'a ${ that is none is written $${';
  const tasks = {
    a: { run: ':', env: { X: '${TOLS}' } },
    b: { run: ':', env: { Y: '${NONE}', Z: '${NONE:-}' } },
  };
  assert.equal(await refused({ tasks }), [
    '1 `X` needs `TOLS`, which is not set → did you mean ${TOOLS}?',
    `1 \`Y\` needs \`NONE\`, which is not set → set it, or say what holds without it: \${NONE:-…}; ${other}`,
  ]);
  assert.equal(await refused({ tasks }, ['a']), [
    '1 `X` needs `TOLS`, which is not set → did you mean ${TOOLS}?',
  ]);
  const shared = await refused({ env: { X: '${NONE}' }, tasks: { a: { run: ':' } } });
  assert.match(shared[0] ?? '', /^1 `X` needs `NONE`/);
});

test('a key has the words of the config for what differs between machines, and the values of all else', async () => {
  const made = await cachedGround({ in: '' });
  const config = (path = './tools:${PATH}') => ({
    env: { PATH: path, MODE: '${KIND:-dev}' },
    tasks: {
      t: {
        run: 'mkdir -p out; echo $MODE $OWN > out/t',
        reads: ['in'],
        writes: ['out/**'],
        env: { OWN: '${HOME}/${KIND:-x}' },
      },
    },
  });
  const outer = (more: Record<string, string>) => ({ env: hermeticEnv(more) });
  const { PATH = '', HOME = '' } = hermeticEnv();
  await made.run(config(), outer({}));
  const again = await made.run(config(), outer({ PATH: `${PATH}:/elsewhere`, HOME: `${HOME}/.` }));
  assert.equal(lookedUp(again), ['hit t']);
  assert.not(isHit(await made.run(config('./other:${PATH}'), outer({})), 't'));
  assert.not(isHit(await made.run(config(), outer({ KIND: 'prod' })), 't'));
});

test('a cached task gets what any other gets of its own variables, and a change of that is a miss', async () => {
  const made = await cachedGround({ in: '' });
  const values = { X: '${FOO}', Y: '${FOO:-none}', Z: '${HTTP_PROXY:-direct}', LIT: '$${HOME}' };
  const config = (env: Record<string, string>) => ({
    tasks: {
      kept: { run: 'echo "$X $Y $Z $LIT" > kept', reads: ['in'], writes: ['kept'], env },
      plain: { run: 'echo "$X $Y $Z $LIT" > plain', reads: ['in'], writes: ['plain'], env, cache: false },
    },
  });
  const told = async (outer: Record<string, string>, env: Record<string, string> = values) => {
    const ran = await made.run(config(env), { env: hermeticEnv({ HTTP_PROXY: undefined, ...outer }) });
    const read = (name: string): string => readFileSync(join(made.dir, name), 'utf8');
    assert.is(read('kept'), read('plain'));
    return [read('kept'), isHit(ran, 'kept')];
  };
  assert.equal(await told({ FOO: '1' }), ['1 1 direct ${HOME}\n', false]);
  assert.equal(await told({ FOO: '1' }), ['1 1 direct ${HOME}\n', true]);
  assert.equal(await told({ FOO: '2' }), ['2 2 direct ${HOME}\n', false]);
  assert.equal(await told({ FOO: '2' }, { ...values, Z: '${HTTP_PROXY:-other}' }), [
    '2 2 other ${HOME}\n',
    false,
  ]);
  const { HOME = '' } = hermeticEnv();
  assert.equal(await told({ FOO: '2' }, { ...values, LIT: '${HOME}' }), [`2 2 direct ${HOME}\n`, false]);
  const own = { ...values, X: '${PTASK_MODE:-prod}' };
  assert.equal(await told({ FOO: '2' }, own), ['prod 2 direct ${HOME}\n', false]);
  assert.equal(await told({ FOO: '2', PTASK_MODE: 'x' }, own), ['x 2 direct ${HOME}\n', false]);
});

test('a folder that the config puts on the PATH is whole, and that of the worktree in one', async () => {
  const { dir } = await ground({ 'tools/x86/hello': says('tool'), one: '' });
  const run = 'command -v hello > ';
  const { report } = await runIn(
    dir,
    {
      tasks: {
        shared: { run: `${run}shared`, env: { PATH: 'tools/${ARCH}:${PATH}' }, writes: ['shared'] },
        apart: {
          run: `${run}apart; test "$(command -v hello)" = "$PWD/tools/x86/hello"`,
          env: { PATH: '${NONE:-tools/${ARCH}}:${PATH}' },
          workspace: 'worktree',
          writes: ['apart'],
        },
      },
    },
    { env: hermeticEnv({ ARCH: 'x86' }) },
  );
  assert.is(report.status, 'complete', JSON.stringify(report.tasks));
  assert.is(readFileSync(join(dir, 'shared'), 'utf8'), `${dir}/tools/x86/hello\n`);
});

test('a value that is put together of a secret is one', async () => {
  const { output } = await runConfig(
    JSON.stringify({
      secrets: ['WHOLE'],
      tasks: { t: { run: 'echo $WHOLE $LOGIN', env: { WHOLE: 'user-${PART}', LOGIN: '${API_TOKEN}@host' } } },
    }),
    { env: hermeticEnv({ PART: 'rather-plain', API_TOKEN: 'q8w7e6r5t4' }) },
  );
  assert.not.match(output('t'), /rather-plain|q8w7e6r5t4/);
});

test('COLUMNS is the width that there is for output, unless it is set or the result is kept', async () => {
  const run = 'echo [$COLUMNS]';
  const tasks = {
    plain: { run },
    own: { run, env: { COLUMNS: 7 } },
    kept: { run, cache: true, reads: [], writes: [] },
  };
  let columns = 99;
  const { output } = await runConfig(JSON.stringify({ tasks }), { columns: () => columns++ });
  assert.equal(['plain', 'own', 'kept'].map(output), ['[99]\n', '[7]\n', '[]\n']);
  const outer = await runConfig(JSON.stringify({ tasks }), {
    columns: () => 99,
    env: hermeticEnv({ COLUMNS: '5' }),
  });
  assert.equal(['plain', 'own', 'kept'].map(outer.output), ['[5]\n', '[7]\n', '[]\n']);
});
