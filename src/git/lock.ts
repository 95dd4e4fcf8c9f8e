// A lock that processes on one machine take turns by: a file that names its holder. Unaware of what is done under it.

import { linkSync, lstatSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isProcessAlive } from '../base/process-alive.ts';
import { Queue } from './queue.ts';

/** Milliseconds after which a holder counts as gone though its number is in use: it is somebody else's by now. */
const TOO_OLD = 60_000;

/** Our own process' turns, so that only one of them at a time stands at the file. */
const turns = new Map<string, Queue>();

/** Does the work while nobody else holds the file. Throws what the disk says when the file cannot be made. */
export function locked<T>(file: string, work: () => Promise<T>): Promise<T> {
  const queue = turns.get(file) ?? new Queue();
  turns.set(file, queue);
  return queue.run(async () => {
    while (!take(file)) await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 10));
    try {
      return await work();
    } finally {
      rmSync(file, { force: true });
    }
  });
}

/** The file appears with its content or not at all: it is linked from a draft. */
function take(file: string): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${process.pid} ${hostname()}\n`);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    clearAbandoned(file);
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes what killed processes have left of this lock. */
export function clearAbandoned(file: string): void {
  if (isAbandoned(file)) displace(file, `${file}.${process.pid}.old`);
  const name = `${basename(file)}.`;
  for (const entry of readdirSync(dirname(file)))
    if (entry.startsWith(name) && !isProcessAlive(Number.parseInt(entry.slice(name.length), 10)))
      rmSync(join(dirname(file), entry), { force: true });
}

function isAbandoned(file: string): boolean {
  try {
    const [pid = '', host] = readFileSync(file, 'utf8').trim().split(' ');
    if (Date.now() - lstatSync(file).mtimeMs > TOO_OLD) return true;
    // It never is without its content, but after a power cut.
    if (host === undefined) return true;
    return host === hostname() && !isProcessAlive(Number(pid));
  } catch {
    // Its holder has let go of it.
    return false;
  }
}

/**
 * By a rename, which only one of those who found it abandoned can do. One that was taken anew meanwhile is put back.
 */
function displace(file: string, aside: string): void {
  try {
    renameSync(file, aside);
    if (!isAbandoned(aside)) linkSync(aside, file);
  } catch {
    // Somebody else was quicker.
  } finally {
    rmSync(aside, { force: true });
  }
}
