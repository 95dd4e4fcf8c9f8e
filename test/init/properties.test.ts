// Whatever stands in a package.json: a valid config, always the same one, in which no script is forgotten.

import fc from 'fast-check';
import { SourceText } from '../../src/base/diagnostic.ts';
import { parseConfig } from '../../src/config/load.ts';
import { draftYaml } from '../../src/init/draft-yaml.ts';
import { proposeConfig } from '../../src/init/propose.ts';
import { assert, suite } from '../support/suite.ts';
import { type Files, folderWith } from './support.ts';

const test = suite('init/properties');

const command = fc.constantFrom(
  ...[
    'tsc',
    'tsc -p .',
    'tsc --noEmit',
    'eslint .',
    'eslint src --fix',
    'prettier --check .',
    'vitest run',
    'vitest run --coverage',
  ],
  ...[
    'tsup',
    'vite build',
    'vite',
    'node x.js',
    'rimraf dist',
    'prisma generate',
    'playwright test',
    'rollup -c',
    'echo "a: b # c"',
  ],
  ...[
    'npm run build',
    'npm run a',
    'npm run lint -- --fix',
    'npm test',
    'run-p lint:*',
    'run-s a b',
    'concurrently "npm:a" "x y"',
    'turbo run build',
  ],
  ...[
    'a | b',
    'X=1 eslint .',
    "echo '*'",
    'npm run build -ws',
    'cd x && y',
    'go build -o bin/a .',
    ': > file',
    'true',
  ],
);
const line = fc.array(command, { minLength: 1, maxLength: 3 }).map((each) => each.join(' && '));
const name = fc.oneof(
  fc.constantFrom(
    'build',
    'test',
    'lint',
    'lint:js',
    'lint:fix',
    'a',
    'b',
    'dev',
    'prebuild',
    'format',
    'test:coverage',
    'Build',
    'x y',
    'constructor',
  ),
  fc.string({ maxLength: 12 }),
);
const scripts = fc.dictionary(name, line, { maxKeys: 8 });
const repository = fc.record({
  root: scripts,
  one: scripts,
  two: scripts,
  files: fc.subarray([
    '.gitignore',
    'tsconfig.json',
    'src/index.ts',
    'turbo.json',
    'prisma/schema.prisma',
    'Makefile',
  ]),
});

const CONTENTS: Files = {
  '.gitignore': 'dist\ncoverage\nnode_modules\n*.tsbuildinfo\n',
  'tsconfig.json':
    '{ "compilerOptions": { "outDir": "dist", "incremental": true }, /* x */ "include": ["src"] }',
  'src/index.ts': "import '../shared/a';\n",
  'turbo.json': {
    tasks: {
      build: { dependsOn: ['^build', 'a'], outputs: ['dist/**'] },
      lint: {},
      dev: { persistent: true },
    },
  },
  'prisma/schema.prisma': 'generator c {\n  provider = "prisma-client-js"\n}\n',
  Makefile: 'all: a\n\techo\n',
};

test('the config is valid, and can be planned', async () => {
  await fc.assert(
    fc.asyncProperty(repository, async ({ root, one, two, files }) => {
      const dir = folderWith({
        'package.json': { name: 'root', workspaces: ['packages/*'], scripts: root },
        'packages/one/package.json': { name: '@x/one', scripts: one },
        'packages/two/package.json': { name: '@x/two', scripts: two, dependencies: { '@x/one': '*' } },
        ...Object.fromEntries(files.map((path) => [path, CONTENTS[path] as string])),
      });
      const draft = proposeConfig(dir);
      // Where no script is one for a run of all there is nothing to propose, and it says so.
      if (!draft.ok) return assert.match(draft.diagnostics[0]?.message ?? '', /^nothing in /);
      const text = draftYaml(draft.value, 'ptask init');
      const source = new SourceText('parallel.config.yaml', text);
      const parsed = parseConfig({ path: `${dir}/parallel.config.yaml`, root: dir, source });
      if (!parsed.ok) throw new Error(`${JSON.stringify(parsed.diagnostics, undefined, 2)}\n${text}`);
      const again = proposeConfig(dir);
      assert.is(again.ok && draftYaml(again.value, 'ptask init'), text);
    }),
    { numRuns: Number(process.env.PTASK_TEST_RUNS ?? 60) },
  );
});
