// What a system may run out of, said as a sentence with the way out, and a look at whether there is enough of what Node
// cannot do without: where a process cannot be started for want of descriptors, Node and what stands upon it come apart.

import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { codeOf } from './error-code.ts';

const LIMITS: Readonly<Record<string, string>> = {
  EMFILE: 'too many open files: lower the concurrency (--concurrency), or raise the limit (ulimit -n)',
  ENFILE:
    'too many open files in the whole system: lower the concurrency (--concurrency), or end other programs',
  EAGAIN: 'too many processes: lower the concurrency (--concurrency), or raise the limit (ulimit -u)',
  ENOMEM: 'not enough memory to start a process: lower the concurrency (--concurrency)',
  E2BIG:
    'the command and its environment are too long for the system: put long values into a file, or shorten `env`',
};

export const TOO_MANY_FILES = LIMITS.EMFILE as string;

/** The sentence for an error that says that a limit was reached; undefined for any other error. */
export const limitReached = (error: unknown): string | undefined => LIMITS[codeOf(error) ?? ''];

export const isDiskFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '');

/** What an error says to people: of a limit its sentence, else its message. */
export const reasonOf = (error: unknown): string =>
  limitReached(error) ?? (error instanceof Error ? error.message : String(error));

/** Whether so many files more could be opened at this moment. */
export const canOpen = (count: number): boolean => hasFree(count) || tryToOpen(count);

/** How many this process may have open, as it began. */
let most: number | undefined;

/** Where `/proc` tells that it is far from its own limit: to count takes a fraction of trying. Of the system's it says nothing. */
function hasFree(count: number): boolean {
  try {
    most ??= Number(/^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1]);
    return readdirSync('/proc/self/fd').length + count + PLENTY < most;
  } catch {
    return false;
  }
}

/** Descriptors that others may take meanwhile. */
const PLENTY = 256;

function tryToOpen(count: number): boolean {
  const opened: number[] = [];
  try {
    while (opened.length < count) opened.push(openSync(devNull, 'r'));
    return true;
  } catch (error) {
    const code = codeOf(error);
    return code !== 'EMFILE' && code !== 'ENFILE';
  } finally {
    for (const fd of opened) closeSync(fd);
  }
}
