// tsc, and compilers that take the same config.

import { anyMatcher, literalPattern, staticPrefix } from '../../plan/patterns/index.ts';
import { importedFrom } from '../read/imports.ts';
import { below, folderOf, inFolder, isWithin, nameOf } from '../read/repository.ts';
import { readTsConfig, type TsConfig } from '../read/tsconfig.ts';
import { unique, wordList } from '../read/values.ts';
import { manifestOf, NEVER_ENDS, type Place, type Read, type Tool, task, topOf } from './tool.ts';

export const typescript: Tool = {
  programs: ['tsc', 'vue-tsc', 'tsgo', 'ttsc', 'tspc'],
  judge({ args }, place) {
    if (args.has('-w', '--watch')) return NEVER_ENDS;
    if (args.has('--init', '--showConfig', '-v', '--version', '-h', '--help')) return undefined;
    const isBuild = args.has('-b', '--build');
    const given = isBuild ? args.plain() : [args.value('-p', '--project') ?? '.'];
    const starts = (given.length > 0 ? given : ['.']).map((each) => inFolder(place.package.folder, each));
    const configs: TsConfig[] = [];
    for (const start of starts) {
      const config = start === undefined ? undefined : readTsConfig(place.repository, start);
      if (config === undefined) return undefined;
      configs.push(config);
    }
    // Files instead of a project.
    if (!isBuild && args.value('-p', '--project') === undefined && args.plain(...WITH_VALUE).length > 0)
      return undefined;
    const projects = withReferences(place, configs);
    if (projects === undefined) return undefined;
    const made = isBuild ? projects : configs;
    const flags = {
      noEmit: args.has('--noEmit') && args.value('--noEmit') !== 'false',
      outDir: args.value('--outDir'),
      declarationDir: args.value('--declarationDir'),
      isIncremental: args.has('--incremental', '--composite'),
    };
    const writes = made.map((config) => writesOf(place, config, flags));
    const known = writes.every((each) => each !== undefined) ? unique(writes.flat()) : undefined;
    const emits = known === undefined || known.length > 0;
    return task({
      role: emits ? 'build' : 'check',
      reads: [
        ...unique(configs.flatMap((config) => readsOf(place, config))),
        ...projects.filter((each) => !configs.includes(each)).flatMap((each) => readsOf(place, each)),
        // Without -b only what other projects have made of themselves is looked at.
        ...(isBuild
          ? []
          : projects.flatMap((each) => (configs.includes(each) ? [] : (writesOf(place, each, {}) ?? [])))),
        ...manifestOf(place),
      ],
      writes: known,
      followsImports: true,
    });
  },
};

const WITH_VALUE = wordList(`
  -p --project --outDir --outFile --rootDir --declarationDir --target -t --module -m --moduleResolution --jsx
  --lib --types --tsBuildInfoFile --locale --noEmit --declaration -d --sourceMap --pretty --strict
  --skipLibCheck --incremental
`);

/** Each once; undefined where one cannot be read. */
function withReferences({ repository }: Place, configs: readonly TsConfig[]): TsConfig[] | undefined {
  const found = new Map(configs.map((each) => [each.path, each]));
  for (const { references } of found.values()) {
    for (const path of references) {
      if (found.has(path)) continue;
      const config = readTsConfig(repository, path);
      if (config === undefined) return undefined;
      found.set(path, config);
    }
  }
  return [...found.values()];
}

/** What a project takes in, with all that its files import from elsewhere, and its configs. */
export function readsOf(place: Place, config: TsConfig): Read[] {
  const { repository } = place;
  const { include, options, alsoIn } = config;
  const folder = folderOf(config.path);
  const configs = config.files.map(literalPattern);
  // One that only names others takes in nothing.
  if (include?.length === 0 && config.references.length > 0) return configs;
  const own = (include ?? [folder]).flatMap((each): Read[] => {
    if (each === folder || each === below(folder, '**/*') || each === below(folder, '**'))
      return [{ all: folder, extensions: extensionsOf(options) }];
    if (repository.isFolder(each)) return [`${literalPattern(each)}/**`];
    if (repository.has(each)) return [literalPattern(each)];
    // A folder that somebody may yet make.
    return [
      /[*?]/.test(each) ? each.replace(/\/\*\*\/\*$/, '/**') : /\.\w+$/.test(each) ? each : `${each}/**`,
    ];
  });
  const covers = anyMatcher(own.map((each) => [typeof each === 'string' ? each : below(each.all, '**')]));
  const folders = unique(
    own.map((each) => (typeof each === 'string' ? folderIn(place, staticPrefix(each)) : each.all)),
  );
  const started = unique(folders.flatMap((each) => [...repository.files(each)])).filter(covers);
  const others = [
    ...importedFrom(repository, started),
    ...alsoIn.filter((each) => repository.has(each)),
  ].filter((path) => !covers(path) && !covers(below(path, 'a')));
  const also = others.map((path) =>
    repository.isFolder(path) ? `${literalPattern(path)}/**` : topOf(place, path),
  );
  return unique([...own, ...also, ...configs]);
}

/** The folder itself, or that of a file. */
const folderIn = ({ repository }: Place, path: string): string =>
  repository.isFolder(path) ? path : folderOf(path);

const extensionsOf = ({ allowJs, resolveJsonModule }: TsConfig['options']): string =>
  [
    'ts',
    'tsx',
    'mts',
    'cts',
    ...(allowJs ? ['js', 'jsx', 'mjs', 'cjs'] : []),
    ...(resolveJsonModule ? ['json'] : []),
  ].join();

interface Flags {
  noEmit?: boolean;
  outDir?: string | undefined;
  declarationDir?: string | undefined;
  isIncremental?: boolean;
}

/** Undefined where it writes beside its sources, of which nobody can tell which are made. */
function writesOf(place: Place, config: TsConfig, flags: Flags): string[] | undefined {
  const { options, include, references } = config;
  if (include?.length === 0 && references.length > 0) return [];
  const own = (written: string | undefined): string | undefined =>
    written === undefined ? undefined : inFolder(place.package.folder, written);
  const outDir = own(flags.outDir) ?? options.outDir;
  const declarationDir = own(flags.declarationDir) ?? options.declarationDir;
  const noEmit = flags.noEmit || options.noEmit;
  const made: string[] = [];
  if (!noEmit) {
    if (options.outFile !== undefined) made.push(`${literalPattern(options.outFile.replace(/\.js$/, ''))}.*`);
    else if (outDir === undefined || isWithin(folderOf(config.path), outDir)) return undefined;
    else made.push(`${literalPattern(outDir)}/**`);
    if (declarationDir !== undefined && (outDir === undefined || !isWithin(declarationDir, outDir)))
      made.push(`${literalPattern(declarationDir)}/**`);
  }
  if (flags.isIncremental || options.isIncremental || options.tsBuildInfoFile !== undefined) {
    const info =
      options.tsBuildInfoFile ??
      below(folderOf(config.path), nameOf(config.path).replace(/\.json$/, '.tsbuildinfo'));
    // What it knows must go with what it has made, or it would think that all is there. Where nothing is made it is nobody's business.
    const isUnseen = noEmit && (info.split('/').includes('node_modules') || isIgnored(place, info));
    if (!isUnseen && !(outDir !== undefined && isWithin(info, outDir))) made.push(literalPattern(info));
  }
  return made;
}

const isIgnored = ({ repository: { ignored } }: Place, path: string): boolean =>
  ignored.hasName(nameOf(path)) || ignored.endings.some((ending) => path.endsWith(ending.slice(1)));
