import { parse } from 'yaml';
import { draftYaml } from '../../../src/init/draft-yaml.ts';
import { proposeConfig } from '../../../src/init/propose.ts';
import { assert, suite } from '../../support/suite.ts';
import { type Files, folderWith, proposed, text } from '../support.ts';

const test = suite('init/from/scripts');

const scripts = (lines: Record<string, string>, others: Files = {}, fields: object = {}) =>
  proposed({ 'package.json': { name: 'p', scripts: lines, ...fields }, ...others });

/** The fields of one task, as text. */
const taskIn = ({ yaml }: { yaml: string }, name: string): string => {
  const [, found = ''] = new RegExp(`^  ${name}:\\n((?: {4}.*\\n)*)`, 'm').exec(yaml) ?? [];
  return found.replace(/^ {4}/gm, '').trimEnd();
};

/** What a task reads, wherever that is written. */
const readsOf = ({ yaml }: { yaml: string }, name: string): string =>
  (parse(yaml) as { tasks: Record<string, { reads: string[] }> }).tasks[name]?.reads.join(' ') ?? '';

test('what checks and builds is a task, what fixes is a comment, what never ends is left out', () => {
  const made = scripts(
    {
      dev: 'vite',
      build: 'vite build',
      lint: 'eslint .',
      fix: 'eslint . --fix',
      test: 'vitest run',
      coverage: 'vitest run --coverage',
      clean: 'rimraf dist',
      deploy: 'gh-pages -d dist',
      postinstall: 'patch-package',
    },
    { '.gitignore': 'node_modules\ndist\n' },
  );
  assert.is(
    made.yaml,
    text(`
    cache: true

    x-files: &files ['**', '!node_modules/**', '!dist/**', '!coverage/**']

    tasks:
      build:
        run: npm run build
        reads: *files
        writes: [dist/**]
        cache:
          env: [NODE_ENV, VITE_*]

      lint:
        run: npm run lint
        reads: *files
        writes: []

      test:
        run: npm test
        reads: *files
        writes: []

      # Not in a run of all tasks. To add one, remove the signs before its lines.

      # It changes your sources:
      # fix:
      #   run: npm run fix
      #   reads: *files
      #   writes: *files

      # It is \`test\` with more words:
      # coverage:
      #   run: npm run coverage
      #   reads: *files
      #   writes: [coverage/**]
  `),
  );
  assert.equal(made.notes, [
    'left out (never ends; to have it as a task, say `service: true`): dev',
    'left out (removes files): clean',
    'left out (publishes or deploys): deploy',
  ]);
});

test('one that only calls others gathers them', () => {
  const lines = { a: 'eslint src', b: 'stylelint "src/**/*.css"', all: 'npm run a && npm run b' };
  for (const all of [
    'npm run a && npm run b',
    'npm-run-all a b',
    'run-s a b',
    'run-p a b',
    'npm-run-all -p a b',
    'yarn a && yarn b',
    'node --run a; pnpm b',
    'concurrently "npm:a" "npm run b"',
  ]) {
    const made = scripts({ ...lines, all });
    assert.is(taskIn(made, 'all'), 'needs: [a, b]', all);
  }
});

test('scripts by a pattern', () => {
  const made = scripts({
    lint: 'run-p lint:*',
    'lint:js': 'eslint src',
    'lint:css': 'stylelint "src/**/*.css"',
    'lint:a:b': 'eslint a',
  });
  assert.match(taskIn(made, 'lint'), /^needs: \[lint:js, lint:css\]$/);
});

test('commands at once that are no scripts are tasks of their own', () => {
  const made = scripts(
    { check: 'concurrently "eslint ." "tsc -p ."' },
    { 'tsconfig.json': { compilerOptions: { noEmit: true }, include: ['src'] } },
  );
  assert.match(taskIn(made, 'check'), /^needs: \[check:eslint, check:tsc\]$/);
  assert.match(
    taskIn(made, 'check:tsc'),
    /^run: tsc -p .\nreads: \[src\/\*\*, tsconfig.json, package.json\]\nwrites: \[\]$/,
  );
});

