// What one file for each kind of tool says of a command line: what it does, and which files it reads and writes.

import { literalPattern } from '../../plan/patterns/index.ts';
import type { Repository } from '../read/repository.ts';
import { below, folderOf, inFolder, upwards } from '../read/repository.ts';
import type { Package, Workspace } from '../read/workspace.ts';

/** All that is in a folder but what is installed and what builds leave; with `extensions` only files of these. */
export interface AllIn {
  all: string;
  extensions?: string;
}

export type Read = string | AllIn;

/** What a task is for; what generates comes before what builds, and that before what checks. */
export type Role = 'generate' | 'build' | 'check';

/** Globs are relative to the root. */
export interface Facts {
  role: Role;
  /** Undefined where it is not known. */
  reads: Read[] | undefined;
  writes: string[] | undefined;
  /** Variables on which the result depends. */
  env?: string[];
  /** It goes on from what it has made before. */
  keepsOutputs?: boolean;
  /** It looks into the packages that its own imports. */
  followsImports?: boolean;
  /** The command that tells the version of what does it, where that is not installed in the repository. */
  version?: string;
  /** Others of the package cannot do without what it makes, wherever it lies. */
  isNeededByAll?: boolean;
}

export type Verdict =
  | { kind: 'task'; facts: Facts }
  /** Why it is no task of a run of all, a clause: `it never ends`. */
  | { kind: 'off'; why: string; isFixer?: boolean; fixes?: Fixes };

/** What one reads that changes files where they are, and which it changes. */
export interface Fixes {
  reads: readonly Read[];
  files: readonly Read[];
}

export interface Invocation {
  program: string;
  args: Args;
  text: string;
  env: Readonly<Record<string, string>>;
}

export interface Place {
  repository: Repository;
  workspace: Workspace;
  package: Package;
}

export interface Tool {
  programs: readonly string[];
  /** Undefined where it cannot be said. */
  judge(invocation: Invocation, place: Place): Verdict | undefined;
}

export const task = (facts: Facts): Verdict => ({ kind: 'task', facts });
export const NEVER_ENDS: Verdict = { kind: 'off', why: 'it never ends' };
/** @param fixes undefined where it is not known */
export const fixer = (fixes?: Fixes): Verdict => ({
  kind: 'off',
  why: 'it changes your sources',
  isFixer: true,
  ...(fixes !== undefined && { fixes }),
});

/** Words after the name of a program. */
export class Args {
  readonly words: readonly string[];

  constructor(words: readonly string[]) {
    this.words = words;
  }

  has(...flags: string[]): boolean {
    return this.words.some((word) => flags.some((flag) => word === flag || word.startsWith(`${flag}=`)));
  }

  /** What follows a flag, or its `=`. */
  value(...flags: string[]): string | undefined {
    for (const [at, word] of this.words.entries()) {
      const [name, value] = word.startsWith('-') ? word.split(/=(.*)/s) : [];
      if (name === undefined || !flags.includes(name)) continue;
      return value ?? this.words[at + 1];
    }
    return undefined;
  }

  /** The words that are neither flags nor the values of these. */
  plain(...withValue: string[]): string[] {
    return this.words.filter(
      (word, at) => !word.startsWith('-') && !withValue.includes(this.words[at - 1] ?? ''),
    );
  }
}

/** Files of these names in the package's folder and those above, as far as they are there. */
export function configFiles({ repository, package: { folder } }: Place, names: RegExp): string[] {
  return upwards(folder).flatMap((each) =>
    repository
      .names(each)
      .filter((name) => !name.endsWith('/') && names.test(name))
      .map((name) => literalPattern(below(each, name))),
  );
}

/** The package's own package.json, which has the script; none where there is none. */
export function manifestOf({ repository, package: { folder } }: Place): string[] {
  const path = below(folder, 'package.json');
  return repository.has(path) ? [literalPattern(path)] : [];
}

/** The package.json in which a package manager that is started in the package's folder finds scripts. */
export function manifestOfScripts({ repository, package: { folder } }: Place): string[] {
  const paths = upwards(folder).map((each) => below(each, 'package.json'));
  return paths
    .filter((path) => repository.has(path))
    .slice(0, 1)
    .map(literalPattern);
}

/** A folder or file as somebody in the package writes it, as a glob; undefined where it leads out of the repository. */
export function patternAt({ repository, package: { folder } }: Place, written: string): Read | undefined {
  const isExclude = written.startsWith('!');
  const path = inFolder(folder, isExclude ? written.slice(1) : written);
  if (path === undefined) return undefined;
  if (isExclude) return `!${path}`;
  if (path === folder) return { all: folder };
  if (repository.isFolder(path)) return `${literalPattern(path)}/**`;
  return repository.has(path) ? literalPattern(path) : path;
}

/** All of a folder that a tool makes, as somebody in the package writes it. */
export function outputFolder(place: Place, written: string): string | undefined {
  const path = inFolder(place.package.folder, written);
  return path === undefined || path === place.package.folder ? undefined : `${literalPattern(path)}/**`;
}

/** The code of the tool's config, of the first such file in the package. */
export function configCode({ repository, package: { folder } }: Place, names: RegExp): string | undefined {
  const name = repository.names(folder).find((each) => names.test(each));
  return name === undefined ? undefined : repository.text(below(folder, name));
}

/** The folder of a path, or the file itself where it lies at the top of the package. */
export function topOf({ package: { folder } }: Place, path: string): string {
  const inside =
    folder === '' ? path : path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
  if (inside === undefined)
    return folderOf(path) === '' ? literalPattern(path) : `${literalPattern(folderOf(path))}/**`;
  const [first = '', ...rest] = inside.split('/');
  return rest.length === 0 ? literalPattern(path) : `${literalPattern(below(folder, first))}/**`;
}
