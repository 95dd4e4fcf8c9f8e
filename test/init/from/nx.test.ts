import { parse } from 'yaml';
import { assert, suite } from '../../support/suite.ts';
import { proposed, text } from '../support.ts';

const test = suite('init/from/nx');

const NX = {
  namedInputs: {
    default: ['{projectRoot}/**/*', 'sharedGlobals'],
    sharedGlobals: ['{workspaceRoot}/ci.yml', { runtime: 'node -v' }],
    production: ['default', '!{projectRoot}/**/*.spec.ts'],
  },
  targetDefaults: {
    build: {
      cache: true,
      dependsOn: ['^build'],
      inputs: ['production', '^production', { env: 'API_URL' }],
      outputs: ['{projectRoot}/dist'],
    },
    test: { dependsOn: ['build'], inputs: ['default'], outputs: ['{workspaceRoot}/coverage/{projectName}'] },
  },
};

test('targets, named inputs, outputs, and projects that import each other by an alias', () => {
  const { yaml, notes } = proposed(
    {
      'nx.json': NX,
      'package.json': { name: 'org' },
      'tsconfig.base.json': { compilerOptions: { paths: { '@org/ui': ['libs/ui/src/index.ts'] } } },
      'apps/web/project.json': {
        name: 'web',
        targets: {
          build: {
            executor: '@nx/vite:build',
            outputs: ['{options.outputPath}'],
            options: { outputPath: 'dist/apps/web' },
          },
          serve: { executor: '@nx/vite:dev-server', continuous: true },
          test: {
            executor: 'nx:run-commands',
            options: { commands: ['node a.js', 'node b.js'], cwd: '{projectRoot}' },
          },
        },
      },
      'apps/web/src/main.ts': "import '@org/ui';\n",
      'libs/ui/project.json': {
        name: 'ui',
        targets: {
          build: { command: 'node build.js {projectRoot}' },
          docs: {
            command: 'node docs.js',
            cache: false,
            dependsOn: [{ target: 'build', projects: ['web'] }],
          },
        },
      },
      'libs/ui/src/index.ts': '',
    },
    'nx',
  );
  assert.is(
    yaml,
    text(`
    cache:
      tools: [node -v]

    tasks:
      # nx runs it, since \`@nx/vite:build\` is an executor of nx's and no command.
      web:build:
        run: npx nx run web:build
        needs: [ui:build]
        reads:
          - apps/web/**
          - libs/ui/**
          - ci.yml
          - '!apps/web/**/*.spec.ts'
          - '!libs/ui/**/*.spec.ts'
          - '!apps/web/node_modules/**'
          - '!libs/ui/node_modules/**'
        writes: [dist/apps/web/**]
        cache:
          env: [API_URL]

      # nx runs these commands at once, ptask one after the other: split them into
      # tasks where that takes long.
      web:test:
        cwd: apps/web
        run: [node a.js, node b.js]
        needs: [web:build]
        reads: [apps/web/**, ci.yml, dist/apps/web/**, '!apps/web/node_modules/**']
        writes: [coverage/web/**]
        cache: false

      ui:build:
        run: node build.js libs/ui
        reads:
          - libs/ui/**
          - ci.yml
          - '!libs/ui/**/*.spec.ts'
          - '!libs/ui/node_modules/**'
          - '!libs/ui/dist/**'
        writes: [libs/ui/dist/**]
        cache:
          env: [API_URL]

      # What it reads and writes is not known (\`node docs.js\`): it always runs,
      # after all that may matter to it. Declare \`reads\` and \`writes\`, and drop
      # the \`needs\` that files make clear.
      ui:docs:
        run: node docs.js
        needs: [web:build]
        cache: false
  `),
  );
  assert.equal(notes, ['left out (never ends; to have it as a task, say `service: true`): serve']);
});

test('scripts of packages are targets', () => {
  const scripts = { build: 'node b.js' };
  const { yaml } = proposed({
    'nx.json': NX,
    'package.json': { name: 'org', workspaces: ['packages/*'], scripts: { all: 'nx run-many -t build' } },
    'packages/a/package.json': { name: 'a', scripts },
    'packages/b/package.json': { name: 'b', scripts, dependencies: { a: '*' } },
  });
  assert.match(yaml, /all:\n {4}needs: \[a:build, b:build\]/);
  assert.match(yaml, /b:build:\n {4}cwd: packages\/b\n {4}run: npm run build\n {4}needs: \[a:build\]/);
});

test('what is cached is what nx caches: what says so, and the list that nx.json used to have', () => {
  const targets = {
    said: { command: 'node a.js', cache: true },
    never: { command: 'node b.js', cache: false, outputs: [] },
    listed: { command: 'node c.js' },
    described: { command: 'node d.js', inputs: ['default'], outputs: [] },
    known: { command: 'eslint .' },
    gathers: { dependsOn: ['said'] },
  };
  const cached = (nx: object): string[] => {
    const { yaml } = proposed({ 'nx.json': nx, 'a/project.json': { name: 'a', targets } }, 'nx');
    const { tasks } = parse(yaml) as { tasks: Record<string, { cache?: unknown }> };
    return Object.keys(tasks).filter((name) => tasks[name]?.cache !== false);
  };
  assert.equal(cached({}), ['a:said', 'a:gathers']);
  const listed = (options: object): object => ({ tasksRunnerOptions: { default: { options } } });
  const names = ['listed', 'never'];
  assert.equal(cached(listed({ cacheableOperations: names })), ['a:said', 'a:listed', 'a:gathers']);
  assert.equal(cached(listed({ cacheableTargets: names })), ['a:said', 'a:listed', 'a:gathers']);
  const defaults = { targetDefaults: { known: { cache: true }, described: { cache: true } } };
  assert.equal(cached(defaults), ['a:said', 'a:described', 'a:known', 'a:gathers']);
});
