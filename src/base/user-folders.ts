// The folders in which programs keep what is this user's: they differ between operating systems.

import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { orElse } from './error-code.ts';

type Environment = Record<string, string | undefined>;

/** For what is to outlive the program; undefined for a user without a home. */
export const userStateFolder = (env: Environment = process.env): string | undefined =>
  userFolder(env, 'XDG_STATE_HOME', { mac: 'Library/Application Support', other: '.local/state' });

/** For what can be made again. */
export const userCacheFolder = (env: Environment = process.env): string | undefined =>
  userFolder(env, 'XDG_CACHE_HOME', { mac: 'Library/Caches', other: '.cache' });

function userFolder(
  env: Environment,
  variable: string,
  below: { mac: string; other: string },
): string | undefined {
  const { [variable]: named = '', LOCALAPPDATA = '' } = env;
  if (isAbsolute(named)) return named;
  if (process.platform === 'win32') return isAbsolute(LOCALAPPDATA) ? LOCALAPPDATA : undefined;
  const home = orElse(homedir, '');
  return isAbsolute(home) ? join(home, process.platform === 'darwin' ? below.mac : below.other) : undefined;
}
