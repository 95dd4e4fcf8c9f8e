// Whether what is installed is what the lock file says: tasks that fail for want of a package are the most common failure there is.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { orElse } from '../../base/error-code.ts';
import { plural } from '../../present/format.ts';
import { type Finding, fine, problem, type Surroundings, warning } from './finding.ts';

interface Manager {
  lock: string;
  install: string;
  /** What stands against what is installed in the folder, a clause. */
  differs(folder: string): string | undefined;
}

const MANAGERS: readonly Manager[] = [
  { lock: 'package-lock.json', install: 'npm ci', differs: npmDiffers },
  { lock: 'pnpm-lock.yaml', install: 'pnpm install', differs: pnpmDiffers },
  { lock: 'yarn.lock', install: 'yarn install', differs: isMissing },
  { lock: 'bun.lock', install: 'bun install', differs: isMissing },
  { lock: 'bun.lockb', install: 'bun install', differs: isMissing },
];

/** Of the nearest folder with a lock file, up to the top of the repository. */
export function checkPackages({ root, repository }: Surroundings): Finding[] {
  const top = repository?.top ?? root;
  for (let folder = root; ; folder = dirname(folder)) {
    const manager = MANAGERS.find(({ lock }) => existsSync(join(folder, lock)));
    if (manager !== undefined) {
      const why = manager.differs(folder);
      if (why === undefined) return [fine(`installed as ${manager.lock} says`)];
      const tell = isMissing(folder) === undefined ? warning : problem;
      return [tell(why, manager.install)];
    }
    if (folder === top || folder === dirname(folder)) return [];
  }
}

function isMissing(folder: string): string | undefined {
  const isPlugged = ['.pnp.cjs', '.pnp.js'].some((name) => existsSync(join(folder, name)));
  return isPlugged || existsSync(join(folder, 'node_modules')) ? undefined : 'nothing is installed';
}

interface Locked {
  version?: string;
  optional?: boolean;
  devOptional?: boolean;
  peer?: boolean;
  link?: boolean;
}

/** npm keeps a lock file of what it has installed; what is optional may be left out of it. */
function npmDiffers(folder: string): string | undefined {
  const wanted = packagesIn(join(folder, 'package-lock.json'));
  if (isMissing(folder) !== undefined) return wanted.size === 0 ? undefined : isMissing(folder);
  const installed = packagesIn(join(folder, 'node_modules/.package-lock.json'));
  // An older npm, or another manager, has installed them.
  if (installed.size === 0) return undefined;
  const isOff = ([path, { version, optional, devOptional, peer }]: [string, Locked]): boolean => {
    const there = installed.get(path);
    return there === undefined ? !(optional || devOptional || peer) : there.version !== version;
  };
  const off = [...wanted].filter(([path]) => path.includes('node_modules/')).filter(isOff);
  return off.length === 0
    ? undefined
    : `${plural(off.length, 'package')} ${off.length === 1 ? 'is' : 'are'} not installed as package-lock.json says, e.g. ${off[0]?.[0].replace(/^.*node_modules\//, '')}`;
}

function packagesIn(file: string): Map<string, Locked> {
  const text = textOf(file) ?? '{}';
  const { packages = {} } = orElse((): { packages?: Record<string, Locked> } => JSON.parse(text), {
    packages: {},
  });
  return new Map(Object.entries(packages));
}

/** pnpm keeps a copy of the lock file that it has installed. */
function pnpmDiffers(folder: string): string | undefined {
  const missing = isMissing(folder);
  if (missing !== undefined) return missing;
  const installed = textOf(join(folder, 'node_modules/.pnpm/lock.yaml'));
  if (installed === undefined || installed === textOf(join(folder, 'pnpm-lock.yaml'))) return undefined;
  return 'what is installed is not what pnpm-lock.yaml says';
}

const textOf = (file: string): string | undefined => orElse(() => readFileSync(file, 'utf8'), undefined);
