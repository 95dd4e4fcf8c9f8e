// `ptask learn`: what a task's entry in the config lacks, found by watching it run.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectCode, expectOutput, type Project, projectAt } from '../support/cli.ts';
import { repo } from '../support/git.ts';
import { assert, suite } from '../support/suite.ts';
import { canTrace, made, NO_STRACE } from './learn-support.ts';

const test = suite('cli/learn');

const config = ({ dir }: Project): string => readFileSync(join(dir, 'parallel.config.yaml'), 'utf8');

const BUILD = `# Tasks.
tasks:
  # Makes it.
  build:
    run: mkdir -p dist && cat src/*.txt src/deep/b.txt > dist/all.txt # so
`;

/** With strace alone. */
const traced = (name: string, body: () => Promise<void>): void => {
  if (canTrace) test(name, body);
  else test.skip(name, NO_STRACE);
};

traced('what a task reads and writes is proposed, and the run can be undone', async () => {
  const project = await made(BUILD);
  const result = expectCode(await project.ptask('learn', 'build'), 0);
  expectOutput(result, /^build runs in your files; ptask undo restores them\n/, 'stderr');
  assert.is(
    result.stdout.replace(/\d+ files outside/, 'some files outside'),
    `
⚠ build reads 2 files and writes 1: 2 reads and 1 write undeclared
  to declare it:
      build:
        reads:
          - src/**  # 2 files
        writes:
          - dist/**  # 1 file
  left out: some files outside of this folder
`,
  );
  assert.ok(existsSync(join(project.dir, 'dist/all.txt')));
  expectOutput(expectCode(await project.ptask('undo'), 0), /restored 1 file/);
  assert.not(existsSync(join(project.dir, 'dist/all.txt')));
  assert.is(config(project), BUILD);
});

traced('it is written with comments kept, and then nothing is missing', async () => {
  const project = await made(BUILD);
  const result = expectCode(await project.ptask('learn', 'build', '--write'), 0);
  expectOutput(
    result,
    /added 2 patterns to parallel.config.yaml\n {8}run: .*\n {2}\+ {5}reads: \[src\/\*\*\]\n/,
    'stdout',
  );
  assert.is(config(project), `${BUILD}    reads: [src/**]\n    writes: [dist/**]\n`);
  const again = expectCode(await project.ptask('learn', 'build', '--check'), 0);
  expectOutput(again, /✔ build reads 2 files and writes 1: all declared/, 'stdout');
  expectOutput(
    await project.ptask('learn', 'build', '--write'),
    /stays as it is: nothing is missing in it/,
    'stdout',
  );
  expectCode(await project.ptask('check', '--strict'), 0);
});

test('bad input gets one error and runs nothing', async () => {
  const project = await made(`tasks:
  build: { run: echo ran > ran.txt }
  all: { needs: build }
  up: { run: sleep 60, service: true }
  x: { run: 'true', reads: &r [src/**] }
  y: { run: echo ran > ran.txt, reads: *r }
`);
  const refused = async (pattern: RegExp, ...args: string[]): Promise<void> =>
    void expectOutput(expectCode(await project.ptask('learn', ...args), 2), pattern, 'stderr');
  await refused(/there is no task named to learn[\s\S]*ptask learn build/);
  await refused(/there is no task `biuld`[\s\S]*did you mean `build`/, 'biuld');
  await refused(/`all` cannot be learned: it runs nothing itself/, 'all');
  await refused(/`up` cannot be learned: it is a service/, 'up');
  await refused(/`--check` writes nothing/, 'build', '--check', '--write');
  await refused(/`reads` of `y` is an alias/, 'y', '--write');
  await refused(/there is no folder \/none/, 'build', '--cwd', '/none');
  assert.not(existsSync(join(project.dir, 'ran.txt')));
  assert.not(readdirSync(project.dir).includes('.ptask'));
});

test('a config that is JSON is not written, and is told in JSON what to add', async () => {
  const text = '{ "tasks": { "a": { "run": "echo 1 > out.txt" } } }\n';
  const { dir } = await repo({ files: { 'parallel.config.json': text } });
  const project = projectAt(dir);
  const refused = expectCode(await project.ptask('learn', 'a', '--write'), 2);
  expectOutput(refused, /`--write` changes configs that are YAML, and parallel.config.json is not/, 'stderr');
  assert.not(existsSync(join(dir, 'out.txt')));
  if (canTrace) expectOutput(await project.ptask('learn', 'a'), /^ +"writes": \["out.txt"\]$/m, 'stdout');
});

traced('what is written is shown without secrets', async () => {
  const token = 'hunter2secret9';
  const text = `tasks:\n  x: { run: cat src/deep/b.txt, env: { API_TOKEN: ${token} } }\n`;
  const project = await made(text);
  const result = expectCode(await project.ptask('learn', 'x', '--write'), 0);
  expectOutput(result, /\+ +x: .*API_TOKEN/, 'stdout');
  assert.not.match(result.all, token);
  assert.match(config(project), token);
});
