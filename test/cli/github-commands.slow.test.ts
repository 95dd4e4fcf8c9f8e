// What tasks print, and what a config says, in the log of a job on GitHub, which takes lines of it for commands.

import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { project, ptaskBin } from '../support/cli.ts';
import { hermeticEnv } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/github-commands');

const HOSTILE = [
  ...[
    '::stop-commands::forever',
    '::set-output name=a::b',
    '::add-mask::a',
    '::group::x',
    '  ::add-path::/x',
  ],
  ...[
    '##[add-mask]a',
    'text ##[set-output name=a]b',
    '::error::pretended',
    '::endgroup::',
    '::save-state name=a::b',
  ],
];
const CONFIG = `tasks:
  one: { description: "a ##[add-mask]b ::add-mask::c", run: "cat out; exit 1" }
  two: { run: "cat out" }
validate: [{ name: "##[add-mask]step", run: "cat out; false" }]
`;
const env = { GITHUB_ACTIONS: 'true', NO_COLOR: '1' };

/** The commands that the runner heeds, by their names, and whether it still heeds any at the end. */
function heeded(log: string): { names: string[]; isHeard: boolean } {
  const names: string[] = [];
  let token: string | undefined;
  for (const line of log.split(/\r\n|\r|\n/)) {
    const [, name = '', data = ''] =
      /^\s*::([^ :]+)(?: .*?)?::(.*)$/.exec(line) ?? /##\[([^ \]]+)[^\]]*\](.*)$/.exec(line) ?? [];
    if (name === '') continue;
    if (token !== undefined) token = name === token ? undefined : token;
    else if (name === 'stop-commands') token = data;
    else names.push(name);
  }
  return { names, isHeard: token === undefined };
}

test('no command of them is heeded, in whatever way they are shown', { timeout: 120_000 }, async () => {
  const made = project({ config: CONFIG, files: { out: `${HOSTILE.join('\n')}\n` } });
  const ways = [
    ...[
      'run -q',
      'run --reporter silent',
      'run --json --reporter silent',
      'run -v -q',
      'report',
      'report --json',
      'report --format md',
    ],
    ...[
      'report --format html',
      'report --format junit',
      'log one',
      'log',
      'log --md',
      'log --md one',
      'list',
      'plan -v',
    ],
    ...['check', 'graph', 'explain one two', 'list --json', 'plan --json'],
  ];
  for (const way of ways) {
    const { stdout, stderr } = await made.ptask(...way.split(' '), { env });
    for (const said of [stdout, stderr]) {
      const { names, isHeard } = heeded(said);
      assert.ok(isHeard, way);
      // Our own annotation of a failure.
      assert.equal(
        names.filter((name) => name !== 'error'),
        [],
        way,
      );
    }
    if (way.includes('json')) JSON.parse(stdout);
  }
});

test('in the section of a task annotations and masks are heeded, as ever', async () => {
  const made = project({
    config: CONFIG.replace(/validate.*/, ''),
    files: { out: `${HOSTILE.join('\n')}\n` },
  });
  const { names, isHeard } = heeded((await made.ptask('run', 'two', { env })).stdout);
  assert.ok(isHeard);
  // What the task silences itself stays silent until its section ends.
  assert.equal(names, ['group', 'endgroup']);
  const plain = project({
    config: CONFIG.replace(/validate.*/, ''),
    files: { out: `${HOSTILE.slice(1).join('\n')}\n` },
  });
  const said = heeded((await plain.ptask('run', 'two', { env })).stdout);
  assert.equal(said.names.sort(), ['add-mask', 'endgroup', 'error', 'group']);
});

test('what goes to a file is as it is', async () => {
  const made = project({ config: CONFIG, files: { out: `${HOSTILE.join('\n')}\n` } });
  await made.ptask('run', '-q', { env });
  const to = openSync(join(made.dir, 'copy'), 'w');
  spawnSync(process.execPath, [ptaskBin, 'log', 'one'], {
    cwd: made.dir,
    env: hermeticEnv({ GITHUB_ACTIONS: 'true' }),
    stdio: ['ignore', to, 'inherit'],
  });
  closeSync(to);
  assert.is(readFileSync(join(made.dir, 'copy'), 'utf8'), readFileSync(join(made.dir, 'out'), 'utf8'));
});
