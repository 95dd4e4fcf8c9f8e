// argv → one command → exit code.

import { CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { isDiskFull, limitReached } from '../base/system-limits.ts';
import { startTrace, TRACE } from '../base/trace.ts';
import { outliveTheReader, say, whyBroken } from '../ui/terminal.ts';
import { splitArguments } from './argv.ts';
import { isVersionFlag, program } from './program.ts';

/** What ends ptask before its time, as a sentence. What the system has run out of, a git that fails and what others have put in our place are no bugs. */
function whatEnds(error: Error): string {
  const limit = limitReached(error);
  if (limit !== undefined) return limit;
  if (isDiskFull(error)) return `${error.message}\nfree some space, then run ptask clean`;
  if (error.name === 'GitError')
    return `${error.message}\nptask cannot continue without git; the next run or ptask clean cleans up`;
  return ['LostLock', 'NotOurs'].includes(error.name) ? error.message : `internal error: ${error.message}`;
}

/** What people do wrong is told by the commands. */
function crash(thrown: unknown): never {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  say(process.stderr, `ptask: ${whatEnds(error)}\n`);
  if (process.env.PTASK_DEBUG) say(process.stderr, `${error.stack}\n`);
  process.exit(1);
}

// What Node warns of is for who works on ptask, and would stand in the middle of the tree.
if (!process.env.PTASK_DEBUG) process.removeAllListeners('warning');
for (const stream of [process.stdout, process.stderr]) outliveTheReader(stream);
process.on('uncaughtException', crash);
process.on('exit', () => {
  const why = whyBroken(process.stdout);
  if (why === undefined) return;
  say(process.stderr, `ptask: stdout cannot be written: ${why}\n`);
  process.exitCode ||= 1;
});

/** False, with the reason said, where the file cannot be written. */
function traceStarts(file: string): boolean {
  try {
    startTrace(file);
    return true;
  } catch (error) {
    say(process.stderr, `ptask: ${TRACE}: the trace cannot be written: ${(error as Error).message}\n`);
    return false;
  }
}

let isOver = false;
// Node ends in peace when nothing can happen any more, though somebody still waits for it.
process.on('beforeExit', () => {
  if (!isOver) crash('nothing left to run, but the command did not finish');
});

function start(words: readonly string[]): void {
  // What is asked for most, by hooks and by who looks whether there is a ptask, waits for no list of commands.
  if (words.length === 1 && isVersionFlag(words[0] ?? '')) {
    say(process.stdout, `${manifest.version}\n`);
    isOver = true;
    return;
  }
  const ptask = program();
  const { words: own, passedOn } = splitArguments(ptask, words);
  ptask
    .setOptionValue('passedOn', passedOn)
    .parseAsync(own, { from: 'user' })
    .catch((error: unknown) => {
      if (!(error instanceof CommanderError)) crash(error);
      // Help and version are no errors; anything else that commander ends for is wrong usage.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    })
    .finally(() => {
      isOver = true;
    });
}

const { [TRACE]: trace } = process.env;
if (!trace || traceStarts(trace)) start(process.argv.slice(2));
else process.exit(2);
