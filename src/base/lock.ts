// One at a time. A lock is a row of numbered files in a folder: the highest number says who holds it. A new holder links the
// next number into place, which only one can do, and whoever finds a higher one beside his own has lost. So a dead holder is
// taken over by exactly one process, however many have found it dead, and no file that somebody relies on is ever removed.
// Unaware of what it protects.

import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, orElse } from './error-code.ts';
import { HEARTBEAT, SILENCE, Silence, seemsTouched, touch } from './heartbeat.ts';
import { isThisProcess, lifeOf, type ProcessName, processNamed, thisProcess } from './liveness.ts';
import { appear, draftIn, isLeftDraft } from './lock-drafts.ts';
import { inFolder, makeFolder as makeOwn, namesIn, reached } from './own-folders.ts';
import { inReserve } from './reserve.ts';

/** Who has it. */
export interface Holder extends ProcessName {
  /** What it does, for people: the id of a run, or a command. */
  what: string;
  /** What it runs, where it is a run. */
  config?: string;
  since: string;
}

export type Acquired =
  | { ok: true; release(): void }
  /** `isUnseen`: it cannot be asked from here whether its holder is alive. */
  | { ok: false; holder: Holder; isUnseen: boolean };

/** What stands in a lock's place and is none. The message is a sentence for people. */
export class NoLock extends Error {
  override readonly name = 'NoLock';
  readonly path: string;

  constructor(path: string, is: string) {
    super(`${path} ${is}`);
    this.path = path;
  }

  readonly hint = 'remove it, or put it elsewhere: ptask keeps a lock there';
}

/** Thrown when nobody can catch it, since nothing that is under way may go on: somebody else does what this was alone to do. */
export class LostLock extends Error {
  override readonly name = 'LostLock';
}

const NAME = /^lock-([1-9]\d*)$/;
const FREE = '{}';

/** Numbers are given one after the other; nobody gets this far. */
const MOST = 2 ** 52;

/** How long, in milliseconds, a file may take to be written where it cannot be linked. */
const WRITING = 2_000;

/** The locks that this process has. What bears its name and is none of these, a disk has kept it from letting go of. */
const ours = new Set<string>();

const keyOf = (folder: string, number: number): string => nameIn(realpathSync.native(folder), number);

const nameIn = (folder: string, number: number): string => join(folder, `lock-${number}`);

/** The lock in a folder as one process sees it that wants it, be it again and again. */
export class Lock {
  readonly #folder: string;
  readonly #silence = new Silence();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Takes it, or says who has it. A holder that is dead is taken over: at once where that can be seen, else when it has been
   * silent while this was asked again and again. Throws `NoLock`, or what the disk says where it cannot be written.
   */
  take(what: string, config?: string): Acquired {
    makeFolder(this.#folder);
    return inFolder(this.#folder, (at) => this.#takeIn(at, what, config));
  }

  /** @param at where the folder is for now */
  #takeIn(at: string, what: string, config: string | undefined): Acquired {
    const folder = this.#folder;
    const since = new Date().toISOString();
    const me: Holder = { ...thisProcess(), what, ...(config === undefined ? {} : { config }), since };
    for (;;) {
      const last = highest(at);
      const held = last === 0 ? undefined : this.#heldBy(at, last);
      if (held !== undefined) return { ok: false, ...held };
      const mine = nameIn(at, last + 1);
      if (!inReserve(folder, () => appear(at, mine, JSON.stringify(me)))) continue;
      if (highest(at) > last + 1) {
        rmSync(mine, { force: true });
        continue;
      }
      tidy(at, last);
      const key = keyOf(at, last + 1);
      ours.add(key);
      const timer = setInterval(() => hold(folder, last + 1, JSON.stringify(me)), HEARTBEAT).unref();
      return {
        ok: true,
        release() {
          clearInterval(timer);
          ours.delete(key);
          reached(nameIn(folder, last + 1), (path) => release(folder, path));
        },
      };
    }
  }

  #heldBy(at: string, number: number): { holder: Holder; isUnseen: boolean } | undefined {
    const file = nameIn(at, number);
    const held = read(file);
    if (held === undefined) return undefined;
    const { holder, patience } = held;
    if (isThisProcess(holder) && !ours.has(keyOf(at, number))) return undefined;
    const life = lifeOf(holder);
    if (life === 'dead') return undefined;
    if (life === 'alive') return { holder, isUnseen: false };
    return this.#silence.of(file) > patience ? undefined : { holder, isUnseen: true };
  }
}

