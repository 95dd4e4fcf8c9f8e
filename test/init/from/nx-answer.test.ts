// What nx itself says of its projects: targets that plugins infer, executors, and what nx does with options.

import { assert, suite } from '../../support/suite.ts';
import { NX_GRAPH } from '../nx-graph.ts';
import { proposed, text } from '../support.ts';

const test = suite('init/from/nx-answer');

const PLUGINS = [{ plugin: '@nx/vite/plugin', options: {} }, '@nx/eslint/plugin'];
const workspace = { name: 'org', workspaces: ['apps/*', 'libs/*'] };

test('targets that plugins infer are tasks, with their commands, folders, files and needs', () => {
  const { yaml, notes } = proposed(
    {
      'nx.json': {
        plugins: PLUGINS,
        namedInputs: {
          default: ['{projectRoot}/**/*'],
          production: ['default', '!{projectRoot}/**/*.spec.ts'],
        },
      },
      'package.json': workspace,
      'apps/web/package.json': { name: '@org/web' },
      'libs/ui/package.json': { name: '@org/ui' },
      'libs/util/package.json': { name: '@org/util', scripts: { docs: 'node docs.js' } },
    },
    'nx',
    { graph: NX_GRAPH, version: '22.7.12' },
  );
  assert.is(
    yaml,
    text(`
    cache: true

    tasks:
      # What it reads and writes is not known (\`node docs.js\`): it always runs.
      # Declare \`reads\` and \`writes\` to have its conflicts found.
      util:docs:
        cwd: libs/util
        run: npm run docs
        cache: false

      web:build:
        cwd: apps/web
        run: vite build
        needs: [ui:build]
        reads:
          - apps/web/**
          - libs/ui/**
          - libs/util/**
          - '!apps/web/**/*.spec.ts'
          - '!libs/ui/**/*.spec.ts'
          - '!libs/util/**/*.spec.ts'
          - '!apps/web/node_modules/**'
          - '!libs/ui/node_modules/**'
          - '!libs/ui/test-output/vitest/coverage/**'
          - '!libs/util/node_modules/**'
        writes: [dist/apps/web/**]
        cache:
          env: [NODE_ENV, VITE_*]

      web:build-deps:
        needs: [ui:build]

      ui:typecheck:
        cwd: libs/ui
        run: tsc --noEmit -p tsconfig.lib.json
        reads:
          - libs/ui/**
          - libs/util/**
          - '!libs/ui/**/*.spec.ts'
          - '!libs/util/**/*.spec.ts'
          - '!libs/ui/node_modules/**'
          - '!libs/ui/dist/**/*.{js,cjs,mjs,jsx,d.ts,d.cts,d.mts}{,.map}'
          - '!libs/ui/dist/tsconfig.lib.tsbuildinfo'
          - '!libs/ui/test-output/vitest/coverage/**'
          - '!libs/util/node_modules/**'
        writes: []

      ui:build:
        cwd: libs/ui
        run: tsc --build tsconfig.lib.json
        reads:
          - libs/ui/package.json
          - libs/ui/tsconfig.lib.json
          - libs/ui/src/**/*.ts
          - libs/util/**/*.{d.ts,d.cts,d.mts}
          - '!libs/ui/src/**/*.spec.ts'
        writes:
          - libs/ui/dist/**/*.{js,cjs,mjs,jsx,d.ts,d.cts,d.mts}{,.map}
          - libs/ui/dist/tsconfig.lib.tsbuildinfo

      ui:test:
        cwd: libs/ui
        run: vitest run
        reads:
          - libs/ui/**
          - libs/util/**
          - '!libs/util/**/*.spec.ts'
          - '!libs/ui/node_modules/**'
          - '!libs/ui/dist/**/*.{js,cjs,mjs,jsx,d.ts,d.cts,d.mts}{,.map}'
          - '!libs/ui/dist/tsconfig.lib.tsbuildinfo'
          - '!libs/ui/test-output/vitest/coverage/**'
          - '!libs/util/node_modules/**'
        writes: [libs/ui/test-output/vitest/coverage/**]
        cache:
          env: [CI]

      util:lint:
        cwd: libs/util
        run: eslint .
        reads: [libs/util/**, eslint.config.mjs, tools/eslint-rules/**, '!libs/util/node_modules/**']
        writes: []

      util:test:
        cwd: libs/util
        run: jest
        reads: [libs/util/**, '!libs/util/node_modules/**']
        writes: [coverage/libs/util/**]
        env:
          TS_NODE_COMPILER_OPTIONS: '{"moduleResolution":"node10","module":"commonjs","customConditions":null}'
  `),
  );
  assert.equal(notes, [
    'left out (never ends; to have it as a task, say `service: true`): web: serve, web: serve-static',
    'left out (publishes or deploys): web: deploy',
    'left out (nothing to wait for): ui: build-deps',
  ]);
});

