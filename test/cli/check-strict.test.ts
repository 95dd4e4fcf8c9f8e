// `ptask check --strict`: what tasks read and do not declare, found by running them without it.
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StrictCheck } from '../../src/model/strict-check.ts';
import {
  expectCode,
  expectOutput,
  expectSignal,
  type Project,
  type PtaskResult,
  projectAt,
} from '../support/cli.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, tree } from '../support/tmp.ts';

const test = suite('cli/check-strict');

const FILES = {
  '.gitignore': 'dist\n.env\n',
  'src/a': 'a\n',
  'lib/x': 'x\n',
  'lib/deep/y': 'y\n',
  'tsconfig.base.json': '{}\n',
};

/** A project with nothing beside it. */
async function made(tasks: object, files: Record<string, string> = {}): Promise<Project> {
  const dir = join(tempDir(), 'repo');
  mkdirSync(dir);
  const config = JSON.stringify({ tasks });
  await repo({ dir, files: { ...FILES, 'parallel.config.json': config, ...files } });
  return projectAt(dir);
}

/** The user's tree is as it was, and nothing is beside it. */
async function checked({ dir, ptask }: Project, ...args: string[]): Promise<PtaskResult> {
  const before = tree(dir);
  const result = await ptask('check', '--strict', ...args);
  assert.equal(tree(dir), before);
  assert.equal(readdirSync(dirname(dir)), ['repo']);
  return result;
}

async function found(project: Project, ...args: string[]): Promise<StrictCheck[]> {
  return (JSON.parse((await checked(project, '--json', ...args)).stdout) as { tasks: StrictCheck[] }).tasks;
}

test('a task that declares all it reads agrees, whatever it changes', async () => {
  const project = await made({
    good: { run: 'mkdir -p dist; cat src/a > dist/a', reads: ['src/**'], writes: ['dist/**'] },
  });
  const result = expectCode(await checked(project), 0);
  assert.is(result.stdout, '✔ good needs no more than it declares (2 runs)\n');
});

test('what it names in its complaint is what it lacks, with the line to add', async () => {
  const project = await made({ tsc: { run: 'cat src/a tsconfig.base.json', reads: ['src/**'] } });
  const result = expectCode(await checked(project), 1);
  assert.is(
    result.stdout,
    `✖ tsc needs tsconfig.base.json: add it to its reads (3 runs)
  with its declared reads alone it fails: exit code 1
  to declare it, add under its reads:
      - tsconfig.base.json
`,
  );
});

test('who says nothing is searched: by what it makes, in folders as deep as it takes', async () => {
  const run = 'mkdir -p dist; cat src/a lib/deep/y tsconfig.base.json > dist/a 2>/dev/null; true';
  const [check] = await found(await made({ quiet: { run, reads: ['src/**'], writes: ['dist/**'] } }));
  assert.equal(
    [check?.verdict, check?.reads, check?.because],
    [
      'missing',
      ['lib/deep/y', 'tsconfig.base.json'],
      'with its declared reads alone it makes another dist/a',
    ],
  );
});

test('what differs from run to run is not compared', async () => {
  const run = 'mkdir -p dist; date +%N > dist/time; cat lib/x > dist/x 2>/dev/null; true';
  const project = await made({
    t: { run, reads: ['src/**'], writes: ['dist/**'] },
    agrees: { run: 'date +%N > now', reads: ['src/**'], writes: ['now'] },
  });
  const [agrees, missing] = (await found(project)).sort((a, b) => (a.task < b.task ? -1 : 1));
  assert.equal([missing?.reads, missing?.unstable], [['lib/x'], ['dist/time']]);
  assert.equal([agrees?.verdict, agrees?.unstable], ['agrees', ['now']]);
});

