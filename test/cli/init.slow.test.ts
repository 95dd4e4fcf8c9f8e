// `ptask init` in the kinds of repositories that there are: what it writes passes, and is cached the next time.

import { delimiter, join } from 'node:path';
import { bins, type Files, program, written } from '../init/support.ts';
import { expectCode, expectOutput, gitProject } from '../support/cli.ts';
import { hermeticEnv } from '../support/env.ts';
import { assert, suite } from '../support/suite.ts';
import type { Written } from '../support/tmp.ts';

const test = suite('cli/init');

/** Proposes, runs all twice, and changes a file. */
async function tryOut(
  files: Files,
  tools: Record<string, Written>,
  { tasks, cached, edit, again }: { tasks: string[]; cached: number; edit: string; again: string[] },
): Promise<void> {
  const made = await gitProject({ files: { ...written(files), ...tools } });
  const env = {
    npm_config_update_notifier: 'false',
    npm_config_offline: 'true',
    PATH: [join(made.dir, 'node_modules/.bin'), hermeticEnv().PATH].join(delimiter),
  };
  const ptask = (...args: string[]) => made.ptask(...args, { env });
  const proposed = expectCode(await ptask('init', '--yes'), 0);
  expectOutput(proposed, /^✔ wrote parallel\.config\.yaml: \d+ tasks$/m);
  expectOutput(proposed, /^✔ parallel\.config\.yaml is valid/m);
  expectOutput(proposed, /^Next\n {2}npx ptask {2,}run all tasks/m);
  const listed = JSON.parse(expectCode(await ptask('list', '--json'), 0).stdout) as { id: string }[];
  assert.equal(
    listed.map(({ id }) => id),
    tasks,
  );
  const first = expectCode(await ptask('--reporter', 'lines'), 0);
  expectOutput(first, new RegExp(`${tasks.length} passed`));
  assert.not.match(first.all, /undeclared/);
  expectOutput(expectCode(await ptask('--reporter', 'lines'), 0), new RegExp(`${cached} cached`));
  made.write({ [edit]: 'export const edited = true;\n' });
  const third = expectCode(await ptask('--verbose'), 0);
  for (const task of again) assert.match(third.all, new RegExp(`${task}: not in the cache`));
}

const IGNORED = 'node_modules\ndist\ncoverage\n*.tsbuildinfo\n';

test('a library with a linter, a formatter, tests, types and a bundle', async () => {
  const files: Files = {
    '.gitignore': IGNORED,
    'package.json': {
      name: 'library',
      type: 'module',
      main: './dist/index.js',
      scripts: {
        dev: 'tsup --watch',
        clean: 'rimraf dist',
        build: 'npm run clean && tsup',
        lint: 'eslint .',
        'lint:fix': 'npm run lint -- --fix',
        format: 'prettier --write .',
        formatted: 'prettier --check .',
        types: 'tsc --noEmit',
        test: 'vitest run',
        coverage: 'vitest run --coverage',
        size: 'node scripts/size.cjs',
        all: 'run-p lint formatted types test build size',
        prepublishOnly: 'npm run build',
        release: 'changeset publish',
      },
    },
    'tsconfig.json': '{\n  // Comments are fine.\n  "include": ["src", "test"],\n}\n',
    'tsup.config.ts': "export default { entry: ['src/index.ts'], clean: true };\n",
    'eslint.config.js': 'export default [];\n',
    'src/index.ts': "export { a } from './a.ts';\n",
    'src/a.ts': 'export const a = 1;\n',
    'test/a.test.ts': "import { a } from '../src/index.ts';\n",
    'scripts/size.cjs': "console.log(require('node:fs').readFileSync('dist/index.js', 'utf8').length);\n",
  };
  const tools = bins({
    rimraf: 'for (const each of args) fs.rmSync(each, { recursive: true, force: true });',
    tsup: "out('dist/index.js', read('src/index.ts') + read('src/a.ts')); out('dist/index.d.ts', '');",
    tsc: "read('src/a.ts');",
    ...{ eslint: '', prettier: '', vitest: '' },
  });
  await tryOut(files, tools, {
    tasks: ['build', 'lint', 'formatted', 'types', 'test', 'size', 'all'],
    cached: 5,
    edit: 'src/a.ts',
    again: ['build', 'lint', 'types', 'test'],
  });
});

