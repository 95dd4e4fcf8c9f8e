// What makes of sources what is shipped. Its entries say which sources, its config where the result goes.

import { anyMatcher, literalPattern } from '../../plan/patterns/index.ts';
import { importedFrom } from '../read/imports.ts';
import { literalsOf, onlyText } from '../read/literals.ts';
import { below, inFolder } from '../read/repository.ts';
import { unique } from '../read/values.ts';
import { BUNDLERS, type Bundler } from './bundler-list.ts';
import {
  type Args,
  configCode,
  configFiles,
  type Facts,
  manifestOf,
  NEVER_ENDS,
  outputFolder,
  type Place,
  patternAt,
  type Read,
  type Tool,
  task,
  topOf,
  type Verdict,
} from './tool.ts';

const TSCONFIG = /^tsconfig.*\.json$/;

export const bundlers: Tool[] = BUNDLERS.map((bundler) => ({
  programs: bundler.programs,
  judge: ({ args }, place) => judge(bundler, args, place),
}));

function judge(bundler: Bundler, args: Args, place: Place): Verdict | undefined {
  const { builds, serves = [], config, env } = bundler;
  if (args.has('-w', '--watch', '--serve')) return NEVER_ENDS;
  const [command = ''] =
    builds === undefined && serves.length === 0 ? [] : args.plain('-c', '--config', '--mode', '-m');
  if (serves.includes(command)) return NEVER_ENDS;
  if (builds !== undefined && !builds.includes(command)) return undefined;
  const code = config === undefined ? undefined : configCode(place, config);
  const reads = readsOf(bundler, args, code, place);
  const writes = writesOf(bundler, args, code, place);
  return task({
    role: 'build',
    reads,
    writes,
    ...(env !== undefined && { env }),
    followsImports: true,
  } satisfies Facts);
}

/** Undefined where only running the config could tell. */
function writesOf(bundler: Bundler, args: Args, code = '', place: Place): string[] | undefined {
  const { flags = [], key, output, programs } = bundler;
  const flag = args.value(...flags);
  const said = flag === undefined ? saidIn(code, key) : [flag];
  // A root elsewhere moves all paths.
  if (said === undefined || (programs.includes('vite') && onlyText(code, 'root') !== undefined))
    return undefined;
  if (said.length === 0 && programs.includes('vite') && isKit(place))
    return folders(['.svelte-kit', 'build'], place);
  const names = said.length > 0 ? said : output;
  if (names === undefined) return undefined;
  // Where it is told, it is one folder; what else it leaves beside that stays as it is.
  const made = said.length > 0 && output !== undefined ? [...names, ...output.slice(1)] : names;
  return folders(made, place, bundler.makesFiles);
}

function saidIn(code: string, key: string | undefined): string[] | undefined {
  if (key === undefined) return [];
  const texts: string[] = [];
  for (const found of literalsOf(code, key)) {
    if (found.kind === 'other') return undefined;
    texts.push(...found.texts);
  }
  return unique(texts);
}

const isKit = ({ package: { dependencies } }: Place): boolean => dependencies.has('@sveltejs/kit');

function folders(names: readonly string[], place: Place, makesFiles = false): string[] | undefined {
  const found = names.map((name) => {
    if (name.startsWith('!')) return `!${outputFolder(place, name.slice(1))}`;
    const path = inFolder(place.package.folder, name);
    if (makesFiles && path !== undefined && /\.\w+$/.test(path))
      return `${literalPattern(path.replace(/\.\w+$/, ''))}.*`;
    // A file is one of several: maps, declarations.
    if (path !== undefined && /\.\w+$/.test(name) && !name.startsWith('.')) {
      const parent = path.slice(0, path.lastIndexOf('/'));
      return path.includes('/') && parent !== place.package.folder
        ? `${literalPattern(parent)}/**`
        : `${literalPattern(path)}*`;
    }
    return outputFolder(place, name);
  });
  return found.includes(undefined) ? undefined : unique(found.filter((each) => each !== undefined));
}

function readsOf(bundler: Bundler, args: Args, code = '', place: Place): Read[] {
  const { entries, config, flags = [] } = bundler;
  const all: Read[] = [{ all: place.package.folder }];
  if (entries === undefined) return all;
  const words = entries.words
    ? args.plain(...flags, '--format', '--target', '--platform', '--config', '--minify', '--external')
    : [];
  const said = entries.key === undefined ? [] : saidIn(code, entries.key);
  if (said === undefined) return all;
  const named = [...words, ...said, ...textsOfEntries(place)];
  const starts = (named.length > 0 ? named : entries.otherwise).map((each) => patternAt(place, each));
  const { folder } = place.package;
  const tops = starts.map((each) =>
    typeof each === 'string' && !each.startsWith('!') ? topOf(place, plainStart(each)) : each,
  );
  if (tops.length === 0 || tops.some((each) => typeof each !== 'string')) return all;
  const known = unique(tops.filter((each) => typeof each === 'string'));
  const covers = anyMatcher(known.map((each) => [each]));
  const others = importedFrom(place.repository, [...place.repository.files(folder)].filter(covers)).filter(
    (path) => !covers(path),
  );
  return unique([
    ...known,
    ...others.map((path) => topOf(place, path)),
    ...(config === undefined ? [] : configFiles(place, config)),
    ...configFiles(place, TSCONFIG),
    ...manifestOf(place),
  ]);
}

/** `tsup` in package.json. */
function textsOfEntries({ package: { manifest } }: Place): string[] {
  const { entry } = (manifest.tsup ?? {}) as { entry?: unknown };
  const found = typeof entry === 'object' && entry !== null ? Object.values(entry) : [entry];
  return found.filter((each) => typeof each === 'string');
}

/** A pattern up to its first sign: what is in that folder. */
const plainStart = (pattern: string): string => {
  const at = pattern.search(/[*?{[]/);
  return at < 0 ? pattern : below(pattern.slice(0, Math.max(0, pattern.lastIndexOf('/', at))), 'x');
};
