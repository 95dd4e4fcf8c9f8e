import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as api from '../../src/index.ts';
import { hermeticEnv, repositoryRoot } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('api');

const PROGRAM = `
import { loadConfig, plan, run } from 'ptask';
const listeners = () => ['SIGINT', 'SIGTERM', 'exit'].map((name) => process.listenerCount(name)).join();
const before = listeners();
const config = await loadConfig({ cwd: process.cwd() });
if (!config.ok) throw new Error('config');
const planned = await plan(config.value);
if (!planned.ok) throw new Error('plan');
const types: string[] = [];
let during = '';
const ran = await run(config.value, planned.value, { onEvent: (event) => { types.push(event.type); during = listeners(); } });
if (!ran.ok) throw new Error('run');
const status: 'complete' | 'partial' | 'failed' | 'interrupted' = ran.value.report.status;
process.stdout.write(JSON.stringify({ letter: planned.value.strategy.letter, status, types, quiet: before === during }));
`;

const files = { 'parallel.config.yaml': 'tasks:\n  a: { run: echo loud }\n' };

test('a config that is wrong comes back as a value', async () => {
  const dir = tempDir();
  write(dir, { 'parallel.config.yaml': 'tasks: { a: { rnu: x } }\n' });
  const config = await api.loadConfig({ cwd: dir });
  assert.not(config.ok);
  assert.equal(config.ok || config.diagnostics.map(({ hint }) => hint), ['did you mean `run`?']);
});

test('a folder that is not there is told, and no config from above is taken', async () => {
  const dir = tempDir();
  write(dir, files);
  const config = await api.loadConfig({ cwd: join(dir, 'does/not/exist') });
  assert.match(config.ok ? '' : (config.diagnostics[0]?.message ?? ''), /^there is no folder .*exist$/);
});

/** Every type that is exported, without @types/node and with the declarations themselves checked. */
const CONSUMER = `
import { loadConfig, plan, run } from 'ptask';
import type { Config, Diagnostic, Event, LoadOptions, Place, Plan, PlanOptions, RecordedRun } from 'ptask';
import type { Report, Result, RunOptions, Task, WrittenConfig } from 'ptask';
export type All = [Config, Diagnostic, Event, LoadOptions, Place, Plan, PlanOptions, RecordedRun, Report, Task, WrittenConfig];
export async function all(options: RunOptions): Promise<Result<RecordedRun>> {
  const config: Result<Config> = await loadConfig({ cwd: '.' });
  if (!config.ok) return config;
  const planned = await plan(config.value);
  return planned.ok ? run(config.value, planned.value, options) : planned;
}
`;

test('the package works where it is installed: command, modules of both kinds, types, schema', {
  timeout: 120_000,
}, () => {
  const dir = tempDir();
  const env = hermeticEnv({ npm_config_cache: join(dir, 'cache'), npm_config_update_notifier: 'false' });
  const call = (file: string, ...args: string[]): string => {
    try {
      return execFileSync(file, args, { cwd: dir, env, encoding: 'utf8', stdio: 'pipe' });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`${file} ${args.join(' ')}\n${stdout}${stderr}`);
    }
  };
  // Its code is kept where the package is, and goes with no package.
  call(process.execPath, join(repositoryRoot, 'bin/ptask.cjs'), '--version');
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', dir], {
      cwd: repositoryRoot,
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    }),
  );
  const shipped: string[] = packed.files.map(({ path }: { path: string }) => path);
  assert.ok(shipped.includes('dist/cli.cjs'));
  assert.equal(
    shipped.filter((path) => path.includes('code-cache')),
    [],
  );
  write(dir, {
    ...files,
    'package.json': '{ "name": "user", "private": true, "type": "module" }',
    'main.mts': PROGRAM,
  });
  call('npm', 'install', '--offline', '--no-audit', '--no-fund', join(dir, packed.filename));

  assert.match(call('npx', '--no-install', 'ptask', '--version'), /^\d+\.\d+\.\d+\n$/);
  assert.match(call('npx', '--no-install', 'ptask'), /1 passed/);
  const schema = JSON.parse(
    readFileSync(join(dir, 'node_modules/ptask/schema/parallel.config.schema.json'), 'utf8'),
  );
  assert.ok('tasks' in schema.properties);
  assert.match(
    call('node', '-e', "console.log(require.resolve('ptask/schema/plan.schema.json'))"),
    /plan\.schema\.json/,
  );

  write(dir, {
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        strict: true,
        target: 'es2022',
        noEmitOnError: true,
        types: ['node'],
        typeRoots: [join(repositoryRoot, 'node_modules/@types')],
      },
      files: ['main.mts'],
    }),
    'strict/tsconfig.json': JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        strict: true,
        target: 'es2022',
        noEmit: true,
        skipLibCheck: false,
        types: [],
      },
      files: ['as-module.mts', 'as-commonjs.cts'],
    }),
    'strict/as-module.mts': CONSUMER,
    'strict/as-commonjs.cts': CONSUMER,
  });
  const tsc = join(repositoryRoot, 'node_modules/typescript/bin/tsc');
  call(process.execPath, tsc, '-p', dir);
  call(process.execPath, tsc, '-p', join(dir, 'strict'));
  const said = JSON.parse(call('node', 'main.mjs'));
  assert.equal([said.letter, said.status, said.quiet], ['A', 'complete', true]);
  assert.equal(said.types, ['run-started', 'task-started', 'task-output', 'task-finished', 'run-finished']);
  const required = call(
    'node',
    '--input-type=commonjs',
    '-e',
    "console.log(Object.keys(require('ptask')).sort().join())",
  );
  assert.is(required.trim(), 'loadConfig,plan,run');
});
