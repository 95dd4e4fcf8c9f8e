/**
 * The environment that commands under test get: built up from nothing, so that neither the developer's
 * settings nor CI's (CI, GITHUB_*, NO_COLOR, FORCE_COLOR, npm_*, GIT_*, NODE_OPTIONS) decide a test.
 */
import { delimiter, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDir } from './tmp.ts';

/** Undefined takes a variable away. */
export type Env = Record<string, string | undefined>;

/** The checkout these tests belong to. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** The identity and the moment of every commit in tests, so that equal content gives equal hashes. */
export const gitEnv = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_AUTHOR_DATE: '2024-01-02T03:04:05Z',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_COMMITTER_DATE: '2024-01-02T03:04:05Z',
} as const;

/**
 * What a test process itself gets from the runner, for tests that call the code directly: the machine's
 * environment without what would decide a test. CI stays, since it forbids `test.only`.
 */
export function testProcessEnv(): Record<string, string | undefined> {
  const decides = /^(GIT_|GITHUB_|npm_|NO_COLOR$|FORCE_COLOR$|NODE_OPTIONS$|XDG_)/;
  const kept = Object.entries(process.env).filter(([name]) => !decides.test(name));
  return { ...Object.fromEntries(kept), ...gitEnv };
}

let home: string | undefined;

/**
 * PATH without the folders npm adds, an empty HOME of the test file's own, TMPDIR, a UTF-8 locale, a plain
 * terminal and git's identity; then `extra` on top.
 */
export function hermeticEnv(extra: Env = {}): Record<string, string> {
  home ??= tempDir('home-');
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => !entry.endsWith(`node_modules${sep}.bin`) && !entry.endsWith('node-gyp-bin'))
    .join(delimiter);
  const env: Env = {
    PATH: path,
    HOME: home,
    // The runner finds what a test left running by this very value.
    TMPDIR: process.env.TMPDIR,
    LANG: 'C.UTF-8',
    SHELL: '/bin/sh',
    TERM: 'xterm',
    TZ: 'UTC',
    ...gitEnv,
    ...extra,
  };
  return Object.fromEntries(
    Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
