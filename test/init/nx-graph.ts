// What `nx graph --file` wrote for a repository with the plugins of vite, vitest, eslint, jest and TypeScript (nx 22.7), without what
// describes targets to people.

export const NX_GRAPH = {
  graph: {
    nodes: {
      '@org/util': {
        name: '@org/util',
        type: 'app',
        data: {
          root: 'libs/util',
          targets: {
            lint: {
              cache: true,
              options: { cwd: 'libs/util', command: 'eslint .' },
              inputs: [
                'default',
                '^default',
                '{workspaceRoot}/eslint.config.mjs',
                '{workspaceRoot}/libs/util/eslint.config.mjs',
                '{workspaceRoot}/tools/eslint-rules/**/*',
                { externalDependencies: ['eslint'] },
              ],
              outputs: ['{options.outputFile}'],
              executor: 'nx:run-commands',
            },
            test: {
              options: {
                cwd: 'libs/util',
                env: {
                  TS_NODE_COMPILER_OPTIONS:
                    '{"moduleResolution":"node10","module":"commonjs","customConditions":null}',
                },
                command: 'jest',
              },
              cache: true,
              inputs: ['default', '^production', { externalDependencies: ['jest'] }],
              outputs: ['{workspaceRoot}/coverage/libs/util'],
              executor: 'nx:run-commands',
              dependsOn: ['^build'],
            },
            docs: { executor: 'nx:run-script', options: { script: 'docs' } },
          },
          name: '@org/util',
        },
      },
      '@org/web': {
        name: '@org/web',
        type: 'lib',
        data: {
          root: 'apps/web',
          targets: {
            build: {
              options: { cwd: 'apps/web', command: 'vite build' },
              cache: true,
              dependsOn: ['^build'],
              inputs: ['production', '^production', { externalDependencies: ['vite'] }],
              outputs: ['{workspaceRoot}/dist/apps/web'],
              executor: 'nx:run-commands',
            },
            serve: {
              continuous: true,
              options: { cwd: 'apps/web', command: 'vite' },
              executor: 'nx:run-commands',
            },
            'serve-static': {
              continuous: true,
              executor: '@nx/web:file-server',
              options: { buildTarget: 'build', spa: true },
            },
            'build-deps': { dependsOn: ['^build'], options: {}, executor: 'nx:noop' },
            deploy: { executor: '@nx/js:node', dependsOn: ['@org/web:build'], options: {} },
          },
          name: '@org/web',
        },
      },
      '@org/ui': {
        name: '@org/ui',
        type: 'lib',
        data: {
          root: 'libs/ui',
          targets: {
            typecheck: {
              cache: true,
              inputs: ['production', '^production', { externalDependencies: ['typescript'] }],
              options: { cwd: 'libs/ui', command: 'tsc --noEmit -p tsconfig.lib.json' },
              executor: 'nx:run-commands',
            },
            build: {
              dependsOn: ['^build'],
              options: { cwd: 'libs/ui', command: 'tsc --build tsconfig.lib.json' },
              cache: true,
              inputs: [
                '{projectRoot}/package.json',
                '{projectRoot}/tsconfig.lib.json',
                '{projectRoot}/src/**/*.ts',
                '!{projectRoot}/src/**/*.spec.ts',
                { dependentTasksOutputFiles: '**/*.{d.ts,d.cts,d.mts,tsbuildinfo}', transitive: true },
                { fileset: '{projectRoot}/**/*.{d.ts,d.cts,d.mts}', dependencies: true },
              ],
              outputs: [
                '{projectRoot}/dist/**/*.{js,cjs,mjs,jsx,d.ts,d.cts,d.mts}{,.map}',
                '{projectRoot}/dist/tsconfig.lib.tsbuildinfo',
              ],
              executor: 'nx:run-commands',
            },
            'build-deps': { dependsOn: ['^build'], options: {}, executor: 'nx:noop' },
            test: {
              cache: true,
              inputs: [
                'default',
                '^production',
                { externalDependencies: ['vitest'] },
                { env: 'CI' },
                { dependentTasksOutputFiles: '**/*.js', transitive: true },
              ],
              outputs: ['{projectRoot}/test-output/vitest/coverage'],
              executor: 'nx:run-commands',
              options: { cwd: 'libs/ui', command: 'vitest' },
              dependsOn: ['^build'],
            },
          },
          name: '@org/ui',
        },
      },
    },
    dependencies: {
      '@org/util': [],
      '@org/web': [
        { source: '@org/web', target: '@org/ui', type: 'static' },
        { source: '@org/web', target: '@org/util', type: 'static' },
      ],
      '@org/ui': [{ source: '@org/ui', target: '@org/util', type: 'static' }],
    },
  },
};
