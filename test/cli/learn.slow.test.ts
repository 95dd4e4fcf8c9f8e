// `ptask learn` where tasks need others, are cached, fail, are stopped, and where there is no strace.
import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Learned, LearnedList } from '../../src/model/learned.ts';
import { expectCode, expectOutput, expectSignal, type Project, type PtaskResult } from '../support/cli.ts';
import { puppets } from '../support/puppet.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';
import { canTrace, FILES, made, NO_STRACE } from './learn-support.ts';

const test = suite('cli/learn (slow)');

/** A search path with what the tasks need, and no strace. */
const withoutStrace = (() => {
  const bin = tempDir('bin-');
  for (const name of ['git', 'sh', 'cat', 'mkdir', 'rm', 'sleep'])
    symlinkSync(
      execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(),
      join(bin, name),
    );
  symlinkSync(process.execPath, join(bin, 'node'));
  return bin;
})();

async function learned(project: Project, ...args: string[]): Promise<Learned[]> {
  const result = await project.ptask('learn', ...args, '--json');
  return (JSON.parse(result.stdout) as { tasks: Learned[] }).tasks;
}
const patterns = ({ add }: LearnedList): string[] => add.map(({ pattern }) => pattern);
const proposed = (all: readonly Learned[]): unknown =>
  Object.fromEntries(all.map(({ task, reads, writes }) => [task, [patterns(reads), patterns(writes)]]));
/** With strace alone. */
const traced = (name: string, body: () => Promise<void>): void => {
  if (canTrace) test(name, body);
  else test.skip(name, NO_STRACE);
};

traced('--check names what is not declared, and what is declared and was not seen', async () => {
  const project = await made(`tasks:
  size:
    run: cat src/a.txt docs/x.md > out.txt
    reads: [src/**, lib/**]
    writes: [size.txt]
`);
  const result = expectCode(await project.ptask('learn', 'size', '--check'), 1);
  expectOutput(result, /reads undeclared: docs\/x.md\n {2}writes undeclared: out.txt\n/, 'stdout');
  expectOutput(result, /declared under reads and not seen in this run: lib\/\*\*\n/, 'stdout');
  expectOutput(result, /declared under writes and not seen in this run: size.txt\n/, 'stdout');
});

traced('what it needs runs first, and several come one after the other', async () => {
  const project = await made(`tasks:
  gen: { run: mkdir -p dist && echo 1 > dist/gen.txt }
  test: { run: cat dist/gen.txt docs/*.md, needs: gen }
`);
  const one = expectCode(await project.ptask('learn', 'test'), 0);
  expectOutput(one, /^test runs in your files, after gen; /, 'stderr');
  assert.equal(proposed(await learned(project, 'test', 'gen')), {
    gen: [[], ['dist/**']],
    test: [['dist/**', 'docs/**'], []],
  });
});

traced('of a cached, strict or isolated task nothing is cached and nothing is isolated', async () => {
  const project = await made(`tasks:
  a: { run: cat src/a.txt package.json > dist.txt, reads: [src/**], writes: [dist.txt], cache: true }
  b: { run: cat docs/x.md > b.txt, reads: [src/**], writes: [b.txt], strict: true }
  c: { run: cat docs/y.md > c.txt, writes: [c.txt], workspace: worktree }
`);
  for (let round = 0; round < 2; round++)
    assert.equal(proposed(await learned(project, 'a', 'b', 'c')), {
      a: [['package.json'], []],
      b: [['docs/x.md'], []],
      c: [['docs/y.md'], []],
    });
  expectOutput(await project.ptask('plan', '--cache'), /a .*(?:no result|runs|miss|not )/i, 'stdout');
});

traced('names of any bytes, temporary files, links and folders that are renamed', async () => {
  const project = await made(
    `tasks:
  odd:
    run: |
      cat "docs/x.md" "a [b] é.txt" > "out é.txt"
      echo 1 > tmp.txt; rm tmp.txt
      mkdir dist.next; cat src/a.txt > dist.next/a; mv dist.next dist
      cd src && cat deep/../a.txt
`,
    { 'a [b] é.txt': 'x\n' },
  );
  const [odd] = await learned(project, 'odd');
  assert.equal(proposed(odd ? [odd] : []), {
    odd: [
      ['a \\[b\\] é.txt', 'docs/x.md', 'src/a.txt'],
      ['dist/**', 'out é.txt'],
    ],
  });
  assert.is(odd?.leftOut.find(({ because }) => because === 'temporary')?.files, 1);
});

