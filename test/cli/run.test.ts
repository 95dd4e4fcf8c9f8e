import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expectCode, expectOutput, expectSignal, project } from '../support/cli.ts';
import { repositoryRoot } from '../support/env.ts';
import { ptaskTerminal } from '../support/pty.ts';
import { puppets } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { exists } from '../support/tmp.ts';

const test = suite('cli/run');

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
for (const name of ['plan', 'report', 'event']) {
  ajv.addSchema(
    JSON.parse(readFileSync(join(repositoryRoot, `schema/${name}.schema.json`), 'utf8')),
    `${name}.schema.json`,
  );
}

const TWO =
  "tasks:\n  a: { run: echo from a }\n  b: { run: 'echo from b; exit 3', needs: [a] }\n  c: { run: ':', needs: [b] }\n";

test('a run that fails exits 1, with the first cause and its whole output', async () => {
  const result = await project(TWO).ptask();
  expectCode(result, 1);
  expectOutput(result, /b failed: exit code 3/, 'stdout');
  expectOutput(result, /from b/, 'stdout');
  expectOutput(result, /skipped because b failed: c/, 'stdout');
  assert.not.match(result.stdout, /from a/);
  assert.not(result.all.includes('\u001b'));
});

test('named tasks and what they need', async () => {
  const { ptask } = project(TWO);
  const result = await ptask('run', 'a', '--json');
  expectCode(result, 0);
  assert.equal(
    JSON.parse(result.stdout).tasks.map(({ id }: { id: string }) => id),
    ['a'],
  );
});

test('--json: one document on stdout, people read stderr', async () => {
  const result = await project(TWO).ptask('run', '--json');
  expectCode(result, 1);
  const report = JSON.parse(result.stdout);
  assert.ok(ajv.validate('report.schema.json', report), ajv.errorsText());
  expectOutput(result, /b failed/, 'stderr');
});

test('--dry-run shows the plan and leaves nothing', async () => {
  const { ptask, dir } = project(TWO);
  const result = await ptask('--dry-run');
  expectCode(result, 0);
  expectOutput(result, /Strategy D/);
  assert.not(exists(dir, '.ptask'));
});

test('plan --json follows its schema and is the same each time', async () => {
  const { ptask } = project(TWO);
  const [one, two] = [await ptask('plan', '--json'), await ptask('plan', '--json')];
  assert.ok(ajv.validate('plan.schema.json', JSON.parse(one.stdout)), ajv.errorsText());
  assert.is(one.stdout, two.stdout);
});

test('--quiet says nothing but one line of a good run; --verbose shows all output', async () => {
  const { ptask } = project('tasks:\n  a: { run: echo from a }\n');
  const quiet = await ptask('--quiet');
  assert.is(quiet.stdout.trim().split('\n').length, 1, quiet.stdout);
  expectOutput(await ptask('--verbose'), /from a/, 'stdout');
});

test('report and log look back', async () => {
  const { ptask } = project(TWO);
  expectCode(await ptask('report'), 2);
  expectOutput(await ptask('log'), /nothing has been run here yet/, 'stderr');
  await ptask('run');
  expectOutput(await ptask('report'), /b failed/, 'stdout');
  expectOutput(await ptask('report', '--format', 'md'), /Execution ID/, 'stdout');
  assert.is(JSON.parse((await ptask('report', '--json')).stdout).status, 'partial');
  assert.is((await ptask('log', 'b')).stdout, 'from b\n');
  assert.is((await ptask('log', 'c')).stdout, '');
  expectOutput(await ptask('log', 'bb'), /no task `bb`[\s\S]*did you mean `b`/, 'stderr');
  expectOutput(await ptask('report', 'PARALLEL-1'), /there is no run PARALLEL-1/, 'stderr');
});

