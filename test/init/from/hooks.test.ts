// Commands that other tools run in git hooks: lint-staged and lefthook.

import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repo as gitRepo } from '../../support/git.ts';
import { assert, suite } from '../../support/suite.ts';
import { proposed, text } from '../support.ts';

const test = suite('init/from/hooks');

/** Those of its arguments that are files, and nothing without them. */
const THERE = 'for f do shift; [ -e "$f" ] && set -- "$@" "$f"; done; [ $# = 0 ] && exit; ';

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

      # What it reads and writes is not known (\`unknown-tool '**/*.sh'\`): it
      # always runs. Declare \`reads\` and \`writes\` to have it cached.
      unknown-tool:
        run: git ls-files -z ':(glob)**/*.sh' | xargs -0 sh -c '${THERE}unknown-tool "$@"' sh
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
      # What it reads and writes is not known (\`codespell '**/*.md'\`): it always
      # runs. Declare \`reads\` and \`writes\` to have it cached.
      pre-commit:spell:
        run: git ls-files -z ':(glob)**/*.md' ':(exclude,glob)CHANGELOG.md' | xargs -0 sh -c '${THERE}codespell "$@"' sh
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

/** The command of a job for these files, as the config has it. */
function runOf(run: string, glob = '*.{c,h}'): string {
  const jobs = [{ name: 'one', glob, run }];
  const { yaml } = proposed({ 'lefthook.yml': JSON.stringify({ 'pre-commit': { jobs } }) }, 'lefthook');
  const { tasks } = parse(yaml) as { tasks: Record<string, { run: string }> };
  return tasks['pre-commit:one']?.run ?? yaml;
}

test('a program that knows no globs gets the names of the files', () => {
  const files = "':(glob)**/*.c' ':(glob)**/*.h'";
  assert.is(
    runOf('indent {staged_files} -o x'),
    `git ls-files -z ${files} | xargs -0 sh -c '${THERE}indent "$@" -o x' sh`,
  );
  assert.is(runOf('npx prettier --check {staged_files}', '*.md'), "npx prettier --check '**/*.md'");
});

test('a line means with files what it means in a hook: whatever they are called, and wherever they go', async () => {
  const repo = await gitRepo({
    files: { 'a.sh': 'one\n', 'b c.sh': 'two\n', "d'e.sh": '', 'gone.sh': '', 'left.txt': '' },
  });
  rmSync(join(repo.dir, 'gone.sh'));
  const given = (run: string, glob = '*.sh'): string => {
    const { status, stdout } = spawnSync('sh', ['-c', runOf(run, glob)], { cwd: repo.dir, encoding: 'utf8' });
    return `${status === 0 ? 'ok' : 'failed'}: ${stdout.trim().split('\n').join(' ')}`;
  };
  const all = "<a.sh> <b c.sh> <d'e.sh>";
  for (const [run, result] of [
    ["printf '<%s>\\n' {staged_files}", `ok: ${all}`],
    ["FOO=1 printf '<%s>\\n' {staged_files}", `ok: ${all}`],
    ["printf '<%s>\\n' {staged_files} last", `ok: ${all} <last>`],
    ['printf \'<%s>\\n\' "{staged_files}"', `ok: ${all}`],
    ["printf '<%s>\\n' '{staged_files}'", `ok: ${all}`],
    ["printf '<%s>\\n' \\'{staged_files} # as it is", "ok: <'a.sh> <b c.sh> <d'e.sh>"],
    ['printf \'<%s>\\n\' "all: {staged_files}."', "ok: <all: a.sh b c.sh d'e.sh.>"],
    ['cat {staged_files} | grep -q two', 'ok: '],
    ['cat {staged_files} | grep -q three', 'failed: '],
    ['! grep -h two {staged_files}', 'failed: two'],
    ['! grep -h three {staged_files}', 'ok: '],
    ['cd / && echo {staged_files} && exit 3', "failed: a.sh b c.sh d'e.sh"],
  ] as const)
    assert.is(given(run), result, run);
  assert.is(given('echo called {staged_files}', '*.none'), 'ok: ');
  assert.is(given('echo called {staged_files}', 'gone.*'), 'ok: ');
});