test('what a script calls before its own commands comes before it', () => {
  const made = scripts(
    {
      gen: 'openapi-typescript api.yaml -o src/api.ts',
      build: 'npm run gen && esbuild src/index.ts --outdir=out',
    },
    { 'src/index.ts': '' },
  );
  assert.is(
    taskIn(made, 'build'),
    text(`
    run: esbuild src/index.ts --outdir=out
    needs: [gen]
    reads: [src/**, package.json]
    writes: [out/**]
  `).trimEnd(),
  );
});

test('what a script calls in the middle, before and after by its name, is a part of it', () => {
  const made = scripts(
    {
      prebuild: 'rimraf out',
      build: 'esbuild src/index.ts --outdir=out && npm run copy',
      copy: 'cp -r public out/public',
      postbuild: 'echo done',
    },
    { 'src/index.ts': '', 'public/a.txt': '' },
  );
  assert.is(
    made.yaml,
    text(`
    cache: true

    tasks:
      build:
        run: npm run build
        reads: [src/**, package.json, public/**]
        writes: [out/**, out/public/**]
  `),
  );
});

test('a script with more words is another one', () => {
  const made = scripts({
    lint: 'eslint .',
    'lint:fix': 'npm run lint -- --fix',
    strict: 'npm run lint -- --max-warnings 0',
  });
  assert.match(made.yaml, /# lint:fix:/);
  assert.match(taskIn(made, 'strict'), /^run: npm run strict\nreads: /);
});

test('of what is not known it says so, and keeps the order that somebody has given', () => {
  const made = scripts({
    generate: 'node generate.mjs',
    build: 'node build.mjs',
    test: 'vitest run',
    size: 'node size.mjs',
    other: 'node other.mjs',
    ci: 'run-s size other',
  });
  assert.is(
    made.yaml,
    text(`
    cache: true

    tasks:
      # What it reads and writes is not known (\`node generate.mjs\`): it always
      # runs. Declare \`reads\` and \`writes\` to have it cached.
      generate:
        run: npm run generate

      # What it reads and writes is not known (\`node build.mjs\`): it always runs,
      # after all that may matter to it. Declare \`reads\` and \`writes\`, and drop
      # the \`needs\` that files make clear.
      build:
        run: npm run build
        needs: [generate]

      test:
        run: npm test
        needs: [generate, build]
        reads: ['**', '!node_modules/**']
        writes: []

      # What it reads and writes is not known (\`node size.mjs\`): it always runs,
      # after all that may matter to it. Declare \`reads\` and \`writes\`, and drop
      # the \`needs\` that files make clear.
      size:
        run: npm run size
        needs: [generate, build]

      # What it reads and writes is not known (\`node other.mjs\`): it always runs,
      # after all that may matter to it. Declare \`reads\` and \`writes\`, and drop
      # the \`needs\` that files make clear.
      other:
        run: npm run other
        needs: [generate, build, size]

      ci:
        needs: [size, other]
  `),
  );
});

test('scripts that call each other in a circle, or none that is there', () => {
  const made = scripts({ a: 'npm run b', b: 'npm run a', c: 'npm run c', d: 'npm run none', e: 'eslint .' });
  assert.ok(taskIn(made, 'e') !== '');
});

test('tests read what is built where they name it', () => {
  const lines = { build: 'tsup', test: 'vitest run' };
  const files = { 'src/index.ts': '', '.gitignore': 'dist\n' };
  const reads = (test: string): string =>
    taskIn(scripts(lines, { ...files, 'test/a.test.ts': test }), 'test');
  assert.match(reads("import '../src/index.ts';"), /'!dist\/\*\*'/);
  for (const code of [
    "import '../dist/index.js';",
    "spawn('node', ['dist/cli.js'])",
    "import 'p';",
    "import 'p/sub';",
  ])
    assert.not.match(reads(code), /'!dist/, code);
});

test('tests in a browser read what is built, unless they start a server for development', () => {
  const lines = { build: 'vite build', e2e: 'playwright test' };
  const config = (command: string) => ({
    'playwright.config.ts': `x({ webServer: { command: '${command}' } })`,
    '.gitignore': 'dist\n',
  });
  assert.not.match(readsOf(scripts(lines, config('npm run preview')), 'e2e'), /!dist/);
  assert.match(readsOf(scripts(lines, config('npm run dev')), 'e2e'), /!dist/);
});

test('what is generated among what is installed comes before all that imports', () => {
  const made = scripts(
    { generate: 'prisma generate', test: 'vitest run', types: 'tsc -p .', format: 'prettier --check .' },
    {
      'prisma/schema.prisma': 'generator c {\n provider = "prisma-client-js"\n}\n',
      'tsconfig.json': { compilerOptions: { noEmit: true }, include: ['src'] },
    },
  );
  assert.match(
    taskIn(made, 'types'),
    /needs: \[generate\]\nreads: \[src\/\*\*, tsconfig.json, package.json, prisma\/schema.prisma\]/,
  );
  assert.match(taskIn(made, 'test'), /needs: \[generate\]/);
  assert.not.match(taskIn(made, 'format'), /needs/);
});

test('of two that write the same folder, one only files of a kind', () => {
  const made = scripts(
    { build: 'run-p js dts', js: 'tsup', dts: 'tsc -p . --declarationDir dist/types' },
    {
      'src/index.ts': '',
      'tsconfig.json': { compilerOptions: { outDir: 'dist/types' }, include: ['src'] },
    },
  );
  assert.match(taskIn(made, 'js'), /writes: \[dist\/\*\*, '!dist\/types\/\*\*'\]/);
});

test('packages: each has its tasks, and reads what those make that it stands on', () => {
  const tsconfig = { compilerOptions: { outDir: 'dist' }, include: ['src'] };
  const lines = { build: 'tsc -p .', test: 'vitest run' };
  const made = proposed({
    'package.json': {
      name: 'mono',
      workspaces: ['packages/*'],
      scripts: { build: 'npm run build --workspaces', lint: 'eslint .' },
    },
    'packages/a/package.json': { name: '@m/a', main: 'dist/a.js', scripts: lines },
    'packages/a/tsconfig.json': tsconfig,
    'packages/b/package.json': { name: '@m/b', dependencies: { '@m/a': '*' }, scripts: lines },
    'packages/b/tsconfig.json': tsconfig,
    'packages/c/package.json': { name: '@m/c', main: 'src/c.ts' },
    'packages/d/package.json': {
      name: '@m/d',
      dependencies: { '@m/c': '*', '@m/b': '*' },
      scripts: { test: 'vitest run' },
    },
  });
  assert.is(
    made.yaml,
    text(`
    cache: true

    tasks:
      build:
        needs: [a:build, b:build]

      lint:
        run: npm run lint
        reads: ['**', '!**/node_modules/**', '!**/dist/**']
        writes: []

      a:build:
        cwd: packages/a
        run: npm run build
        reads: [packages/a/src/**, packages/a/tsconfig.json, packages/a/package.json]
        writes: [packages/a/dist/**]

      a:test:
        cwd: packages/a
        run: npm test
        reads: [packages/a/**, '!packages/a/node_modules/**', '!packages/a/dist/**']
        writes: []

      b:build:
        cwd: packages/b
        run: npm run build
        reads:
          - packages/b/src/**
          - packages/b/tsconfig.json
          - packages/b/package.json
          - packages/a/dist/**
          - packages/a/package.json
          - packages/a/tsconfig.json
        writes: [packages/b/dist/**]

      b:test:
        cwd: packages/b
        run: npm test
        reads:
          - packages/b/**
          - packages/a/dist/**
          - packages/a/package.json
          - packages/a/tsconfig.json
          - '!packages/b/node_modules/**'
          - '!packages/b/dist/**'
        writes: []

      d:test:
        cwd: packages/d
        run: npm test
        reads:
          - packages/d/**
          - packages/c/**
          - packages/b/dist/**
          - packages/b/package.json
          - packages/b/tsconfig.json
          - packages/a/dist/**
          - packages/a/package.json
          - packages/a/tsconfig.json
          - '!packages/d/node_modules/**'
          - '!packages/c/node_modules/**'
        writes: []
  `),
  );
});

test('every manager in its own words', () => {
  const of = (fields: object, files: Files = {}) =>
    taskIn(scripts({ lint: 'eslint .' }, files, fields), 'lint').split('\n')[0];
  assert.is(of({}), 'run: npm run lint');
  assert.is(of({ packageManager: 'pnpm@9.1.0' }), 'run: pnpm run lint');
  assert.is(of({}, { 'yarn.lock': '' }), 'run: yarn run lint');
  assert.is(of({}, { 'bun.lock': '' }), 'run: bun run lint');
});

test('the same input gives the same text', () => {
  const files: Files = {
    'package.json': { scripts: { b: 'tsup', a: 'eslint .', c: 'node x' } },
    'src/index.ts': '',
  };
  assert.is(proposed(files).yaml, proposed(files).yaml);
});

test('what only gathers scripts that call themselves is no task either', () => {
  const { yaml, notes } = proposed({
    'package.json': { name: 'root', workspaces: ['p/*'], scripts: { lint: 'eslint .' } },
    'p/one/package.json': { name: 'one', scripts: { build: 'npm run build -ws' } },
    'p/two/package.json': { name: 'two', scripts: { build: 'npm run build' } },
  });
  assert.not.match(yaml, /build/);
  assert.equal(notes, [
    'left out (runs nothing that is a task): one: build',
    'left out (calls nothing but itself): two: build',
  ]);
});

test('what a package manager runs depends on the package.json that says what that is', () => {
  const copy = 'mkdir -p dist && cp src/a.js dist/';
  const files = { 'src/a.js': '', 'packages/[a]/src/a.js': '' };
  const one = scripts({ build: copy, say: 'echo hi', both: 'npm run build && node --version' }, files);
  assert.is(readsOf(one, 'build'), 'src/a.js package.json');
  assert.is(readsOf(one, 'say'), 'package.json');
  const many = scripts(
    {},
    { ...files, 'packages/[a]/package.json': { name: 'a', scripts: { build: copy } } },
    { workspaces: ['packages/*'] },
  );
  assert.is(readsOf(many, 'a:build'), 'packages/\\[a\\]/src/a.js packages/\\[a\\]/package.json');
});

test('so does what other tools start by the name of a script, with more words or without', () => {
  const files = {
    'package.json': { name: 'p', scripts: { copy: 'cp src/a.js dist/' } },
    'src/a.js': '',
    Makefile:
      'out:\n\tnpm run copy\nmore:\n\tnpm run copy -- -v\nbare:\n\tcp src/a.js dist/\nall: out more bare\n',
    'Taskfile.yml': 'tasks: { said: { cmds: [npm run copy], sources: [src/*], generates: [dist/a.js] } }\n',
  };
  const made = proposed(files, 'make');
  assert.is(readsOf(made, 'out'), 'src/a.js package.json');
  assert.is(readsOf(made, 'more'), 'src/a.js package.json');
  assert.is(readsOf(made, 'bare'), 'src/a.js');
  assert.is(readsOf(proposed(files, 'taskfile'), 'said'), 'src/* package.json');
});

test('a comment breaks between words on a terminal of 80 columns', () => {
  const scripts = {
    'a-script-with-a-name': 'node scripts/of-a-length/that-is-usual.mjs --flag',
    fix: 'eslint --fix .',
  };
  const packages = ['one', 'two'].map(
    (name) => [`packages/${name}/package.json`, { name, scripts }] as const,
  );
  const dir = folderWith({
    'package.json': { name: 'p', workspaces: ['packages/*'], scripts },
    ...Object.fromEntries(packages),
  });
  const draft = proposeConfig(dir);
  if (!draft.ok) throw new Error('nothing is proposed');
  const lines = draftYaml(draft.value, 'ptask migrate npm-run-all').split('\n');
  const long = lines.filter((line) => /^ *# (?!yaml-language-server)/.test(line) && line.length > 78);
  assert.equal(
    long.filter((line) => !/^ *#? +\w+: /.test(line)),
    [],
  );
});
