// What is known of command lines: what they read and write, or why they are nothing for a run of all tasks.

import { Repository } from '../../../src/init/read/repository.ts';
import { commandsIn } from '../../../src/init/read/shell.ts';
import { unique } from '../../../src/init/read/values.ts';
import { readWorkspace } from '../../../src/init/read/workspace.ts';
import { judge, unwrapped } from '../../../src/init/tools/judge.ts';
import type { Place } from '../../../src/init/tools/tool.ts';
import { assert, suite } from '../../support/suite.ts';
import { type Files, folderWith } from '../support.ts';

const test = suite('init/tools/judge');

/** `reads → writes` of a command, `off: why`, or `?`. All of a folder is `folder/*`. */
function known(line: string, files: Files = {}, folder = ''): string {
  const manifest = folder === '' ? {} : { [`${folder}/package.json`]: { name: 'p' } };
  const root = { 'package.json': { name: 'root', workspaces: ['p', 'packages/*'] } };
  const repository = new Repository(folderWith({ ...root, ...manifest, ...files }));
  const workspace = readWorkspace(repository);
  const own = workspace.packages.find((each) => each.folder === folder) as Place['package'];
  const [command] = commandsIn(line) ?? [];
  const verdict = command && judge(unwrapped(command), { repository, workspace, package: own });
  if (verdict === undefined) return '?';
  if (verdict.kind === 'off') return `off: ${verdict.why}`;
  const { reads, writes } = verdict.facts;
  const shown = reads?.map((each) =>
    typeof each === 'string' ? each : `${each.all || '.'}/*${each.extensions ? `.${each.extensions}` : ''}`,
  );
  return `${shown === undefined ? '?' : unique(shown).join(' ')} → ${writes?.join(' ') ?? '?'}`;
}

const all = (cases: Record<string, string>, files: Files = {}, folder = ''): void => {
  for (const [line, expected] of Object.entries(cases)) assert.is(known(line, files, folder), expected, line);
};

test('what only leads to a program is passed over', () => {
  const lint = './* → ';
  all({
    'eslint .': lint,
    'npx eslint .': lint,
    'npx --no-install eslint .': lint,
    'pnpm exec eslint .': lint,
    'bunx eslint .': lint,
    'NODE_ENV=test eslint .': lint,
    'cross-env NODE_ENV=test eslint .': lint,
    './node_modules/.bin/eslint .': lint,
    'dotenv -e .env -- eslint .': lint,
    'uv run python -m pytest': './* → ',
  });
});

test('tsc by its config', () => {
  const files: Files = {
    'tsconfig.json': { extends: './base.json', include: ['src', 'test'] },
    'base.json': { compilerOptions: { outDir: 'lib', declarationDir: 'types' } },
    'src/a.ts': "import x from '../data/x.json';\nimport pkg from '../package.json';\n",
    'data/x.json': '{}',
    'build.json': { include: ['src'], compilerOptions: { outDir: 'dist', incremental: true } },
    'beside.json': { include: ['src/**/*'] },
  };
  all(
    {
      tsc: 'src/** test/** data/** package.json tsconfig.json base.json → lib/** types/**',
      'tsc --noEmit': 'src/** test/** data/** package.json tsconfig.json base.json → ',
      'tsc -p build.json': 'src/** data/** package.json build.json → dist/** build.tsbuildinfo',
      'tsc -p build.json --outDir out': 'src/** data/** package.json build.json → out/** build.tsbuildinfo',
      'tsc -p beside.json': 'src/** data/** package.json beside.json → ?',
      'tsc -p none.json': '?',
      'tsc src/a.ts': '?',
      'tsc --watch': 'off: it never ends',
      'tsc --version': '?',
    },
    files,
  );
});

test('tsc without an include takes in all of its folder', () => {
  const files = { 'p/tsconfig.json': { compilerOptions: { outDir: 'dist', allowJs: true } } };
  all(
    { 'tsc -p .': 'p/*.ts,tsx,mts,cts,js,jsx,mjs,cjs p/tsconfig.json p/package.json → p/dist/**' },
    files,
    'p',
  );
});

