import { assert, suite } from '../../support/suite.ts';
import { type Files, proposed, text } from '../support.ts';

const test = suite('init/from/turbo');

const mono = (
  turbo: object,
  others: Files = {},
  scripts: object = { build: 'node b.js', test: 'node t.js', dev: 'vite' },
): Files => ({
  'package.json': {
    name: 'mono',
    private: true,
    workspaces: ['packages/*'],
    scripts: { build: 'turbo run build', check: 'turbo check' },
  },
  'turbo.json': turbo,
  'packages/core/package.json': { name: '@m/core', scripts },
  'packages/web/package.json': { name: '@m/web', dependencies: { '@m/core': '*' }, scripts },
  ...others,
});

const yamlOf = (files: Files): string => proposed(files, 'turbo').yaml;

test('inputs, outputs, what comes before what, and variables', () => {
  const yaml = yamlOf(
    mono({
      globalDependencies: ['tsconfig.json'],
      globalEnv: ['KIND', '!NOT'],
      globalPassThroughEnv: ['TOKEN'],
      tasks: {
        build: {
          dependsOn: ['^build'],
          inputs: ['src/**', '!src/**/*.md', '$TURBO_ROOT$/shared.json'],
          outputs: ['dist/**', '!dist/cache/**'],
          env: ['API_*'],
          passThroughEnv: ['SECRET'],
        },
        test: { dependsOn: ['build'], cache: false },
        dev: { persistent: true, cache: false },
        check: { dependsOn: ['test', '@m/core#build', '//#root'] },
      },
    }),
  );
  assert.is(
    yaml,
    text(`
    cache:
      reads: [tsconfig.json]
      env: [KIND]
      passEnv: [TOKEN, SECRET]

    tasks:
      build:
        needs: [core:build, web:build]

      core:build:
        cwd: packages/core
        run: npm run build
        reads:
          - packages/core/src/**
          - shared.json
          - packages/core/package.json
          - '!packages/core/src/**/*.md'
        writes: [packages/core/dist/**, '!packages/core/dist/cache/**']
        cache:
          env: [API_*]

      core:test:
        cwd: packages/core
        run: npm test
        needs: [core:build]
        reads: [packages/core/**, '!packages/core/dist/cache/**', '!packages/core/node_modules/**']
        writes: []
        cache: false

      web:build:
        cwd: packages/web
        run: npm run build
        needs: [core:build]
        reads:
          - packages/web/src/**
          - shared.json
          - packages/web/package.json
          - packages/core/dist/**
          - packages/core/package.json
          - '!packages/web/src/**/*.md'
        writes: [packages/web/dist/**, '!packages/web/dist/cache/**']
        cache:
          env: [API_*]

      web:test:
        cwd: packages/web
        run: npm test
        needs: [web:build]
        reads: [packages/web/**, '!packages/web/dist/cache/**', '!packages/web/node_modules/**']
        writes: []
        cache: false
  `),
  );
});

test('without inputs all files of the package, and with $TURBO_DEFAULT$ too', () => {
  for (const task of [{}, { inputs: ['$TURBO_DEFAULT$', '.env'] }])
    assert.match(
      yamlOf(mono({ tasks: { build: task } })),
      /core:build:[\s\S]*?reads: \[packages\/core\/\*\*, '!packages\/core\/node_modules\/\*\*'\]/,
    );
});

test('what one package says of its own tasks', () => {
  const yaml = yamlOf(
    mono(
      {
        tasks: {
          build: { outputs: ['dist/**'] },
          '@m/web#build': { outputs: ['out/**'] },
          test: { outputs: ['coverage/**'] },
        },
      },
      {
        'packages/core/turbo.json': {
          extends: ['//'],
          tasks: { build: { outputs: ['$TURBO_EXTENDS$', 'types/**'] } },
        },
      },
    ),
  );
  assert.match(
    yaml,
    /core:build:[\s\S]*?writes: \[packages\/core\/dist\/\*\*, packages\/core\/types\/\*\*\]/,
  );
  assert.match(yaml, /web:build:[\s\S]*?writes: \[packages\/web\/out\/\*\*\]/);
});

test('past packages that have no such script', () => {
  const yaml = yamlOf(
    mono(
      { tasks: { build: { dependsOn: ['^build'] } } },
      {
        'packages/core/package.json': { name: '@m/core', dependencies: { '@m/deep': '*' } },
        'packages/deep/package.json': { name: '@m/deep', scripts: { build: 'node b.js' } },
      },
    ),
  );
  assert.match(yaml, /web:build:\n {4}cwd: packages\/web\n {4}run: npm run build\n {4}needs: \[deep:build\]/);
});

test('the pipeline of version 1, with its variables among what it waits for', () => {
  const yaml = yamlOf(
    mono({ pipeline: { build: { dependsOn: ['$API_URL', '^build'], outputs: ['dist/**'] } } }),
  );
  assert.match(yaml, /env: \[API_URL\]/);
});

test('a task that would be left out by its name, of which turbo is told what it makes', () => {
  const scripts = { 'db:generate': 'node g.js', deploy: 'node d.js' };
  const { yaml, notes } = proposed(
    mono({ tasks: { 'db:generate': { outputs: ['gen/**'] }, deploy: {} } }, {}, scripts),
    'turbo',
  );
  assert.match(yaml, /core:db:generate:/);
  assert.match(notes.join('\n'), /publishes or deploys\): core: deploy, web: deploy/);
});

test('comments in turbo.json, and scripts of which it is told nothing', () => {
  const files = mono({}, { 'turbo.json': '{ // a\n "tasks": { "build": { "outputs": ["dist/**"], }, }, }' });
  assert.not.match(yamlOf(files), /test/);
  assert.match(proposed(files).yaml, /core:test/);
});
