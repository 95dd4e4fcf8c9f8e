// What looks at sources and changes nothing, unless it is told to: then it is nothing for a run of all.

import { unique, wordList } from '../read/values.ts';
import { isInstalled } from '../read/workspace.ts';
import {
  type Args,
  configFiles,
  fixer,
  manifestOf,
  NEVER_ENDS,
  type Place,
  patternAt,
  type Read,
  type Tool,
  task,
} from './tool.ts';

interface Linter {
  programs: string[];
  /** Flags with which it changes files. */
  fixes: string[];
  /** Its config files, and what else it looks at before it begins. */
  configs: RegExp;
  withValue?: string[];
  /** What comes before the paths: `check` of Biome. */
  commands?: string[];
  /** Of these commands, that they change files. */
  fixing?: string[];
  /** Flags without which it changes files. */
  checks?: string[];
  /** Without paths it looks at all. */
  isForAll?: boolean;
  followsImports?(place: Place): boolean;
}

const LINTERS: Linter[] = [
  {
    programs: ['eslint', 'eslint_d'],
    fixes: ['--fix', '--fix-dry-run'],
    configs: /^(?:eslint\.config\.\w+|\.eslintrc(?:\.\w+)?|\.eslintignore|tsconfig.*\.json)$/,
    withValue: wordList(`
  -c --config --ext -f --format --max-warnings --ignore-path --ignore-pattern
  --cache-location --cache-strategy -o --output-file --rule --parser --plugin
  --resolve-plugins-relative-to --concurrency
`),
    isForAll: true,
    // With types it looks where the compiler looks.
    followsImports: ({ package: own, workspace }) =>
      isInstalled(
        [own, workspace.packages[0]],
        ['typescript-eslint', '@typescript-eslint/parser', 'eslint-plugin-import', 'eslint-plugin-import-x'],
      ),
  },
  {
    programs: ['prettier'],
    fixes: ['--write', '-w'],
    configs: /^(?:\.prettierrc(?:\.\w+)?|prettier\.config\.\w+|\.prettierignore|\.editorconfig|\.gitignore)$/,
    withValue: wordList(`
  --config --ignore-path --log-level --loglevel --parser --plugin --cache-location
  --cache-strategy --tab-width --print-width
`),
    checks: ['--check', '-c', '--list-different', '-l'],
  },
  {
    programs: ['biome'],
    fixes: ['--write', '--apply', '--apply-unsafe', '--fix'],
    configs: /^(?:biome\.jsonc?|\.biome\.jsonc?|\.editorconfig|\.gitignore)$/,
    withValue: [
      '--config-path',
      '--reporter',
      '--max-diagnostics',
      '--diagnostic-level',
      '--files-max-size',
      '--only',
      '--skip',
      '--log-level',
    ],
    commands: ['check', 'lint', 'format', 'ci'],
    isForAll: true,
  },
  {
    programs: ['oxlint'],
    fixes: ['--fix', '--fix-suggestions', '--fix-dangerously'],
    configs: /^(?:\.oxlintrc\.json|oxlint\.config\.\w+|\.eslintignore)$/,
    withValue: wordList('-c --config -A -W -D --format -f --max-warnings --ignore-path --ignore-pattern'),
    isForAll: true,
  },
  {
    programs: ['stylelint'],
    fixes: ['--fix'],
    configs: /^(?:\.stylelintrc(?:\.\w+)?|stylelint\.config\.\w+|\.stylelintignore)$/,
    withValue: [
      '--config',
      '-c',
      '--ignore-path',
      '-f',
      '--formatter',
      '--max-warnings',
      '--cache-location',
      '--custom-syntax',
    ],
  },
  {
    programs: ['markdownlint', 'markdownlint-cli2'],
    fixes: ['--fix', '-f'],
    configs: /^\.markdownlint(?:-cli2)?(?:\.\w+)?$|^\.markdownlintignore$/,
    withValue: ['-c', '--config', '-i', '--ignore', '-p', '--ignore-path'],
  },
  {
    programs: ['cspell'],
    fixes: [],
    configs: /^(?:\.?cspell(?:\.config)?\.\w+|cspell.*\.txt)$/i,
    withValue: ['-c', '--config', '-e', '--exclude', '--locale'],
    commands: ['lint'],
    isForAll: true,
  },
  {
    programs: ['dprint'],
    fixes: [],
    fixing: ['fmt'],
    configs: /^\.?dprint\.jsonc?$/,
    commands: ['check', 'fmt'],
    isForAll: true,
  },
  {
    programs: ['standard', 'xo', 'ts-standard'],
    fixes: ['--fix'],
    configs: /^(?:\.xo-config.*|xo\.config\.\w+|tsconfig.*\.json)$/,
    isForAll: true,
  },
  {
    programs: wordList(`
  knip depcheck syncpack manypkg ls-lint secretlint editorconfig-checker jscpd madge
  dependency-cruiser depcruise sherif
`),
    fixes: ['--fix', 'fix', 'format', 'fix-mismatches'],
    configs: /^\.?(?:knip|depcheck|syncpack|ls-lint|secretlint|jscpd|dependency-cruiser|editorconfig)/,
    isForAll: true,
  },
  {
    programs: ['svelte-check', 'astro-check'],
    fixes: [],
    configs: /^(?:svelte\.config\.\w+|tsconfig.*\.json)$/,
    withValue: ['--tsconfig', '--output', '--threshold', '--fail-on-warnings'],
    isForAll: true,
    followsImports: () => true,
  },
  { programs: ['sort-package-json'], fixes: [], checks: ['--check', '-c'], configs: /^package\.json$/ },
];