test('tsc -b with the projects that it names', () => {
  const files: Files = {
    'tsconfig.json': { files: [], references: [{ path: './core' }, { path: './app' }] },
    'core/tsconfig.json': { compilerOptions: { outDir: 'out', composite: true }, include: ['src'] },
    'app/tsconfig.json': {
      compilerOptions: { outDir: 'out', composite: true },
      include: ['src'],
      references: [{ path: '../core' }],
    },
  };
  all(
    {
      'tsc -b':
        'tsconfig.json core/src/** core/tsconfig.json app/src/** app/tsconfig.json package.json → core/out/** core/tsconfig.tsbuildinfo app/out/** app/tsconfig.tsbuildinfo',
    },
    files,
  );
});

test('what checks, and what changes sources', () => {
  const files: Files = {
    'eslint.config.js': '',
    '.prettierrc': '',
    'biome.json': '{}',
    'src/a.ts': '',
    '.editorconfig': '',
  };
  all(
    {
      eslint: './* → ',
      'eslint src --max-warnings 0': 'src/** eslint.config.js package.json → ',
      'eslint "src/**/*.{ts,tsx}"': 'src/**/*.{ts,tsx} eslint.config.js package.json → ',
      'eslint . --fix': 'off: it changes your sources',
      'eslint src -f json -o report.json': 'src/** eslint.config.js package.json → report.json',
      'prettier --check .': './* → ',
      'prettier -c src': 'src/** .editorconfig .prettierrc package.json → ',
      'prettier --write .': 'off: it changes your sources',
      'prettier src': '?',
      'biome ci': './* → ',
      'biome check --write src': 'off: it changes your sources',
      'biome lint src': 'src/** .editorconfig biome.json package.json → ',
      'stylelint "src/**/*.css"': 'src/**/*.css package.json → ',
      'dprint fmt': 'off: it changes your sources',
      'sort-package-json': '?',
      'svelte-check --watch': 'off: it never ends',
      'eslint ../../outside': '?',
    },
    files,
  );
});

test('tests, their coverage, and those that watch', () => {
  all({
    'vitest run': './* → ',
    vitest: './* → ',
    'vitest run --coverage': './* → coverage/**',
    'vitest --watch': 'off: it never ends',
    'vitest -u': 'off: it changes snapshots',
    'vitest bench': '?',
    'jest --coverage --coverageDirectory out/cov': './* → out/cov/**',
    'jest --watchAll': 'off: it never ends',
    'jest --watchAll=false': './* → ',
    'node --test': './* → ',
    'node --test dist/test/*.js': './* dist/** → ',
    'node scripts/a.js': '?',
    'c8 -r text node --test': './* → coverage/**',
    'nyc --report-dir cov mocha': './* → cov/**',
    'playwright test': './* → test-results/**',
    'playwright test --ui': 'off: it waits for a person',
    'playwright install': '?',
    'cypress run': './* → cypress/screenshots/** cypress/videos/** cypress/downloads/**',
    'cypress open': 'off: it waits for a person',
  });
  all(
    { 'vitest run --coverage': './* → c/**' },
    { 'vitest.config.ts': "x({ coverage: { reportsDirectory: './c' } })" },
  );
  all(
    { jest: './* → cov/**' },
    { 'jest.config.js': "module.exports = { collectCoverage: true, coverageDirectory: 'cov' };" },
  );
  all(
    { 'playwright test': './* → r/** h/** junit.xml' },
    {
      'playwright.config.ts':
        "x({ outputDir: 'r', reporter: [['html', { outputFolder: 'h' }], ['junit', { outputFile: 'junit.xml' }]] })",
    },
  );
});

test('bundlers, from their entries to their folders', () => {
  all({
    'vite build': './* → dist/**',
    vite: 'off: it never ends',
    'vite preview': 'off: it never ends',
    'vite build --outDir www': './* → www/**',
    'next build': './* → .next/** !.next/cache/**',
    'next dev': 'off: it never ends',
    'astro build': './* → dist/** .astro/**',
    'rollup -c': './* → ?',
    'webpack --mode production': './* → dist/**',
    'webpack serve': 'off: it never ends',
    'storybook build': './* → storybook-static/**',
  });
  const sources: Files = { 'src/index.ts': "import '../shared/a';", 'shared/a.ts': '', 'tsconfig.json': {} };
  all(
    {
      tsup: 'src/** shared/** tsconfig.json package.json → dist/**',
      'tsup src/index.ts -d lib': 'src/** shared/** tsconfig.json package.json → lib/**',
      'tsup --watch': 'off: it never ends',
      'esbuild src/index.ts --bundle --outfile=out/app.js':
        'src/** shared/** tsconfig.json package.json → out/app.*',
      'esbuild src/index.ts --outdir=out': 'src/** shared/** tsconfig.json package.json → out/**',
    },
    sources,
  );
  all(
    { 'rollup -c': './* → dist/** types/**' },
    { 'rollup.config.js': "x = { output: [{ file: 'dist/a.js' }, { dir: 'types' }] }" },
  );
  all({ 'vite build': './* → ?' }, { 'vite.config.ts': 'x({ build: { outDir: process.env.OUT } })' });
  all({ 'vite build': './* → ?' }, { 'vite.config.ts': "x({ root: 'web' })" });
  all({ tsup: './* → dist/**' }, { ...sources, 'tsup.config.ts': 'x({ entry: glob() })' });
});