test('where it takes too many runs the smallest set that was found is named', async () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`many/${at}`, `${at}`]));
  const project = await made(
    { all: { run: 'test "$(ls many 2>/dev/null | wc -l)" -eq 40', reads: ['src/**'] } },
    many,
  );
  const result = expectCode(await checked(project), 1);
  expectOutput(
    result,
    /^✖ all needs many\/\*\*: add it to its reads \(the smallest set found in 30 runs\)\n/,
    'stdout',
  );
});

test('what cannot be told is told: a failure anyway, and what is not there yet', async () => {
  const project = await made({
    fails: { run: 'exit 3', reads: ['src/**'] },
    late: { run: 'cat dist/api.json', reads: ['dist/api.json'] },
    api: { run: 'mkdir -p dist; cat src/a > dist/api.json', reads: ['src/**'], writes: ['dist/api.json'] },
  });
  const result = expectCode(await checked(project), 1);
  for (const line of [
    /^✖ fails fails with all files as well: exit code 3 \(1 run\)$/m,
    /^⊘ late was not run: it reads dist\/api\.json, which api writes/m,
    /^✖ 3 tasks checked: 1 needs no more than declared and 2 could not be told$/m,
  ])
    expectOutput(result, line, 'stdout');
  expectCode(await project.ptask('run', 'api'), 0);
  assert.is((await found(project, 'late'))[0]?.verdict, 'agrees');
});

test('a file that git ignores is found where the task names it', async () => {
  const project = await made({ t: { run: 'cat src/a .env', reads: ['src/**'] } });
  project.write({ '.env': 'A=1\n' });
  assert.equal((await found(project))[0]?.reads, ['.env']);
});

test('bad input ends with 2, agents and tasks without reads are left out unless they are named', async () => {
  const project = await made({
    none: { run: 'true' },
    gathers: { needs: ['none'] },
    good: { run: 'true', reads: ['src/**'] },
  });
  assert.equal(
    (await found(project)).map(({ task }) => task),
    ['good'],
  );
  expectOutput(
    expectCode(await checked(project, 'none'), 2),
    /`none` cannot be checked: it declares no `reads`/,
  );
  expectOutput(expectCode(await checked(project, 'gathers'), 2), /it runs nothing itself/);
  expectOutput(expectCode(await checked(project, 'goood'), 2), /there is no task `goood`/);
  expectOutput(expectCode(await project.ptask('check', 'good'), 2), /with `--strict` only/);
  expectOutput(expectCode(await project.ptask('check', '--json'), 2), /with `--strict` only/);
});

test('it works without a repository', async () => {
  const dir = join(tempDir(), 'repo');
  mkdirSync(dir);
  const project = projectAt(dir);
  const config = JSON.stringify({ tasks: { t: { run: 'cat lib/x', reads: ['src/**'] } } });
  project.write({ ...FILES, 'parallel.config.json': config });
  assert.equal((await found(project))[0]?.reads, ['lib/x']);
});

test('Ctrl-C leaves nothing behind, and what a kill has left goes with the next check', async () => {
  const project = await made({});
  const { dir, start } = project;
  const begun = join(tempDir(), 'begun');
  const tasks = { t: { run: `echo > ${begun}; exec sleep 60`, reads: ['src/**'] } };
  project.write({ 'parallel.config.json': JSON.stringify({ tasks }) });
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await sleep(10);
  };
  const interrupted = start('check', '--strict');
  await until(() => existsSync(begun));
  interrupted.kill('SIGINT');
  expectSignal(await interrupted.result);
  assert.equal(readdirSync(dirname(dir)), ['repo']);
  project.write({
    'parallel.config.json': JSON.stringify({
      tasks: { t: { ...tasks.t, run: `echo >> ${begun}; exec sleep 1` } },
    }),
  });
  const killed = start('check', '--strict');
  // From then on it is known whose the folder is.
  await until(() => existsSync(join(`${dir}.strict.t`, '.ptask/strict')));
  killed.kill('SIGKILL');
  await killed.result;
  await checked(project, '--json');
});
