// The packages of a repository, and who depends on whom.

import { matcher } from '../../plan/patterns/index.ts';
import { below, inFolder, nameOf, type Repository } from './repository.ts';
import { type Fields, fieldsOf, isObject, textOf, textsOf, unique } from './values.ts';

export type Manager = 'npm' | 'pnpm' | 'yarn' | 'bun';

export interface Package {
  name: string;
  /** '' is the root. */
  folder: string;
  manifest: Fields;
  scripts: ReadonlyMap<string, string>;
  /** Names of packages, whether of this repository or not. */
  dependencies: ReadonlySet<string>;
}

export interface Workspace {
  manager: Manager;
  /** The root's first, if it has a package.json, then the others by folder. */
  packages: readonly Package[];
  /** The packages of the repository that a package stands on, nearest first, itself not counted. */
  standsOn(one: Package): readonly Package[];
  /** Only those that it names itself. */
  namesItself(one: Package): readonly Package[];
  /** How the tasks of a package are told from those of others; '' at the root. */
  prefixOf(one: Package): string;
}

export function readWorkspace(repository: Repository): Workspace {
  const root = packageAt(repository, '');
  const patterns = [...workspacesOf(root), ...pnpmPackages(repository)];
  const folders =
    patterns.length > 0 ? repository.foldersWith('package.json').filter((each) => each !== '') : [];
  const isMember = matcher(patterns.map((each) => each.replace(/^(!?)\.\//, '$1').replace(/\/$/, '')));
  const members = folders.filter(isMember).flatMap((folder) => packageAt(repository, folder) ?? []);
  const packages = [...(root === undefined ? [] : [root]), ...members.filter(({ folder }) => folder !== '')];
  const byName = new Map(packages.map((each) => [each.name, each]));
  const namesItself = ({ dependencies, folder }: Package): Package[] =>
    [...dependencies].flatMap((name) => byName.get(name) ?? []).filter((other) => other.folder !== folder);
  const prefixes = prefixesOf(packages);
  return {
    manager: managerOf(repository, root),
    packages,
    namesItself,
    standsOn(one) {
      const found = new Set([one]);
      for (const each of found) for (const other of namesItself(each)) found.add(other);
      found.delete(one);
      return [...found];
    },
    prefixOf: ({ folder }) => prefixes.get(folder) ?? '',
  };
}

function packageAt(repository: Repository, folder: string): Package | undefined {
  const manifest = repository.json(below(folder, 'package.json'));
  if (!isObject(manifest)) return undefined;
  const scripts = Object.entries(fieldsOf(manifest.scripts)).flatMap(([name, line]): [string, string][] =>
    typeof line === 'string' && line.trim() !== '' ? [[name, line]] : [],
  );
  const kinds = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];
  return {
    ...{ name: textOf(manifest.name) ?? (nameOf(folder) || 'root'), folder, manifest },
    scripts: new Map(scripts),
    dependencies: new Set(kinds.flatMap((kind) => Object.keys(fieldsOf(manifest[kind])))),
  };
}

/** `workspaces` of package.json: a list, or an object with one. */
function workspacesOf(root: Package | undefined): string[] {
  const written = root?.manifest.workspaces;
  return textsOf(isObject(written) ? written.packages : written);
}

const pnpmPackages = (repository: Repository): string[] =>
  textsOf(fieldsOf(repository.yaml('pnpm-workspace.yaml')).packages);

const LOCK_FILES: [file: string, manager: Manager][] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['pnpm-workspace.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
];

function managerOf(repository: Repository, root: Package | undefined): Manager {
  const [named] = (textOf(root?.manifest.packageManager) ?? '').split('@');
  const known = (['npm', 'pnpm', 'yarn', 'bun'] as const).find((each) => each === named);
  return known ?? LOCK_FILES.find(([file]) => repository.has(file))?.[1] ?? 'npm';
}

/** The name without its scope, where that is enough to tell packages apart, else the folder. */
function prefixesOf(packages: readonly Package[]): Map<string, string> {
  const short = ({ name }: Package): string => name.replace(/^@[^/]*\//, '');
  const all = packages.filter(({ folder }) => folder !== '').map(short);
  const twice = new Set(all.filter((name, at) => all.indexOf(name) !== at));
  return new Map(
    packages.map((each) => {
      const { folder } = each;
      return [
        folder,
        folder === '' ? '' : twice.has(short(each)) ? folder.replaceAll('/', '-') : short(each),
      ];
    }),
  );
}

/** How a person would run a script in its package. */
export function scriptCommand(manager: Manager, script: string): string {
  const name = /^[\w:./@-]+$/.test(script) ? script : `'${script.replaceAll("'", "'\\''")}'`;
  return script === 'test' && manager !== 'bun' ? `${manager} test` : `${manager} run ${name}`;
}

export const isInstalled = (packages: readonly (Package | undefined)[], names: readonly string[]): boolean =>
  names.some((name) => packages.some((each) => each?.dependencies.has(name)));

/** The files that an entry of package.json leads to, all conditions counted: `main`, `exports`, `types`. */
export function entryFiles({ manifest }: Package): string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === 'string') found.push(value);
    else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) walk(each);
  };
  for (const key of ['main', 'module', 'types', 'typings', 'exports', 'bin', 'browser']) walk(manifest[key]);
  return unique(found.flatMap((each) => inFolder('', each) ?? []));
}
