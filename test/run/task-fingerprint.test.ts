// What decides what a task does is what it is; what decides when and how long it runs is not.

import { differenceOf, taskFingerprint } from '../../src/run/checkpoint/task-fingerprint.ts';
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

function fingerprint(yaml: string): string {
  const config = configOf(yaml, root);
  const [task] = config.tasks;
  if (task === undefined) throw new Error('no task');
  return taskFingerprint(config, task);
}

const DEFINITION = 'its definition has changed';
const ENVIRONMENT = 'its environment has changed';

test('a config', () => {
  const edits: [from: string, to: string, difference: string | undefined][] = [
    ['SHARED: one', 'SHARED: two', ENVIRONMENT],
    ['[.env, .env.local]', '[.env.local, .env]', ENVIRONMENT],
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
  const before = fingerprint(YAML);
  assert.is(differenceOf(before, fingerprint(YAML)), undefined);
  for (const [from, to, difference] of edits) {
    assert.ok(YAML.includes(from), from);
    assert.is(differenceOf(before, fingerprint(YAML.replace(from, to))), difference, `${from} → ${to}`);
  }
});

test('a task that works in the shared tree has no setup', () => {
  const shared = YAML.replace('run: x', 'run: x, workspace: shared');
  const other = shared.replace("setup: ['true']", "setup: ['exit 0']");
  assert.is(differenceOf(fingerprint(shared), fingerprint(other)), undefined);
});

test('an agent is told the description', () => {
  const asked = YAML.replace('run: x,', 'agent: bot,');
  const other = asked.replace('description: Does.', 'description: Does it.');
  assert.is(differenceOf(fingerprint(asked), fingerprint(other)), DEFINITION);
});

test('the files of the environment', () => {
  const before = fingerprint(YAML);
  for (const [file, text] of [
    ['.env', 'KEY=two\n'],
    ['.env.local', 'OTHER=1\n'],
  ] as const) {
    const was = file === '.env' ? 'KEY=one\n' : '';
    write(root, { [file]: text });
    assert.is(differenceOf(before, fingerprint(YAML)), ENVIRONMENT, file);
    write(root, { [file]: was });
  }
});
