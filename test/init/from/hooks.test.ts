// Commands that other tools run in git hooks: lint-staged and lefthook.

import { assert, suite } from '../../support/suite.ts';
import { proposed, text } from '../support.ts';

const test = suite('init/from/hooks');

const NOTES = [
  'these tasks look at all files, not only at those of a commit; what is up to date is cached',
  'a git hook that runs them is one line: exec npx --no-install ptask --quiet',
];

test('lint-staged: a task for each glob, which rewrites what it reads if the tool does', () => {
  const { yaml, notes } = proposed(
    {
      'package.json': {
        name: 'p',
        'lint-staged': {
          '*.{ts,tsx}': ['eslint --fix', 'prettier --write'],
          'docs/**/*.md': 'prettier --check',
          '*.sh': 'unknown-tool',
        },
      },
      'eslint.config.js': '',
    },
    'lint-staged',
  );
  assert.is(
    yaml,
    text(`
    cache: true

    tasks:
      eslint-prettier:
        run: ["eslint --fix '**/*.{ts,tsx}'", "prettier --write '**/*.{ts,tsx}'"]
        reads: ['**/*.{ts,tsx}', eslint.config.js, package.json, '!**/node_modules/**']
        writes: ['**/*.{ts,tsx}']

      prettier:
        run: prettier --check 'docs/**/*.md'
        reads: [docs/**/*.md, package.json, '!**/node_modules/**']
        writes: []

      # What it reads and writes is not known (\`unknown-tool '**/*.sh'\`): it always runs.
      # Declare \`reads\` and \`writes\` to have it cached.
      unknown-tool:
        run: git ls-files -z ':(glob)**/*.sh' | xargs -0 -r unknown-tool
  `),
  );
  assert.equal(notes, NOTES);
});

test('lint-staged as a file, and as code that nobody runs', () => {
  assert.match(
    proposed({ '.lintstagedrc': '"*.css": stylelint\n' }, 'lint-staged').yaml,
    /run: stylelint '\*\*\/\*\.css'/,
  );
  assert.throws(
    () => proposed({ 'lint-staged.config.mjs': 'process.exit(1)' }, 'lint-staged'),
    /is code, and ptask runs none/,
  );
});

test('lefthook: hooks, globs, jobs, groups and order', () => {
  const { yaml, notes } = proposed(
    {
      'package.json': { name: 'p', scripts: { build: 'tsup', test: 'vitest run' } },
      'src/index.ts': '',
      'lefthook.yml': text(`
        pre-commit:
          parallel: true
          commands:
            lint:
              glob: "*.{js,ts}"
              run: npx eslint {staged_files}
            spell:
              glob: "*.md"
              exclude: [CHANGELOG.md]
              run: codespell {staged_files}
              skip: [merge]
              env: { LANG: C }
        commit-msg:
          commands:
            message:
              run: npx commitlint --edit {1}
        pre-push:
          piped: true
          jobs:
            - run: npm run build
              name: build
            - group:
                parallel: true
                jobs:
                  - { name: test, run: npm test }
                  - { name: css, run: stylelint "web/**/*.css", root: web/ }
      `),
    },
    'lefthook',
  );
  assert.is(
    yaml,
    text(`
    cache: true

    tasks:
      pre-commit:lint:
        run: npx eslint '**/*.{js,ts}'
        reads: ['**/*.{js,ts}', package.json, '!**/node_modules/**']
        writes: []

      # lefthook skips it at times (\`skip\`, \`only\`), ptask does not.
      # What it reads and writes is not known (\`codespell '**/*.md'\`): it always runs.
      # Declare \`reads\` and \`writes\` to have it cached.
      pre-commit:spell:
        run: git ls-files -z ':(glob)**/*.md' ':(exclude,glob)CHANGELOG.md' | xargs -0 -r codespell
        env:
          LANG: C

      pre-commit:
        needs: [pre-commit:lint, pre-commit:spell]

      pre-push:build:
        run: npm run build
        reads: [src/**, package.json]
        writes: [dist/**]

      pre-push:test:
        run: npm test
        needs: [pre-push:build]
        reads: ['**', '!node_modules/**', '!dist/**']
        writes: []

      pre-push:css:
        cwd: web
        run: stylelint "web/**/*.css"
        needs: [pre-push:build]
        reads: [web/web/**/*.css]
        writes: []

      pre-push:
        needs: [pre-push:build, pre-push:test, pre-push:css]
  `),
  );
  assert.equal(notes, [
    'commit-msg: message is left out: it is about the words that git hands to the hook',
    ...NOTES,
  ]);
});

test('a program that knows no globs gets the names of the files', () => {
  const runOf = (run: string, glob = '*.{c,h}'): string => {
    const jobs = [{ name: 'one', glob, run }];
    const { yaml } = proposed({ 'lefthook.yml': JSON.stringify({ 'pre-commit': { jobs } }) }, 'lefthook');
    return /run: (.*)/.exec(yaml)?.[1] ?? yaml;
  };
  const files = "':(glob)**/*.c' ':(glob)**/*.h'";
  assert.is(runOf('indent {staged_files}'), `git ls-files -z ${files} | xargs -0 -r indent`);
  assert.is(runOf('indent {staged_files} -o x'), `indent $(git ls-files ${files}) -o x`);
  assert.is(runOf('cd a && indent {staged_files}'), `cd a && indent $(git ls-files ${files})`);
  assert.is(runOf('npx prettier --check {staged_files}', '*.md'), "npx prettier --check '**/*.md'");
});