/** Who has the lock, as far as one look can tell. Changes nothing. */
export function holderOf(folder: string): Holder | undefined {
  const look = (at: string): Holder | undefined => {
    const file = nameIn(at, highest(at));
    const holder = read(file)?.holder;
    const life = holder === undefined ? 'dead' : lifeOf(holder);
    return life === 'alive' || (life === 'unknown' && seemsTouched(file)) ? holder : undefined;
  };
  return orElse(() => inFolder(folder, look), undefined);
}

function makeFolder(folder: string): void {
  if (existsSync(folder) && !statSync(folder).isDirectory()) throw new NoLock(folder, 'is not a folder');
  makeOwn(folder);
}

/** A sign of life; where a task has swept the lock away, it is there again. Throws `LostLock` where it was taken over. */
function hold(folder: string, number: number, text: string): void {
  const again = (at: string): number => {
    const mine = nameIn(at, number);
    if (existsSync(mine)) {
      touch(mine);
      return number;
    }
    const last = highest(at);
    if (last === 0) appear(at, mine, text);
    return last;
  };
  let last = 0;
  try {
    last = inFolder(folder, again, 0o777);
  } catch {
    // A disk that says no: the next time, perhaps.
  }
  if (last > number)
    throw new LostLock(
      `this process was considered dead after a long silence, and another one holds ${folder} now`,
    );
}

/** The file stays, since its number must not be given twice. Where somebody has taken the folder away there is nothing to let go. */
function release(folder: string, path: string): void {
  while (existsSync(path)) {
    const draft = draftIn(dirname(path));
    try {
      inReserve(folder, () => writeFileSync(draft, FREE, { flag: 'wx' }));
      renameSync(draft, path);
      return;
    } catch (error) {
      // Somebody has tidied up the draft, and then it is made again; or the folder, and then that is all.
      if (codeOf(error) === 'ENOENT') continue;
      // Where there can be no new file, the old one can say it.
      writeFileSync(path, FREE);
      return;
    }
  }
}

/** Removes the numbers of those who were before, and what killed processes have left. What cannot be removed is in nobody's way. */
function tidy(folder: string, last: number): void {
  for (const name of readdirSync(folder)) {
    const number = NAME.exec(name)?.[1];
    if (number === undefined ? !isLeftDraft(folder, name) : Number(number) > last) continue;
    try {
      rmSync(join(folder, name), { force: true });
    } catch {
      // A folder, say.
    }
  }
}

const highest = (folder: string): number => highestOf(folder, readdirSync(folder));

function highestOf(folder: string, names: readonly string[]): number {
  const numbers = names.flatMap((name) => Number(NAME.exec(name)?.[1] ?? 0));
  const number = Math.max(0, ...numbers);
  if (number >= MOST) throw new NoLock(nameIn(folder, number), 'has a number that ptask gives to no lock');
  return number;
}

/** Whether nobody has ever had it, or somebody has swept it away. */
export const isUnused = (folder: string): boolean => highestOf(folder, namesIn(folder)) === 0;

const kindOf = (stats: Stats): string =>
  stats.isDirectory()
    ? 'a folder'
    : stats.isSymbolicLink()
      ? 'a symbolic link'
      : stats.isFIFO()
        ? 'a named pipe'
        : 'not a regular file';

interface Held {
  holder: Holder;
  /** How long it may be silent, in milliseconds, where it cannot be seen. */
  patience: number;
}

const nobodyKnown = (patience: number): Held => ({
  holder: { pid: 0, started: '', host: '', place: '', what: 'another ptask', since: '' },
  patience,
});

/** Undefined where nobody holds it; what makes no sense was cut off by a crash of the machine. */
function read(file: string): Held | undefined {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (!stats.isFile()) throw new NoLock(file, `is ${kindOf(stats)}`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    // Another user's, perhaps.
    return codeOf(error) === 'ENOENT' ? undefined : nobodyKnown(SILENCE);
  }
  // Somebody may be about to write it.
  if (text === '') return nobodyKnown(WRITING);
  try {
    const told = JSON.parse(text) as Partial<Holder>;
    const name = processNamed(told);
    const { what = 'another ptask', since = '', config } = told;
    const holder = name && { ...name, what, since, ...(config === undefined ? {} : { config }) };
    return holder && { holder, patience: SILENCE };
  } catch {
    return undefined;
  }
}
