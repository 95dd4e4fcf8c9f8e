// Why a command could not be started, as a sentence.

import { statSync } from 'node:fs';
import { limitReached } from '../../base/system-limits.ts';
import type { CommandResult } from './executor.ts';

export function failedToStart(
  result: { code?: string | undefined; originalMessage?: string | undefined },
  file: string,
  cwd: string,
): CommandResult {
  const { code, originalMessage = 'unknown error' } = result;
  const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
  const error = limitReached(result) ?? (isMissing ? whatIsMissing(file, cwd) : undefined);
  return { exitCode: null, error: error ?? `it could not be started: ${originalMessage}` };
}

/** Why neither the command nor its shell can be found: the system says the same of both. */
function whatIsMissing(file: string, cwd: string): string {
  const stats = statSync(cwd, { throwIfNoEntry: false });
  if (stats === undefined) return `its folder ${cwd} does not exist`;
  if (!stats.isDirectory()) return `its folder ${cwd} is a file`;
  return `the shell ${file} was not found`;
}