traced('a task that fails has shown only a part', async () => {
  const project = await made('tasks:\n  bad: { run: cat src/a.txt && exit 3 }\n');
  const result = expectCode(await project.ptask('learn', 'bad'), 1);
  expectOutput(
    result,
    /✖ bad reads 1 file and writes 0: 1 read undeclared; it failed, so this may not\s+be all\n/,
    'stdout',
  );
  expectOutput(result, /bad failed: exit code 3/, 'stderr');
});

traced('Ctrl-C restores the tree, and nothing is proposed', async () => {
  const rig = await puppets();
  const run = `echo new > package.json; ${rig.command('slow')}`;
  const project = await made(`tasks: { slow: { run: ${JSON.stringify(run)} } }\n`);
  const running = project.start('learn', 'slow');
  await rig.nextInvocation('slow');
  running.kill('SIGINT');
  const result = expectSignal(await running.result);
  assert.is(result.stdout, '');
  assert.is(readFileSync(join(project.dir, 'package.json'), 'utf8'), FILES['package.json']);
  assert.equal(rig.running(), []);
});

const NODE = `
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { execFileSync } from 'node:child_process';
import './lib/esm.js';
import cjs from './lib/cjs.cjs';
for (const name of readdirSync('docs')) readFileSync('docs/' + name);
await readFile('src/a.txt');
existsSync('nothing');
execFileSync(process.execPath, ['-e', 'require("fs").readFileSync("src/deep/b.txt")']);
const worker = new Worker('require("fs").readFileSync("by-worker.json")', { eval: true });
await new Promise((done) => worker.once('exit', done));
mkdirSync('dist', { recursive: true });
writeFileSync('dist/out.js', String(cjs));
readFileSync('dist/out.js');
`;
const NODE_FILES = {
  'build.js': NODE,
  'lib/esm.js': 'export {};\n',
  'lib/cjs.cjs': 'module.exports = 1;\n',
  'by-worker.json': '{}\n',
};

test('without strace it is seen what Node programs open, and said that this may not be all', async () => {
  const project = await made('tasks:\n  build: { run: node build.js }\n', NODE_FILES);
  const env = { PATH: withoutStrace };
  const run = async (...args: string[]): Promise<PtaskResult> =>
    project.ptask('learn', 'build', ...args, { env });
  const result = expectCode(await run(), 0);
  expectOutput(result, /only what Node programs open\s+is seen, since strace is not installed/, 'stderr');
  expectOutput(result, /this may not be all: only what Node programs open is seen/, 'stdout');
  const all = JSON.parse((await run('--json')).stdout) as { partial: string; tasks: Learned[] };
  assert.match(all.partial, /only what Node programs open/);
  assert.equal(proposed(all.tasks), {
    build: [['build.js', 'by-worker.json', 'docs/**', 'lib/**', 'package.json', 'src/**'], ['dist/**']],
  });
});

test('without strace what the run finds changed is written as well, and options of Node stay', async () => {
  const project = await made(`tasks:
  sh: { run: echo 1 > out.txt }
  node: { run: "node -p 'process.execArgv.length + process.env.NODE_OPTIONS'", env: { NODE_OPTIONS: --no-warnings } }
`);
  const result = await project.ptask('learn', 'sh', 'node', '--json', '--verbose', {
    env: { PATH: withoutStrace },
  });
  const { tasks } = JSON.parse(expectCode(result, 0).stdout) as { tasks: Learned[] };
  const sh = tasks.find(({ task }) => task === 'sh');
  assert.equal(sh && [patterns(sh.writes), sh.doubts], [['out.txt'], ['no Node program was seen']]);
  expectOutput(result, /--no-warnings --require/, 'stderr');
});
