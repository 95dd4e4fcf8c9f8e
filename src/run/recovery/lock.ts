// One run at a time in one work tree. The lock is a row of numbered files in a folder: the highest number says who holds
// it. A new holder links the next number into place, which only one can do, and whoever finds a higher one beside his
// own has lost. So a dead holder is taken over by exactly one process, and no file that somebody relies on is ever
// removed. Unaware of what it protects.

import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeFolder, readFile } from '../../base/own-files.ts';
import { isProcessAlive } from '../../base/process-alive.ts';
import { inReserve } from '../../base/reserve.ts';
import type { Holder } from '../options.ts';
import { processStart } from '../process-table.ts';
import { HEARTBEAT, touch } from './active.ts';

export type Acquired = { ok: true; release(): void } | { ok: false; holder: Holder };

const NAME = /^lock-(\d+)$/;
const DRAFT = /^draft-/;
const FREE = '{}';

/**
 * Who works on another machine, or in another container, cannot be asked. A holder that has shown no sign of life for so
 * many milliseconds is dead, be it that its machine slept: clocks of two machines differ.
 */
const SILENCE = 60_000 + HEARTBEAT;

/** A draft of another machine that is older, in milliseconds, is what a killed process has left. */
const ABANDONED = 60_000;

/** How long, in milliseconds, a file may take to be written where it cannot be linked. */
const WRITING = 2_000;

/** Takes the lock, or says who has it. A holder that is dead is taken over. Throws where the folder cannot be written. */
export function acquireLock(folder: string, what: string, config?: string): Acquired {
  makeFolder(folder);
  const me: Holder = {
    pid: process.pid,
    started: processStart(process.pid) ?? '',
    host: hostname(),
    what,
    ...(config === undefined ? {} : { config }),
    since: new Date().toISOString(),
  };
  for (;;) {
    const last = highest(folder);
    const holder = last === 0 ? undefined : read(join(folder, `lock-${last}`));
    if (holder !== undefined && isAlive(holder)) return { ok: false, holder: holder.told };
    const mine = join(folder, `lock-${last + 1}`);
    if (!inReserve(folder, () => appear(folder, mine, JSON.stringify(me)))) continue;
    if (highest(folder) > last + 1) {
      rmSync(mine, { force: true });
      continue;
    }
    tidy(folder, last);
    const timer = setInterval(() => hold(folder, mine, JSON.stringify(me)), HEARTBEAT).unref();
    return {
      ok: true,
      release() {
        clearInterval(timer);
        release(folder, mine);
      },
    };
  }
}

/** A sign of life; where a task has swept the lock away, it is there again. */
function hold(folder: string, mine: string, text: string): void {
  if (existsSync(mine)) {
    touch(mine);
    return;
  }
  try {
    makeFolder(folder);
    if (highest(folder) === 0) appear(folder, mine, text);
  } catch {
    // A disk that says no: the next time, perhaps.
  }
}

/** The file stays, since its number must not be given twice. Where somebody has taken the folder away there is nothing to let go. */
function release(folder: string, path: string): void {
  try {
    const draft = inReserve(folder, () => draftWith(folder, FREE));
    renameSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** By its name a draft tells whose it is: that of a process which is gone need not grow old. */
const draftIn = (folder: string): string =>
  join(folder, `draft-${HOST}-${process.pid}-${randomBytes(6).toString('hex')}`);
function draftWith(folder: string, text: string): string {
  const draft = draftIn(folder);
  writeFileSync(draft, text, { flag: 'wx' });
  return draft;
}

const HOST = Buffer.from(hostname()).toString('hex').slice(0, 32);

function isLeftDraft(folder: string, name: string): boolean {
  if (!DRAFT.test(name)) return false;
  const [, host, pid] = name.split('-');
  return (host === HOST && !isProcessAlive(Number(pid))) || ageOf(join(folder, name)) > ABANDONED;
}

/** Makes a file that is whole from the first moment; false where there is one already. */
function appear(folder: string, path: string, text: string): boolean {
  const draft = draftWith(folder, text);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Somebody has tidied up.
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    return create(path, text);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Where the file system knows no second name of a file. */
function create(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the numbers of those who were before, and what killed processes have left. */
function tidy(folder: string, last: number): void {
  for (const name of readdirSync(folder)) {
    const number = NAME.exec(name)?.[1];
    const path = join(folder, name);
    if (number !== undefined ? Number(number) <= last : isLeftDraft(folder, name))
      rmSync(path, { force: true });
  }
}

const highest = (folder: string): number =>
  Math.max(0, ...readdirSync(folder).flatMap((name) => Number(NAME.exec(name)?.[1] ?? 0)));

/** In milliseconds, since it was written or touched; of what is not there, for ever. */
function ageOf(path: string): number {
  const mtime = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return mtime === undefined ? Number.POSITIVE_INFINITY : Date.now() - mtime;
}

interface Found {
  told: Holder;
  silentFor: number;
}

/** Undefined where nobody holds it; what cannot be read was cut off by a crash of the machine. */
function read(path: string): Found | undefined {
  let text = '';
  try {
    text = readFile(path)?.toString('utf8') ?? '';
    const told: Partial<Holder> = JSON.parse(text);
    if (text === FREE || typeof told.pid !== 'number') return undefined;
    return { told: told as Holder, silentFor: ageOf(path) };
  } catch {
    // Somebody may be about to write it.
    const told = { pid: 0, started: '', host: '', what: 'another ptask', since: '' };
    return text === '' && ageOf(path) < WRITING ? { told, silentFor: 0 } : undefined;
  }
}

function isAlive({ told: { pid, started, host }, silentFor }: Found): boolean {
  if (pid === 0 || host !== hostname()) return silentFor < SILENCE;
  const now = processStart(pid);
  return now !== undefined && now === started;
}

/** Who has the lock, if somebody has it. Changes nothing. */
export function holderOf(folder: string): Holder | undefined {
  try {
    const last = highest(folder);
    const holder = last === 0 ? undefined : read(join(folder, `lock-${last}`));
    return holder !== undefined && isAlive(holder) ? holder.told : undefined;
  } catch {
    return undefined;
  }
}
