// The one door to git: runs it without a shell, bytes in and bytes out, in an environment where neither the caller's
// own git variables (a hook has them), nor hooks, upkeep, signing or prompts can decide anything. Unaware of what it
// is run for.

import { existsSync } from 'node:fs';
import { devNull } from 'node:os';
import { codeOf } from '../base/error-code.ts';
import { processWord, thisProcess } from '../base/liveness.ts';
import { absolutePath, trustedProgram } from '../base/program.ts';
import { type Ended, type Started, startProcess } from '../base/start-process.ts';
import { canOpen, reasonOf, TOO_MANY_FILES } from '../base/system-limits.ts';
import { step } from '../base/trace.ts';

export interface GitOptions {
  /** Given on stdin; without it stdin is closed. */
  input?: Buffer | string;
  env?: Record<string, string>;
  /** Exit codes that are answers and not errors; 0 alone unless given. */
  accept?: readonly number[];
  signal?: AbortSignal | undefined;
}

/** git ended in another way than was accepted. The message is a sentence for people. */
export class GitError extends Error {
  override readonly name = 'GitError';
  readonly args: readonly string[];
  /** Undefined when it did not start or a signal ended it. */
  readonly exitCode: number | undefined;
  readonly stderr: string;

  constructor(args: readonly string[], exitCode: number | undefined, stderr: string, cause?: string) {
    const said = stderr
      .split('\n')
      .map((line) => line.replace(/^(?:fatal|error): /, '').trim())
      .filter((line) => line !== '' && !line.startsWith('hint:'));
    const why = said.length > 0 ? said.slice(0, 4).join('; ') : (cause ?? `exit code ${exitCode}`);
    super(`git ${args.find((arg) => !arg.startsWith('-')) ?? ''}: ${why}`);
    this.args = args;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/**
 * Reasons, in order: quiet and alone; exact (stat data whole, no conversion refused); private index files stay plain; what
 * has an object's name is that object, after a power cut too, or the user could never commit the same content again.
 */
const SETTINGS = [
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['commit.gpgSign', 'false'],
  ['log.showSignature', 'false'],
  ['core.hooksPath', '/dev/null'],
  // Hooks that a config defines, as git knows them since 2.54: those that our commands could start.
  ...['reference-transaction', 'post-checkout', 'post-index-change', 'pre-auto-gc'].map((event) => [
    `hook.${event}.enabled`,
    'false',
  ]),
  ['core.fsmonitor', 'false'],
  ['core.untrackedCache', 'false'],
  ['core.checkStat', 'default'],
  ['core.trustctime', 'true'],
  ['core.safecrlf', 'false'],
  ['core.splitIndex', 'false'],
  ['index.sparse', 'false'],
  ['submodule.recurse', 'false'],
  ['core.fsync', 'loose-object,pack,pack-metadata,reference'],
  ['core.fsyncMethod', 'batch'],
  ['i18n.commitEncoding', 'UTF-8'],
  ['core.looseCompression', '1'],
  // As many checkout processes as there are cores.
  ['checkout.workers', '0'],
].flatMap(([key, value]) => ['-c', `${key}=${value}`]);

/**
 * What `git rev-parse --local-env-vars` names, and what changes the meaning of paths. Numbered GIT_CONFIG_KEY_* count
 * for nothing without their count.
 */
const CLEARED = [
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_ATTR_SOURCE',
  'GIT_COMMON_DIR',
  'GIT_CONFIG',
  'GIT_CONFIG_COUNT',
  'GIT_CONFIG_PARAMETERS',
  'GIT_DIR',
  'GIT_GLOB_PATHSPECS',
  'GIT_GRAFT_FILE',
  'GIT_ICASE_PATHSPECS',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_INDEX_VERSION',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_NAMESPACE',
  'GIT_NOGLOB_PATHSPECS',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_QUARANTINE_PATH',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
];

/**
 * For who only looks: objects that a partial clone lacks are not fetched, since that would start whatever the repository
 * names for it. Older gits know the second of these alone.
 */
export const LOOKING = { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: '' };

/** For work on files of our own: no repository and nobody's settings, which could name programs to start. */
export const NO_REPOSITORY = {
  GIT_DIR: devNull,
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_NOSYSTEM: '1',
};

/** Descriptors that are open while git is started. Node comes apart where it finds too few. */
const TO_START = 12;

/** What lies in the repository, or wherever one stands, is not looked at: see base/program.ts. */
const NOT_FOUND = 'the program git was not found in any absolute folder of PATH outside of the repository';

/** Says to a process of git whose it is. */
export const GIT_OWNER = 'PTASK_GIT_FOR';

function environment(extra: Record<string, string> = {}): Record<string, string> {
  const env = { ...process.env };
  for (const name of CLEARED) delete env[name];
  return {
    ...absolutePath(env as Record<string, string>),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
    LC_ALL: 'C',
    // When we are killed it goes on: whoever puts things right has to find it.
    [GIT_OWNER]: processWord(thisProcess()),
    ...extra,
  };
}

/** Starts git in a folder. Throws `GitError` where it is not to be had at all. */
export function startGit(
  folder: string,
  args: readonly string[],
  stdin: 'ignore' | 'pipe',
  env?: Record<string, string>,
): Started {
  if (!canOpen(TO_START)) throw new GitError(args, undefined, '', TOO_MANY_FILES);
  const program = trustedProgram('git', folder);
  if (program === undefined) throw new GitError(args, undefined, '', NOT_FOUND);
  const end = step('git', `git ${args[0]}`, { args });
  const started = startProcess(program, [...SETTINGS, ...args], {
    cwd: folder,
    env: environment(env),
    stdio: [stdin, 'pipe', 'pipe'],
  });
  void started.ended.then(({ exitCode }) => end({ exitCode }));
  return started;
}

/** Bytes of an answer. */
const MOST_ANSWERED = 2 ** 30;

/** Runs git in a folder to its end. Throws `GitError`. */
export async function git(
  folder: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<{ exitCode: number; stdout: Buffer }> {
  const { input, env, accept = [0], signal } = options;
  const { child, ended } = startGit(folder, args, input === undefined ? 'ignore' : 'pipe', env);
  const stop = (): void => void child?.kill();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  const said = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let length = 0;
  for (const name of ['stdout', 'stderr'] as const)
    child?.[name]?.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MOST_ANSWERED) stop();
      else said[name].push(chunk);
    });
  child?.stdin?.end(input);
  const result = await ended;
  signal?.removeEventListener('abort', stop);
  const { exitCode } = result;
  if (exitCode !== undefined && accept.includes(exitCode) && length <= MOST_ANSWERED)
    return { exitCode, stdout: Buffer.concat(said.stdout) };
  const stderr = Buffer.concat(said.stderr).toString('utf8');
  throw new GitError(args, exitCode, stderr, causeOf(result, folder));
}

/** Why it has ended, where it has said nothing of it. */
export function causeOf({ error, signal, exitCode }: Ended, folder: string): string {
  if (codeOf(error) === 'ENOENT')
    return existsSync(folder) ? NOT_FOUND : `the folder ${folder} does not exist`;
  if (error !== undefined) return reasonOf(error);
  return signal === undefined ? `exit code ${exitCode}` : `killed by ${signal}`;
}

/** For an answer that is one line: without its line end. */
export async function gitLine(
  folder: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const { stdout } = await git(folder, args, options);
  return stdout.toString('utf8').replace(/\n$/, '');
}

/** The records of a `-z` answer, one character a byte. */
export function records(stdout: Buffer): string[] {
  const all = stdout.toString('latin1').split('\0');
  all.pop();
  return all;
}

/** Paths or other records as `-z --stdin` wants them. */
export const nulTerminated = (items: Iterable<string>): Buffer =>
  Buffer.from([...items].map((item) => `${item}\0`).join(''), 'latin1');
