// Files that no task declares, though it opens them: what is installed, and what tools keep to be faster the next time.

import type { LeftOutBecause } from '../model/learned.ts';

const OWN = ['.git', '.ptask'];

const PACKAGES = [
  'node_modules',
  'bower_components',
  '.yarn',
  '.pnpm-store',
  '.venv',
  'venv',
  'site-packages',
];

const CACHES = [
  ...['.cache', '.turbo', '.nx', '.parcel-cache', '.vite', '.vitest', '.swc', '.angular', '.rollup.cache'],
  ...['__pycache__', '.pytest_cache', '.mypy_cache', '.ruff_cache', '.tox', '.nox', '.hypothesis'],
  ...['.gradle', '.ccache', '.clangd', '.terraform', '.dart_tool', '.eslintcache', '.stylelintcache'],
];

const CACHE_FILE = /(?:\.tsbuildinfo|\.py[co]|\.swp|~)$/;

const named = (names: readonly string[]): RegExp =>
  new RegExp(`(?:^|/)(?:${names.map((name) => name.replaceAll('.', '\\.')).join('|')})(?:/|$)`);

const KINDS: readonly (readonly [LeftOutBecause, RegExp])[] = [
  ['own', named(OWN)],
  ['packages', named(PACKAGES)],
  ['caches', named(CACHES)],
  ['caches', /(?:^|\/)\.next\/cache(?:\/|$)/],
  ['caches', CACHE_FILE],
];

/** @param isThere of a path beside it: Cargo keeps its results in a folder whose name others use for theirs */
export function noiseOf(path: string, isThere: (path: string) => boolean): LeftOutBecause | undefined {
  const found = KINDS.find(([, names]) => names.test(path))?.[0];
  if (found !== undefined) return found;
  const [, above] = /^(.*?)(?:^|(?<=\/))target\//.exec(path) ?? [];
  return above !== undefined && isThere(`${above}Cargo.toml`) ? 'caches' : undefined;
}

/** Names of folders that are noise wherever they lie. */
export const NOISE_FOLDERS: readonly string[] = [...PACKAGES, ...CACHES];