export const linters: Tool[] = LINTERS.map((linter) => ({
  programs: linter.programs,
  judge({ args }, place) {
    const { fixes, fixing = [], checks, commands = [], withValue = [] } = linter;
    if (args.has('--watch', '-w') && !fixes.includes('-w')) return NEVER_ENDS;
    const isFixer = args.has(...fixes) || args.words.some((word) => fixing.includes(word));
    if (!isFixer && checks !== undefined && !args.has(...checks)) return undefined;
    const [first, ...others] = args.plain(...withValue);
    const paths = first === undefined ? [] : commands.includes(first) ? others : [first, ...others];
    const files = filesOf(linter, paths, place);
    const reads = files && readsOf(linter, files, args, place);
    if (isFixer) return fixer(reads && { reads, files });
    if (reads === undefined) return undefined;
    const written = args.value('-o', '--output-file', '--outputFile');
    const output = written === undefined ? undefined : patternAt(place, written);
    return task({
      role: 'check',
      reads,
      writes: typeof output === 'string' ? [output] : [],
      followsImports: linter.followsImports?.(place) ?? false,
    });
  },
}));

/** What it looks at: all of the package, or what it is told. */
function filesOf({ isForAll = false }: Linter, paths: readonly string[], place: Place): Read[] | undefined {
  if (paths.length === 0) return isForAll ? [{ all: place.package.folder }] : undefined;
  const files = paths.map((each) => patternAt(place, each));
  return files.includes(undefined) ? undefined : files.filter((each) => each !== undefined);
}

function readsOf({ configs }: Linter, files: readonly Read[], args: Args, place: Place): Read[] | undefined {
  const named = args.value('-c', '--config', '--config-path', '--ignore-path');
  const config = named === undefined || named.startsWith('-') ? [] : [patternAt(place, named)];
  if (config.includes(undefined)) return undefined;
  const isAll = files.some((each) => typeof each !== 'string' && each.all === place.package.folder);
  const beside = configFiles(place, configs).filter(
    (each) => !isAll || each.split('/').length <= place.package.folder.split('/').length,
  );
  return unique([
    ...config.filter((each) => each !== undefined),
    ...files,
    ...(isAll && place.package.folder === '' ? [] : beside),
    ...(isAll ? [] : manifestOf(place)),
  ]);
}
