// A tsconfig.json with all that it extends: which files it takes in and what it makes.

import { below, folderOf, inFolder, nameOf, type Repository } from './repository.ts';
import { type Fields, fieldsOf, isObject, textOf, textsOf } from './values.ts';

export interface TsConfig {
  /** The file itself. */
  path: string;
  /** This and all that it extends, as far as they lie in the repository. */
  files: string[];
  /** Options whose values are paths are relative to the root; one that leads out of it is undefined. */
  options: {
    noEmit: boolean;
    allowJs: boolean;
    resolveJsonModule: boolean;
    /** It keeps what it knows for the next time. */
    isIncremental: boolean;
    outDir?: string | undefined;
    declarationDir?: string | undefined;
    outFile?: string | undefined;
    tsBuildInfoFile?: string | undefined;
  };
  /** Relative to the root; undefined where it takes in all that is in its folder. */
  include: string[] | undefined;
  /** Folders that `paths` and `typeRoots` lead to. */
  alsoIn: string[];
  /** The configs of the projects that it names. */
  references: string[];
}

/** @param given a file, or a folder with a tsconfig.json */
export function readTsConfig(repository: Repository, given: string): TsConfig | undefined {
  const path = repository.isFolder(given) ? below(given, 'tsconfig.json') : given;
  const chain = chainOf(repository, path, new Set());
  if (chain.length === 0) return undefined;
  const option = (key: string): unknown =>
    chain.find(({ options }) => options[key] !== undefined)?.options[key];
  const pathOption = (key: string): string | undefined => {
    const owner = chain.find(({ options }) => typeof options[key] === 'string');
    return owner && resolveIn(owner.folder, folderOf(path), textOf(owner.options[key]) ?? '');
  };
  const lists = (key: 'include' | 'files'): string[] | undefined => {
    const owner = chain.find(({ fields }) => Array.isArray(fields[key]));
    return (
      owner &&
      textsOf(owner.fields[key]).flatMap((each) => resolveIn(owner.folder, folderOf(path), each) ?? [])
    );
  };
  const include = lists('include');
  const files = lists('files');
  return {
    path,
    files: chain.map((each) => each.path),
    options: {
      noEmit: option('noEmit') === true,
      allowJs: option('allowJs') === true || option('checkJs') === true,
      resolveJsonModule:
        option('resolveJsonModule') === true || /node|bundler/i.test(String(option('module'))),
      isIncremental: option('incremental') === true || option('composite') === true,
      outDir: pathOption('outDir'),
      declarationDir: pathOption('declarationDir'),
      outFile: pathOption('outFile'),
      tsBuildInfoFile: pathOption('tsBuildInfoFile'),
    },
    include:
      include === undefined && files === undefined ? undefined : [...(files ?? []), ...(include ?? [])],
    alsoIn: chain.flatMap(({ options, folder }) => {
      const base = inFolder(folder, textOf(options.baseUrl) ?? '.') ?? folder;
      const targets = Object.values(fieldsOf(options.paths)).flatMap(textsOf);
      return [...targets, ...textsOf(options.typeRoots)]
        .filter((each) => !each.includes('node_modules'))
        .flatMap((each) => resolveIn(base, folderOf(path), each.replace(/\/?\*.*$/, '')) ?? []);
    }),
    references: (Array.isArray(chain[0]?.fields.references) ? chain[0].fields.references : [])
      .flatMap((each) => (isObject(each) ? textsOf(each.path) : []))
      .flatMap((each) => inFolder(folderOf(path), each) ?? [])
      .map((each) => (repository.isFolder(each) ? below(each, 'tsconfig.json') : each)),
  };
}

/** The folder of the config that is extended, in one that others extend. */
const CONFIG_DIR = /^\$\{configDir\}/;

const resolveIn = (folder: string, configDir: string, written: string): string | undefined =>
  CONFIG_DIR.test(written)
    ? inFolder(configDir, written.replace(CONFIG_DIR, '.'))
    : inFolder(folder, written);

interface Link {
  path: string;
  folder: string;
  fields: Fields;
  options: Fields;
}

/** The config and what it extends, nearest first. Of several that it extends the last one counts first. */
function chainOf(repository: Repository, path: string, seen: Set<string>): Link[] {
  if (seen.has(path)) return [];
  seen.add(path);
  const fields = repository.json(path);
  if (!isObject(fields)) return [];
  const folder = folderOf(path);
  const above = textsOf(fields.extends)
    .reverse()
    .flatMap((each) => {
      const found = extended(repository, folder, each);
      return found === undefined ? [] : chainOf(repository, found, seen);
    });
  return [{ path, folder, fields, options: fieldsOf(fields.compilerOptions) }, ...above];
}

/** What packages bring counts as installed; of the repository's own packages the file is found by way of the link. */
function extended(repository: Repository, folder: string, written: string): string | undefined {
  if (!/^\.{0,2}\//.test(written)) return undefined;
  const path = inFolder(folder, written);
  if (path === undefined) return undefined;
  return [path, `${path}.json`, below(path, 'tsconfig.json')].find(
    (each) => repository.has(each) && !repository.isFolder(each) && nameOf(each) !== '',
  );
}