test('a workspace of packages with turbo.json', async () => {
  const scripts = { build: 'tsc -p .', lint: 'eslint .', test: 'vitest run', dev: 'tsc -w' };
  const tsconfig = {
    extends: '../../tsconfig.base.json',
    compilerOptions: { outDir: 'dist' },
    include: ['src'],
  };
  const files: Files = {
    '.gitignore': `${IGNORED}.turbo\n`,
    'package.json': {
      name: 'mono',
      private: true,
      workspaces: ['packages/*'],
      scripts: {
        build: 'turbo run build',
        lint: 'turbo run lint',
        test: 'turbo run test',
        dev: 'turbo run dev',
      },
    },
    'turbo.json': {
      globalDependencies: ['tsconfig.base.json'],
      tasks: {
        build: { dependsOn: ['^build'], outputs: ['dist/**'] },
        lint: {},
        test: { dependsOn: ['build'] },
        dev: { cache: false, persistent: true },
      },
    },
    'tsconfig.base.json': { compilerOptions: { strict: true } },
    'packages/core/package.json': { name: '@mono/core', main: 'dist/index.js', scripts },
    'packages/core/tsconfig.json': tsconfig,
    'packages/core/src/index.ts': 'export const core = 1;\n',
    'packages/web/package.json': { name: '@mono/web', dependencies: { '@mono/core': '*' }, scripts },
    'packages/web/tsconfig.json': tsconfig,
    'packages/web/src/index.ts': "import '@mono/core';\n",
  };
  const tools = bins({
    tsc: "out('dist/index.js', read('src/index.ts') + (process.cwd().endsWith('web') ? read('../core/dist/index.js') : ''));",
    eslint: '',
    vitest: "read('dist/index.js');",
  });
  await tryOut(files, tools, {
    tasks: [
      ...[
        'build',
        'lint',
        'test',
        'core:build',
        'core:lint',
        'core:test',
        'web:build',
        'web:lint',
        'web:test',
      ],
    ],
    cached: 6,
    edit: 'packages/core/src/index.ts',
    again: ['core:build', 'core:lint', 'core:test', 'web:build', 'web:test'],
  });
});

test('a site with tests in a browser', async () => {
  const files: Files = {
    '.gitignore': `${IGNORED}test-results\nplaywright-report\n`,
    'package.json': {
      name: 'site',
      private: true,
      type: 'module',
      scripts: {
        dev: 'vite',
        build: 'tsc -b && vite build',
        preview: 'vite preview',
        lint: 'eslint .',
        test: 'vitest',
        e2e: 'playwright test',
      },
    },
    'index.html': '<script type="module" src="/src/main.ts"></script>\n',
    'vite.config.ts': 'export default {};\n',
    'playwright.config.ts':
      "export default { testDir: 'e2e', reporter: 'html', webServer: { command: 'npm run preview' } };\n",
    'tsconfig.json': { files: [], references: [{ path: './tsconfig.app.json' }] },
    'tsconfig.app.json': {
      compilerOptions: { noEmit: true, tsBuildInfoFile: './node_modules/.tmp/app.tsbuildinfo' },
      include: ['src'],
    },
    'src/main.ts': 'export const main = 1;\n',
    'e2e/main.spec.ts': '',
  };
  const tools = bins({
    tsc: "out('node_modules/.tmp/app.tsbuildinfo', '{}');",
    vite: "out('dist/index.html', read('index.html') + read('src/main.ts'));",
    playwright:
      "read('dist/index.html'); out('test-results/.last-run.json', '{}'); out('playwright-report/index.html', '');",
    ...{ eslint: '', vitest: '' },
  });
  await tryOut(files, tools, {
    tasks: ['build', 'lint', 'test', 'e2e'],
    cached: 4,
    edit: 'src/main.ts',
    again: ['build', 'lint', 'test', 'e2e'],
  });
});

test('a Makefile of another language', async () => {
  const files: Files = {
    '.gitignore': 'bin\nnode_modules\n',
    Makefile: `BINARY := bin/app
.PHONY: all test lint fmt clean run

all: lint test $(BINARY)

$(BINARY): main.go go.mod | bin
\tgo build -o $@ .

bin:
\t@mkdir -p $@

test:
\t@go test ./...

lint:
\tgo vet ./...

fmt:
\tgofmt -w .

clean:
\trm -rf bin

run: $(BINARY)
\t./$(BINARY)
`,
    'go.mod': 'module app\n',
    'main.go': 'package main\n',
  };
  const go =
    "if (args[0] === 'version') console.log('go1'); if (args[0] === 'build') out(args[2], read('main.go'));";
  await tryOut(
    files,
    { 'node_modules/.bin/go': program(go) },
    {
      tasks: ['all', 'bin/app', 'test', 'lint'],
      cached: 3,
      edit: 'main.go',
      again: ['bin/app', 'test', 'lint'],
    },
  );
});
