// What runs tests. Which files a test reads nobody can tell, so it is all of the package; of what is built only what tests name.

import { literalPattern } from '../../plan/patterns/index.ts';
import { onlyText } from '../read/literals.ts';
import { below, inFolder } from '../read/repository.ts';
import { wordList } from '../read/values.ts';
import { type Args, configCode, NEVER_ENDS, outputFolder, type Place, type Tool, task } from './tool.ts';

interface Runner {
  programs: string[];
  watches?(args: Args): boolean;
  config?: RegExp;
  /** The key of its config, or the flag, that names the folder of the coverage. */
  coverage?: { flags: string[]; folder: string[]; key?: string; always?: RegExp };
  updates?: string[];
  /** Without this it is no run of tests. */
  only?(args: Args): boolean;
}

const watches = (args: Args): boolean =>
  args.has('--watch', '--watchAll', '-w') || args.words.includes('watch');

const RUNNERS: Runner[] = [
  { programs: ['tsd', 'web-test-runner', 'wtr'], watches: (args) => args.has('--watch', '--manual', '-w') },
  { programs: ['karma'], watches: (args) => !args.has('--single-run') },
  {
    programs: ['vitest'],
    watches: (args) =>
      (watches(args) && !args.words.includes('--watch=false')) ||
      args.has('--ui') ||
      args.words.includes('dev'),
    config: /^(?:vitest|vite)\.config\.\w+$/,
    coverage: {
      flags: ['--coverage', '--coverage.enabled'],
      folder: ['--coverage.reportsDirectory'],
      key: 'reportsDirectory',
    },
    updates: ['-u', '--update'],
    only: ({ words }) => !['bench', 'list', 'related', 'init'].includes(words[0] ?? ''),
  },
  {
    programs: ['jest'],
    watches: (args) => watches(args) && !args.words.includes('--watchAll=false'),
    config: /^jest\.config\.\w+$/,
    coverage: {
      flags: ['--coverage', '--collectCoverage', '--collect-coverage'],
      folder: ['--coverageDirectory'],
      key: 'coverageDirectory',
      always: /collectCoverage["']?\s*:\s*true/,
    },
    updates: ['-u', '--updateSnapshot', '--ci=false'],
  },
  {
    programs: ['react-scripts'],
    watches: () => false,
    only: ({ words }) => words[0] === 'test' && words.includes('--watchAll=false'),
  },
  {
    programs: ['mocha', 'ava', 'tap', 'tape', 'uvu', 'jasmine', 'borp', 'japa', 'zora', 'bats'],
    watches,
    updates: ['-u', '--update-snapshots'],
  },
  {
    programs: ['node', 'tsx'],
    watches: (args) => args.has('--watch'),
    only: (args) => args.has('--test'),
    updates: ['--test-update-snapshots'],
  },
  {
    programs: ['bun', 'deno'],
    watches,
    only: ({ words }) => words[0] === 'test',
    updates: ['-u', '--update-snapshots'],
  },
];

export const testRunners: Tool[] = RUNNERS.map((runner) => ({
  programs: runner.programs,
  judge({ args }, place) {
    if (runner.only?.(args) === false) return undefined;
    if (runner.watches?.(args)) return NEVER_ENDS;
    if (args.has(...(runner.updates ?? [])))
      return { kind: 'off', why: 'it changes snapshots', isFixer: true };
    const writes = coverageOf(runner, args, place);
    return task({
      role: 'check',
      reads: [{ all: place.package.folder }, ...namedOutputs(args, place)],
      writes,
      followsImports: true,
    });
  },
}));

/** Undefined where it cannot be told. */
function coverageOf({ coverage, config }: Runner, args: Args, place: Place): string[] | undefined {
  const code = config === undefined ? undefined : configCode(place, config);
  if (coverage === undefined) return [];
  const isOn = args.has(...coverage.flags) || coverage.always?.test(code ?? '') === true;
  if (!isOn || args.words.includes('--coverage=false')) return [];
  const said = args.value(...coverage.folder) ?? onlyText(code ?? '', coverage.key ?? '') ?? 'coverage';
  const folder = outputFolder(place, said.replace('<rootDir>', '.'));
  return folder === undefined ? undefined : [folder];
}

const WITH_VALUE = wordList(`
  --coverageDirectory --coverage.reportsDirectory --reporter -R --config -c --require -r --import --outputFile
  --root --dir --project --spec
`);

/** Folders among the words of a command: `node --test dist/test` reads what was built. */
const namedOutputs = (args: Args, { repository, package: { folder } }: Place): string[] =>
  args.plain(...WITH_VALUE).flatMap((word) => {
    const [first = ''] = word.replace(/^\.\//, '').split('/');
    const path = inFolder(folder, first);
    const isOutput = path !== undefined && (repository.ignored.hasName(first) || !repository.has(path));
    return isOutput && /^[\w.-]+$/.test(first) && word.includes('/') ? [`${literalPattern(path)}/**`] : [];
  });

/** Tests in a browser, and what serves the pages to it. */
export const browserTests: Tool[] = [
  {
    programs: ['playwright'],
    judge({ args }, place) {
      if (args.words[0] !== 'test') return undefined;
      if (args.has('--ui', '--debug', '--headed')) return { kind: 'off', why: 'it waits for a person' };
      if (args.has('-u', '--update-snapshots'))
        return { kind: 'off', why: 'it changes snapshots', isFixer: true };
      const code = configCode(place, /^playwright\.config\.\w+$/) ?? '';
      const results = onlyText(code, 'outputDir');
      const report = onlyText(code, 'outputFolder');
      if (results === null || report === null)
        return task({ role: 'check', ...BROWSER_READS(place), writes: undefined });
      const folders = [
        results ?? 'test-results',
        ...(/html/.test(`${code}${args.value('--reporter') ?? ''}`) ? [report ?? 'playwright-report'] : []),
      ];
      const files = [...code.matchAll(/outputFile\s*:\s*(["'])([^"'\n]+)\1/g)].flatMap(
        ([, , file = '']) => inFolder(place.package.folder, file) ?? [],
      );
      const writes = folders.flatMap((each) => outputFolder(place, each) ?? []);
      return task({
        role: 'check',
        ...BROWSER_READS(place),
        writes: [...writes, ...files.map(literalPattern)],
      });
    },
  },
  {
    programs: ['cypress'],
    judge({ args }, place) {
      if (args.words[0] === 'open') return { kind: 'off', why: 'it waits for a person' };
      if (args.words[0] !== 'run') return undefined;
      const folder = (name: string): string => `${below(place.package.folder, `cypress/${name}`)}/**`;
      return task({
        role: 'check',
        ...BROWSER_READS(place),
        writes: [folder('screenshots'), folder('videos'), folder('downloads')],
      });
    },
  },
];

const BROWSER_READS = (place: Place) => ({
  reads: [{ all: place.package.folder }],
  followsImports: true,
});
