import { assert, suite } from '../../support/suite.ts';
import { proposed, text } from '../support.ts';

const test = suite('init/from/wireit');

const names = ['build', 'ts', 'bundle', 'lint', 'serve', 'e2e'];

test('commands, files, output, dependencies, variables and services', () => {
  const { yaml, notes } = proposed(
    {
      'package.json': {
        name: 'p',
        scripts: Object.fromEntries(names.map((name) => [name, 'wireit'])),
        wireit: {
          build: { dependencies: ['ts', { script: 'bundle', cascade: false }] },
          ts: {
            command: 'tsc --build',
            files: ['src/**/*.ts', '!src/old', 'tsconfig.json'],
            output: ['lib/**'],
            clean: false,
          },
          bundle: {
            command: 'rollup -c',
            dependencies: ['ts', '../other:build'],
            files: ['rollup.config.js'],
            output: ['dist/a.js'],
            env: { MODE: { external: true }, KIND: 'b' },
          },
          lint: { command: 'eslint .' },
          serve: { command: 'node server.js', service: { readyWhen: { lineMatches: 'Listening on .*/' } } },
          e2e: { command: 'node e2e.js', dependencies: ['serve', 'build'], files: ['e2e/**'], output: [] },
        },
      },
    },
    'wireit',
  );
  assert.is(
    yaml,
    text(`
    cache: true

    tasks:
      build:
        needs: [ts, bundle]

      ts:
        run: tsc --build
        reads: [src/**/*.ts, tsconfig.json, package.json, '!src/old']
        writes: [lib/**]
        cache:
          clean: false

      bundle:
        run: rollup -c
        needs: [ts]
        reads: [rollup.config.js, package.json, lib/**]
        writes: [dist/a.js]
        env:
          KIND: b
        cache:
          env: [MODE]

      lint:
        run: eslint .
        reads: ['**', '!node_modules/**', '!lib/**', '!dist/a.js']
        writes: []

      serve:
        run: node server.js
        needs: [ts, bundle]
        service: true
        ready:
          log: /Listening on .*\\//

      e2e:
        run: node e2e.js
        needs: [serve, build]
        reads: [e2e/**, package.json]
        writes: []
  `),
  );
  assert.equal(notes, []);
});

test('scripts of other packages', () => {
  const { yaml } = proposed({
    'package.json': { name: 'root', workspaces: ['a', 'b'] },
    'a/package.json': {
      name: 'a',
      scripts: { build: 'wireit' },
      wireit: { build: { command: 'tsc', files: [], output: ['lib/**'] } },
    },
    'b/package.json': {
      name: 'b',
      scripts: { build: 'wireit' },
      wireit: { build: { command: 'tsc', dependencies: ['../a:build'], files: ['../a/lib/**'], output: [] } },
    },
  });
  assert.match(
    yaml,
    /b:build:\n {4}cwd: b\n {4}run: tsc\n {4}needs: \[a:build\]\n {4}reads: \[a\/lib\/\*\*, b\/package.json\]/,
  );
});
