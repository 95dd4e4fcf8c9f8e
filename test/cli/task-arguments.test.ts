// Arguments behind `--` go to the one task that is named.

import type { Report } from '../../src/model/report.ts';
import { told } from '../config/told.ts';
import { expectCode, expectOutput, gitProject, project } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('cli/task arguments');

const SHOW = `node -e 'console.log(JSON.stringify(process.argv.slice(1)))' --`;

const CONFIG = `
agents: { coder: { run: cat } }
tasks:
  show: { run: ['echo first', "${SHOW}"] }
  bash: { run: "${SHOW}", shell: bash }
  script:
    run: |
      echo begin
      ${SHOW}
  named: { run: 'echo "[$PTASK_ARGS]"; echo end' }
  other: { run: 'echo "\${PTASK_ARGS-none}"', needs: show }
  all: { needs: [show] }
  agent: { agent: coder, prompt: x }
`;

const ODD = [
  '--watch',
  'a b',
  "it's",
  '$HOME',
  '`x`',
  '*',
  '~',
  '=ls',
  '',
  '"',
  '\\',
  'é',
  '-c',
  '!x',
  'a\nb',
];

test('they reach the last command as they were written, whatever they are', async () => {
  const { ptask } = project(CONFIG);
  for (const task of ['show', 'bash', 'script']) {
    expectCode(await ptask('run', task, '-q', '--', ...ODD), 0);
    const { stdout } = await ptask('log', task);
    assert.equal(JSON.parse(stdout.split('\n').at(-2) ?? ''), ODD, task);
  }
});

test('a command that names the variable gets them there and not at its end; no other task gets any', async () => {
  const { ptask } = project(CONFIG);
  expectCode(await ptask('named', '--', '--grep', 'a b'), 0);
  assert.is((await ptask('log', 'named')).stdout, "[--grep 'a b']\nend\n");
  expectCode(await ptask('other', '--', 'x'), 0);
  assert.is((await ptask('log', 'show')).stdout, 'first\n[]\n');
  assert.is((await ptask('log', 'other')).stdout, 'x\n');
  expectCode(await ptask('other', '--'), 0);
  assert.is((await ptask('log', 'other')).stdout, 'none\n');
  const inner = await ptask('other', { env: { PTASK_ARGS: 'of another' } });
  expectCode(inner, 0);
  assert.is((await ptask('log', 'other')).stdout, 'none\n', 'of a ptask around this one');
});

test('without one task to take them they are refused', async () => {
  const { ptask } = project(CONFIG);
  const refusal = async (...args: string[]) => told(expectCode(await ptask(...args), 2).stderr).join();
  const one = (count: number) =>
    `arguments behind \`--\` are for one task, but ${count} are chosen | → name one: ptask test -- --watch`;
  assert.is(await refusal('--', 'x'), one(7));
  assert.is(await refusal('show', 'bash', '--', 'x'), one(2));
  assert.is(
    await refusal('all', '--', 'x'),
    '`all` takes no arguments: it runs nothing itself | → name one of the tasks that it needs',
  );
  assert.is(
    await refusal('agent', '--', 'x'),
    '`agent` takes no arguments: an agent does it | → remove what stands behind `--`',
  );
});

test('they are a part of what the result of a cached task is made from, and of what a run goes on from', async () => {
  const config = `
cache: true
strategy: sequential
tasks: { a: { run: echo, reads: [in], writes: [] } }
`;
  const { ptask } = await gitProject({ config, files: { in: '1' } });
  const hit = async (...args: string[]): Promise<boolean | undefined> => {
    const { stdout } = expectCode(await ptask('a', '--json', ...args), 0);
    return (JSON.parse(stdout) as Report).tasks[0]?.cached?.hit;
  };
  assert.is(await hit(), false);
  assert.is(await hit(), true);
  assert.is(await hit('--', 'x'), false);
  assert.is(await hit('--', 'x'), true);
  assert.is(await hit('--', 'y'), false);
  assert.is((await ptask('log', 'a')).stdout, 'y\n');
  assert.is(await hit(), true);
  assert.is((await ptask('log', 'a')).stdout, '\n');
  expectOutput(expectCode(await ptask('plan', 'a', '--cache', '--', 'z'), 0), /PTASK_ARGS changed/);
});
