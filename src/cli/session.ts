// What a command stands on: where it works, where it writes, and how it says that something is wrong.

import { resolve } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { traced } from '../base/trace.ts';
import type { Config, IntegrationMode } from '../config/config.ts';
import { openTerminal, type Terminal } from '../ui/terminal.ts';
import { jsonPieces } from './json-pieces.ts';
import type { GlobalFlags } from './options.ts';

export const USAGE_ERROR = 2;
/** Characters to write at once. */
const ENOUGH = 65_536;

/** What a command comes to: its exit code, or why it is refused. */
export type Ended = number | Result<never>;

export interface Session<Flags extends GlobalFlags = GlobalFlags> {
  /** Absolute. */
  cwd: string;
  flags: Flags;
  /** The names of all commands. */
  commands: readonly string[];
  out: Terminal;
  err: Terminal;
  /** Instead of a config file. */
  given?: Config;
  /** The text of the config, once it has been read. */
  configText?: () => string;
}

export function openSession<Flags extends GlobalFlags>(
  flags: Flags,
  commands: readonly string[] = [],
): Session<Flags> {
  const { env } = process;
  const { color } = flags;
  return {
    cwd: resolve(flags.cwd ?? '.'),
    ...{ flags, commands },
    out: openTerminal({ stream: process.stdout, env, color }),
    err: openTerminal({ stream: process.stderr, env, color }),
  };
}

/**
 * Bytes of a config. V8 lets a heap double before it looks for what can be let go; while a longer config is parsed
 * and planned that comes to hundreds of megabytes of garbage.
 */
const LONG_CONFIG = 262_144;
const GROWING_PERCENT = 40;

/** The module takes milliseconds to load, which a short config should not pay. */
const keepHeapSmall = (): void =>
  process.getBuiltinModule('node:v8').setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`);

/** What flags say instead of the config. */
interface Overrides {
  integrate?: IntegrationMode | undefined;
  keepWorktrees?: boolean | undefined;
  remote?: boolean | undefined;
}

export async function configOf(session: Session, overrides: Overrides = {}): Promise<Result<Config>> {
  const loaded = await traced('phase', 'load config', () => load(session));
  if (!loaded.ok) return loaded;
  const { integrate = loaded.value.integrate, keepWorktrees = false } = overrides;
  const { worktrees } = loaded.value;
  const remote =
    overrides.remote === undefined
      ? ok(loaded.value.remote)
      : await remoteUse(loaded.value, overrides.remote);
  if (!remote.ok) return remote;
  return ok({
    ...loaded.value,
    integrate,
    remote: remote.value,
    worktrees: keepWorktrees ? { ...worktrees, keep: 'failed' } : worktrees,
  });
}

/** @param all whether all tasks run remotely that can, or none does */
async function remoteUse({ remote, cache }: Config, all: boolean): Promise<Result<Config['remote']>> {
  if (!all) return ok(remote && { ...remote, use: 'none' });
  const { remoteOf } = await import('../config/remote.ts');
  const isNamed = cache.remote !== undefined || process.env.PTASK_REMOTE !== undefined;
  const served = remote ?? (isNamed ? remoteOf({ remote: {} }) : undefined);
  if (served !== undefined) return ok({ ...served, use: 'all' });
  return fail({
    message: '--remote, but there is no server',
    hint: 'add `remote: { url: grpcs://… }` to the config, or set PTASK_REMOTE',
  });
}

async function load(session: Session): Promise<Result<Config>> {
  if (session.given !== undefined) return ok(session.given);
  const { openConfig } = await import('../config/open.ts');
  const { cwd, config } = session.flags;
  return openConfig({ cwd, config }, (text, bytes) => {
    session.configText = text;
    if (bytes > LONG_CONFIG) keepHeapSmall();
  });
}

/** The folder of the config, for commands that look back: what was run can be read whatever has become of the config. */
export async function rootOf({ flags, cwd }: Session): Promise<Result<string>> {
  const [{ locateConfig }, { nearestConfig }] = await Promise.all([
    import('../config/load.ts'),
    import('../config/config-file.ts'),
  ]);
  const found = locateConfig({ cwd: flags.cwd, config: flags.config });
  if (found.ok) return ok(found.value.root);
  // `ptask exec` needs no config.
  if (flags.config !== undefined || nearestConfig(cwd) !== undefined) return found;
  const [{ rootWithoutConfig }, { listRuns }] = await Promise.all([
    import('./root-without-config.ts'),
    import('../run/records/run-folder.ts'),
  ]);
  const root = rootWithoutConfig(flags.cwd);
  return root.ok && listRuns(root.value).length > 0 ? root : found;
}

/** Shows what is wrong on stderr and gives the exit code for it. */
export async function refuse(session: Session, diagnostics: readonly Diagnostic[]): Promise<number> {
  const { err } = session;
  const [{ renderDiagnostics }, { withoutSecrets }] = await Promise.all([
    import('../ui/diagnostics.ts'),
    import('./secrets.ts'),
  ]);
  const shown = withoutSecrets(diagnostics, session.configText?.());
  err.write(
    renderDiagnostics(shown, { colors: err.colors, columns: err.columns(), isScreen: err.stream.isTTY }),
  );
  return USAGE_ERROR;
}

/** Writes to stdout and waits until it is taken, so that a large document is not cut off at the end. */
export function print({ out }: Session, text: string): Promise<void> {
  return out.put(text);
}

/** A document of JSON piece by piece, none of which is made before the ones before it are taken; ends with a newline. */
export async function printJsonPieces(session: Session, document: object): Promise<void> {
  let some = '';
  for (const piece of jsonPieces(document)) {
    some += piece;
    if (some.length < ENOUGH) continue;
    await session.out.json(some);
    some = '';
  }
  await session.out.json(`${some}\n`);
}

export const printJson = (session: Session, value: unknown): Promise<void> =>
  session.out.json(`${JSON.stringify(value, undefined, 2)}\n`);