const graphOf = (targets: object, root = 'a'): { graph: unknown; version: string } => ({
  graph: { graph: { nodes: { a: { name: 'a', data: { root, targets } } }, dependencies: { a: [] } } },
  version: '21.0.0',
});

test('an executor is run by nx, alone where nx knows how to, and says so', () => {
  const files = { 'nx.json': { plugins: PLUGINS }, 'a/in.txt': '' };
  const answer = graphOf({
    pack: {
      executor: '@acme/nx:pack',
      cache: true,
      outputs: ['{projectRoot}/{options.out}'],
      options: { out: 'made' },
    },
  });
  const { yaml } = proposed(files, 'nx', answer);
  assert.is(
    yaml,
    text(`
    cache: true

    tasks:
      # nx runs it, since \`@acme/nx:pack\` is an executor of nx's and no command.
      a:pack:
        run: npx nx run a:pack --excludeTaskDependencies
        reads: [a/**, '!a/made/**']
        writes: [a/made/**]
  `),
  );
  assert.match(proposed(files, 'nx', { ...answer, version: '19.8.0' }).yaml, /run: npx nx run a:pack\n/);
});

test('what nx adds to a command is there, and the options of the usual configuration', () => {
  const run = (options: object, more: object = {}): string => {
    const target = {
      executor: 'nx:run-commands',
      cache: true,
      options: { command: 'tool x', ...options },
      ...more,
    };
    const { yaml } = proposed({ 'nx.json': {} }, 'nx', graphOf({ build: target }));
    return /run: (.*)/.exec(yaml)?.[1] ?? yaml;
  };
  assert.is(run({ args: ['--fast', '-j 2'] }), 'tool x --fast -j 2');
  assert.is(run({ mode: 'a b', color: true, nested: {} }), "tool x '--mode=a b'");
  assert.is(run({ mode: 'dev', forwardAllArgs: false }), 'tool x');
  assert.is(run({ command: 'tool {args.mode} {projectName}', mode: 'dev' }), 'tool dev a');
  assert.is(run({ command: 'tool {args} end', mode: 'dev' }), 'tool --mode=dev end');
  assert.is(
    run({ mode: 'dev' }, { configurations: { ci: { mode: 'ci' } }, defaultConfiguration: 'ci' }),
    'tool x --mode=ci',
  );
});

test('a target that only gathers has no command; tests that are split file by file are left out', () => {
  const { yaml, notes } = proposed(
    { 'nx.json': { plugins: PLUGINS } },
    'nx',
    graphOf({
      test: { command: 'vitest', executor: 'nx:run-commands', cache: true },
      'test-ci': {
        executor: 'nx:noop',
        metadata: { nonAtomizedTarget: 'test' },
        dependsOn: ['test-ci--one'],
      },
      'test-ci--one': { command: 'vitest run one', executor: 'nx:run-commands' },
      lint: { command: 'eslint .', executor: 'nx:run-commands', cache: true },
      verify: { executor: 'nx:noop', dependsOn: ['lint', 'a:test'] },
      empty: { executor: 'nx:noop', dependsOn: ['^build'] },
    }),
  );
  assert.match(yaml, / {2}a:test:\n {4}run: vitest run\n/);
  assert.match(yaml, / {2}a:verify:\n {4}needs: \[a:lint, a:test\]\n/);
  assert.equal(notes, [
    'left out (`test` does the same in one go): test-ci, test-ci--one',
    'left out (nothing to wait for): empty',
  ]);
});

test('where nx was not asked, or could not answer, that is said if there are plugins', () => {
  const files = {
    'nx.json': { plugins: PLUGINS },
    'a/project.json': { name: 'a', targets: { lint: { command: 'eslint .' } } },
  };
  const [unasked] = proposed(files).notes;
  assert.is(
    unasked,
    'targets that plugins of nx infer (@nx/vite/plugin and 1 more) are not in it: only `ptask migrate nx` asks nx for them',
  );
  const [failed] = proposed(files, 'nx', { problem: 'nx graph failed: exit code 1' }).notes;
  assert.match(failed ?? '', /are not in it: nx graph failed: exit code 1$/);
  assert.equal(proposed({ ...files, 'nx.json': {} }).notes, []);
});