test('check, list and graph', async () => {
  const { ptask } = project(TWO);
  expectOutput(await ptask('check'), /parallel\.config\.yaml is valid: 3 tasks/, 'stdout');
  assert.equal(
    JSON.parse((await ptask('list', '--json')).stdout).map(({ id }: { id: string }) => id),
    ['a', 'b', 'c'],
  );
  expectOutput(await ptask('graph'), /^(flowchart|graph)/, 'stdout');
  expectOutput(await ptask('graph', '--format', 'dot'), /^digraph/, 'stdout');
  expectCode(await ptask('graph', '--format', 'png'), 2);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} stops the tasks, and ptask dies of it`, async () => {
    const rig = await puppets();
    const { start } = project(
      `tasks:\n  a: { run: ${JSON.stringify(rig.command('a'))} }\n  b: { run: ':', needs: [a] }\n`,
    );
    const started = start();
    const a = await rig.nextInvocation('a');
    started.kill(signal);
    const result = await started.result;
    expectSignal(result, signal);
    assert.equal(a.signals, ['SIGTERM']);
    expectOutput(result, /interrupted/i);
  });
}

test('Ctrl-C in a terminal: the tree ends, the cursor is back', async () => {
  const rig = await puppets();
  const { dir } = project(`tasks:\n  a: { run: ${JSON.stringify(rig.command('a'))} }\n`);
  const terminal = ptaskTerminal([], { cwd: dir });
  await rig.nextInvocation('a');
  terminal.press('ctrl-c');
  assert.is((await terminal.exited).signal, constants.signals.SIGINT);
  assert.ok(terminal.cursorVisible());
  assert.match(terminal.scrollback(), /interrupted/i);
});

test('200 MB of output are kept whole and cost no memory', { timeout: 60_000 }, async () => {
  const { ptask, dir } = project(
    `tasks:\n  a: { run: "head -c 200000000 /dev/zero | tr '\\\\0' x; echo; echo the end; exit 1" }\n  b: { run: echo beside }\n`,
  );
  const result = await ptask('run', '--json', { env: { NODE_OPTIONS: '--max-old-space-size=64' } });
  expectCode(result, 1);
  const report = JSON.parse(result.stdout);
  assert.is(report.tasks[0].output.bytes, 200_000_009);
  assert.is(report.tasks[0].output.tail.at(-1), 'the end');
  assert.ok(exists(dir, '.ptask/runs', report.id, 'tasks/a.out'));
  expectOutput(result, /left out/, 'stderr');
});

test('a closed pipe ends nothing badly', async () => {
  const { dir } = project(TWO);
  const { execFileSync } = await import('node:child_process');
  const { ptaskBin } = await import('../support/cli.ts');
  const out = execFileSync(
    'sh',
    ['-c', `node ${ptaskBin} plan 2>&1 | head -n 1; node ${ptaskBin} run -v 2>&1 | head -n 1`],
    { cwd: dir, encoding: 'utf8' },
  );
  assert.match(out, /^Strategy D/);
  assert.not.match(out, /EPIPE|Error/);
});

test('a command that is mistyped is told from a task', async () => {
  const result = await project(TWO).ptask('pln');
  expectCode(result, 2);
  expectOutput(result, /`pln` is neither a command nor a task[\s\S]*did you mean `ptask plan`/, 'stderr');
});

test('on GitHub and GitLab the output of a failed task stands in the log once', async () => {
  const { ptask } = project("tasks:\n  a: { run: 'echo ::error file=a.ts::no; exit 1' }\n");
  const service = (name: string) => ({ env: { [name]: 'true' } });
  const times = async (...args: Parameters<typeof ptask>): Promise<number> =>
    expectCode(await ptask(...args), 1).stdout.split('::error file=').length - 1;
  assert.is(await times(service('GITHUB_ACTIONS')), 1);
  assert.is(await times(service('GITLAB_CI')), 1);
  // Without a section there is the summary.
  assert.is(await times('--quiet', service('GITHUB_ACTIONS')), 1);
  assert.is(await times('--reporter', 'silent', service('GITHUB_ACTIONS')), 1);
});

test('a run that still goes on is not called killed', async () => {
  const rig = await puppets();
  const { start, ptask } = project(`tasks:\n  a: { run: ${JSON.stringify(rig.command('a'))} }\n`);
  const started = start();
  const a = await rig.nextInvocation('a');
  const looked = await ptask('report');
  expectCode(looked, 2);
  expectOutput(looked, /is still in progress \(pid \d+\)/, 'stderr');
  await a.exit(0);
  expectCode(await started.result, 0);
  expectCode(await ptask('report'), 0);
});

test('what goes wrong beside the tasks is a warning', async () => {
  const result = await project(
    "tasks:\n  a: { run: 'mkdir .ptask/runs/$PTASK_RUN_ID/report.json' }\n",
  ).ptask();
  expectCode(result, 0);
  expectOutput(result, /warning the report cannot be written/, 'stderr');
});

test('wrong usage exits 2 and runs nothing', async () => {
  const { ptask, dir } = project(TWO);
  for (const args of [
    ['--bogus'],
    ['run', 'nope'],
    ['--strategy', 'x'],
    ['--concurrency', '0'],
    ['--require-strategy', 'A'],
    ['--strategy', 'worktrees'],
  ]) {
    const result = await ptask(...args);
    expectCode(result, 2);
    assert.is(result.stdout, '');
    assert.not.match(result.stderr, /\n\s+at /);
  }
  assert.not(exists(dir, '.ptask'));
});
