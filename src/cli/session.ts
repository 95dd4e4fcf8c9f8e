// What a command stands on: where it works, where it writes, and how it says that something is wrong.

import { resolve } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { renderDiagnostics } from '../ui/diagnostics.ts';
import { openTerminal, type Terminal } from '../ui/terminal.ts';
import type { GlobalFlags } from './options.ts';

export const USAGE_ERROR = 2;

export interface Session {
  /** Absolute. */
  cwd: string;
  flags: GlobalFlags;
  out: Terminal;
  err: Terminal;
}

export function openSession(flags: GlobalFlags): Session {
  const { env } = process;
  const { color } = flags;
  return {
    cwd: resolve(flags.cwd ?? '.'),
    flags,
    out: openTerminal({ stream: process.stdout, env, color }),
    err: openTerminal({ stream: process.stderr, env, color }),
  };
}

export function configOf({ flags }: Session): Result<Config> {
  return loadConfig({ cwd: flags.cwd, config: flags.config });
}

/** Shows what is wrong on stderr and gives the exit code for it. */
export function refuse({ err }: Session, diagnostics: readonly Diagnostic[]): number {
  err.write(renderDiagnostics(diagnostics, err.colors, err.columns()));
  return USAGE_ERROR;
}

/** Writes to stdout and waits until it is taken, so that a large document is not cut off at the end. */
export function print({ out }: Session, text: string): Promise<void> {
  return new Promise((done) => out.stream.write(text, () => done()));
}

export const printJson = (session: Session, value: unknown): Promise<void> =>
  print(session, `${JSON.stringify(value, undefined, 2)}\n`);
