// What decides what a task does is what it is; what decides when and how long it runs is not.

import { readDotenv } from '../../src/config/dotenv.ts';
import { Surroundings } from '../../src/run/caching/surroundings.ts';
import { differenceOf } from '../../src/run/caching/task-fingerprint.ts';
import { Masker } from '../../src/run/masking/masking.ts';
import { baseEnvironment, inheritedEnvironment } from '../../src/run/process/environment.ts';
import { settingsOf } from '../../src/run/process/strict-environment.ts';
import { StatCache } from '../../src/store/stat-cache.ts';
import { configOf } from '../plan/support.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('run/task-fingerprint');

const YAML = `
dotenv: [.env, .env.local]
env: { SHARED: one }
secrets: [TOKEN]
worktrees: { setup: ['true'] }
concurrency: 2
agents: { bot: { run: cat } }
tasks:
  a: { run: x, verify: 'true', cwd: ., env: { OWN: one }, description: Does., reads: [r], writes: [w], needs: [b], timeout: 10s }
  b: { run: y }
`;
const root = tempDir();
write(root, { '.env': 'KEY=one\n', 'sub/x': '' });

async function fingerprint(yaml: string, outer: Record<string, string> = {}): Promise<string> {
  const config = configOf(yaml, root);
  const [task] = config.tasks;
  if (task === undefined) throw new Error('no task');
  const dotenv = readDotenv(config).values;
  const sharedEnv = baseEnvironment(config, outer, false, dotenv);
  const ground = {
    config,
    sharedEnv,
    settings: settingsOf(config, inheritedEnvironment(config, outer, dotenv), dotenv),
    masker: new Masker([]),
  };
  const about = await new Surroundings(ground, new StatCache(root)).of(task);
  if (!about.ok) throw new Error(about.reason);
  return about.fingerprint;
}

const DEFINITION = 'its definition has changed';
const ENVIRONMENT = 'its environment has changed';

test('a config', async () => {
  const edits: [from: string, to: string, difference: string | undefined][] = [
    ['SHARED: one', 'SHARED: two', ENVIRONMENT],
    ['[.env, .env.local]', '[.env.local, .env]', undefined],
    ['[.env, .env.local]', '[.env.local]', ENVIRONMENT],
    ['run: x', 'run: xx', DEFINITION],
    ['run: x', 'run: [x, y]', DEFINITION],
    ['OWN: one', 'OWN: two', DEFINITION],
    ["verify: 'true'", "verify: 'exit 0'", DEFINITION],
    ['cwd: .', 'cwd: sub', DEFINITION],
    ['reads: [r]', 'reads: [r, s]', DEFINITION],
    ['writes: [w]', 'writes: [v]', DEFINITION],
    ["setup: ['true']", "setup: ['exit 0']", DEFINITION],
    ['description: Does.', 'description: Does it.', undefined],
    ['needs: [b]', 'checkpoint: true', undefined],
    ['timeout: 10s', 'timeout: 20s', undefined],
    ['timeout: 10s', 'retry: 3', undefined],
    ['concurrency: 2', 'concurrency: 3', undefined],
    ['secrets: [TOKEN]', 'barrier: true', undefined],
    ['run: y', 'run: z', undefined],
  ];
  const before = await fingerprint(YAML);
  assert.is(differenceOf(before, await fingerprint(YAML)), undefined);
  for (const [from, to, difference] of edits) {
    assert.ok(YAML.includes(from), from);
    assert.is(differenceOf(before, await fingerprint(YAML.replace(from, to))), difference, `${from} → ${to}`);
  }
});

test('a task that works in the shared tree has no setup', async () => {
  const shared = YAML.replace('run: x', 'run: x, workspace: shared');
  const other = shared.replace("setup: ['true']", "setup: ['exit 0']");
  assert.is(differenceOf(await fingerprint(shared), await fingerprint(other)), undefined);
});

test('an agent is told the description', async () => {
  const asked = YAML.replace('run: x,', 'agent: bot,');
  const other = asked.replace('description: Does.', 'description: Does it.');
  assert.is(differenceOf(await fingerprint(asked), await fingerprint(other)), DEFINITION);
});

test('the files of the environment', async () => {
  const before = await fingerprint(YAML);
  for (const [file, text] of [
    ['.env', 'KEY=two\n'],
    ['.env.local', 'OTHER=1\n'],
  ] as const) {
    const was = file === '.env' ? 'KEY=one\n' : '';
    write(root, { [file]: text });
    assert.is(differenceOf(before, await fingerprint(YAML)), ENVIRONMENT, file);
    write(root, { [file]: was });
  }
});

test('what is inherited counts where it is declared, or says how programs sort and count', async () => {
  const before = await fingerprint(YAML);
  assert.is(differenceOf(before, await fingerprint(YAML, { OTHER: 'x', PATH: '/bin' })), undefined);
  assert.is(differenceOf(before, await fingerprint(YAML, { KEY: 'x' })), ENVIRONMENT);
  assert.is(differenceOf(before, await fingerprint(YAML, { TZ: 'UTC' })), ENVIRONMENT);
});
