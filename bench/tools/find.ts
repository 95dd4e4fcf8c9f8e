// Where tools are: in the PATH, or among the peers, which `bench/peers/package.json` pins.

import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Graph } from '../graphs/graph.ts';

export const peers = fileURLToPath(new URL('../peers', import.meta.url));
export const installed = join(peers, 'node_modules');

export function inPath(name: string): string[] | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return [file];
    } catch {}
  }
  return undefined;
}

/**
 * A file of an installed peer; `{os}` and `{cpu}` are those of this machine. A tool that is a binary of its own is
 * started without the script that npm puts before it, which costs another Node: other ways of installing it have none.
 */
export function fromPeers(path: string, by?: 'node'): string[] | undefined {
  const file = join(installed, path.replace('{os}', process.platform).replace('{cpu}', process.arch));
  if (!existsSync(file)) return undefined;
  return by === 'node' ? [process.execPath, file] : [file];
}

const { dependencies } = JSON.parse(readFileSync(join(peers, 'package.json'), 'utf8')) as {
  dependencies: { pnpm: string };
};

export const PNPM = '@pnpm/exe.{os}-{cpu}/pnpm';

/** As package.json names it. Whatever runs scripts does so by pnpm: of all package managers it starts soonest. */
export const packageManager = `pnpm@${dependencies.pnpm}`;

/** The tasks as scripts of package.json. */
export const scripts = ({ tasks }: Graph): Record<string, string> =>
  Object.fromEntries(Object.entries(tasks).map(([id, { run }]) => [id, run]));

/** Folders with the programs that tools start in turn: pnpm as it is, without the script before it. */
export const binaries = (): string[] => (fromPeers(PNPM) ?? []).map((file) => dirname(file));