test('what generates sources', () => {
  const prisma: Files = {
    'prisma/schema.prisma':
      'generator client {\n  provider = "prisma-client"\n  output   = "../src/generated"\n}\n',
  };
  all(
    {
      'prisma generate': 'prisma/schema.prisma package.json → src/generated/**',
      'prisma validate': 'prisma/schema.prisma package.json → ',
      'prisma migrate deploy': 'off: it changes a database',
    },
    prisma,
  );
  all(
    { 'prisma generate': 'prisma/schema.prisma package.json → node_modules/.prisma/client/**' },
    { 'prisma/schema.prisma': 'generator c {\n  provider = "prisma-client-js"\n}\n' },
  );
  all(
    {
      'graphql-codegen': 'schema.graphql src/**/*.graphql codegen.yml package.json → src/gql/** src/types.ts',
    },
    {
      'codegen.yml':
        'schema: schema.graphql\ndocuments: src/**/*.graphql\ngenerates:\n  src/gql/: {}\n  src/types.ts: {}\n',
      'schema.graphql': '',
    },
  );
  all(
    { 'graphql-codegen': '? → src/gql/**' },
    {
      'codegen.ts':
        "x = { schema: 'https://example.com', documents: ['src/**/*.tsx'], generates: { './src/gql/': { preset: 'client' } } }",
    },
  );
  all({
    'openapi-typescript api.yaml -o src/api.ts': 'api.yaml package.json → src/api.ts',
    'openapi-typescript https://x -o a.ts': '?',
  });
});

test('what moves files about', () => {
  all({
    'rimraf dist': ' → dist/**',
    'rm -rf dist *.log': ' → dist/** *.log',
    'rm -rf .': ' → ?',
    'mkdir -p dist/a': ' → ',
    'cp README.md dist/': 'README.md → dist/README.md',
    'cp -r public dist': 'public → dist/**',
    'shx rm -rf lib': ' → lib/**',
    'echo done': ' → ',
  });
});

test('other languages', () => {
  const go: Files = { 'main.go': 'package main', 'go.mod': '' };
  all(
    {
      'go build -o bin/app .': './*.go go.mod go.sum → bin/app',
      'go build ./...': './*.go go.mod go.sum → ',
      'go build': '?',
      'go test ./... -coverprofile=c.out': './* → c.out',
      'go vet ./...': './*.go go.mod go.sum → ',
      'go fmt ./...': 'off: it changes your sources',
      'gofmt -l .': './*.go → ',
      'golangci-lint run --fix': 'off: it changes your sources',
    },
    go,
  );
  all({ 'go vet ./...': './* → ' }, { 'main.go': '//go:embed a.txt\n' });
  all({
    'cargo test': './* → target/**',
    'cargo fmt --check': './* → ',
    'cargo fmt': 'off: it changes your sources',
    'cargo run': 'off: it never ends',
    pytest: './* → ',
    'ruff check .': './*.py,pyi → ',
    'ruff format .': 'off: it changes your sources',
    'black --check .': './*.py,pyi → ',
    'gcc -o app main.c util.o': './*.c,h,cc,hh,cpp,hpp,cxx,hxx,inc util.o → app',
  });
});

test('what changes something other than files', () => {
  all({
    'changeset publish': 'off: it is about releases',
    'semantic-release': 'off: it publishes or deploys',
    'docker compose up': 'off: it changes something other than files',
    husky: 'off: it is about git',
    nodemon: 'off: it never ends',
    'npm publish': 'off: it publishes',
  });
});
