// argv → one command → exit code.

import { type Command, CommanderError } from 'commander';
import { isDiskFull, limitReached } from '../base/system-limits.ts';
import { startTrace, TRACE } from '../base/trace.ts';
import { outliveTheReader, say, whyBroken } from '../ui/terminal.ts';
import { isCommand, splitArguments } from './argv.ts';
import { program } from './program.ts';

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
// Node ends in peace when nothing can happen any more, though somebody still waits for it. Left to itself it first takes its heap apart.
process.on('beforeExit', () => {
  if (!isOver) crash('nothing left to run, but the command did not finish');
  process.exit();
});

/** Help of a command that there is not, for which commander lists all there is. */
const isLost = (ptask: Command, [first, name]: readonly string[]): boolean =>
  first === 'help' && name !== undefined && !isCommand(ptask, name);

async function work(ptask: Command, words: readonly string[]): Promise<void> {
  let wrong: CommanderError | undefined;
  if (!isLost(ptask, words))
    try {
      return void (await ptask.parseAsync(words, { from: 'user' }));
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      // Help and version are no errors; anything else that commander ends for is wrong usage.
      if (error.exitCode === 0) return;
      wrong = error;
    }
  const { refuseUsage } = await import('./usage-error.ts');
  process.exitCode = await refuseUsage(ptask, words, wrong);
}

function start(words: readonly string[]): void {
  const ptask = program();
  const { words: own, passedOn } = splitArguments(ptask, words);
  work(ptask.setOptionValue('passedOn', passedOn), own)
    .catch(crash)
    .finally(() => {
      isOver = true;
    });
}

const { [TRACE]: trace } = process.env;
if (!trace || traceStarts(trace)) start(process.argv.slice(2));
else process.exit(2);
