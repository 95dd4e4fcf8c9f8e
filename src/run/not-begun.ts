// Why a run does not begin, for people.

import { sep } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { SILENCE } from '../base/heartbeat.ts';
import { type Holder, NoLock } from '../base/lock.ts';
import { limitReached } from '../base/system-limits.ts';
import { GitError } from '../git/git.ts';

/** git is about to make a commit of its own upon the one that it has seen. */
export const inHook: Diagnostic = {
  message: 'integrate: merge cannot move the branch while git is committing, as in this hook',
  hint: '--integrate apply leaves the results in the files',
};

export function heldBy({ holder, isUnseen }: { holder: Holder; isUnseen: boolean }): Diagnostic {
  const { pid, host, what, since } = holder;
  const who = pid === 0 ? '' : ` (pid ${pid} on ${host}, since ${since})`;
  const silence = `${SILENCE / 1_000} s`;
  return {
    message: `${what} is in progress in this work tree${who}`,
    hint: isUnseen
      ? `wait for it to end; without --no-wait, ptask takes over when it has shown no sign of life for ${silence}`
      : 'wait for it to end, or stop it',
  };
}

/** What was thrown before anything ran. */
export function whyNotBegun(error: unknown): Diagnostic {
  if (error instanceof NoLock) return { message: error.message, hint: error.hint };
  const full = limitReached(error);
  if (full !== undefined) return { message: full };
  const { message } = error as Error;
  if (error instanceof GitError)
    return {
      message: `cannot clean up after a killed run: ${message}`,
      hint: 'nothing has run; try again',
    };
  const { path = '.ptask' } = error as NodeJS.ErrnoException;
  if (!path.split(sep).includes('.ptask'))
    return { message: `the state of the run cannot be written: ${message}`, hint: 'ptask keeps it there' };
  const hint = 'ptask keeps its logs and reports there, beside the config';
  return { message: `the folder .ptask cannot be written: ${message}`, hint };
}
