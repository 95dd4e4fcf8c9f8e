// What each task has made in this work tree, so that it is told from what others have put where the task writes. A line for each
// time, the last one of a task counts.

import { writeSync } from 'node:fs';
import { appendCache, readCache, writeCache } from '../base/cache-file.ts';
import { type RawPath, shownPath } from '../base/raw-path.ts';
import type { Entry } from '../store/image.ts';

const FILE = 'made';
/** Lines that say nothing any more, above which the file is written anew. */
const MOST_PAST = 1_000;

/** By path, what it was like when the task had made it; '' is a folder. */
export type Made = ReadonlyMap<RawPath, string>;

export interface Making {
  made: Made;
  /** The same before the last run that has changed it: where that is undone, or rolled back, it is this that is there. */
  before: Made;
}

const NOTHING: Making = { made: new Map(), before: new Map() };

/** What tells two states of a path apart. */
export const stateOf = (entry: Entry): string =>
  entry.kind === 'link' ? `> ${entry.target}` : `${entry.oid.slice(0, 32)} ${entry.mode.toString(8)}`;

/** Those of what a task has made, as shown. */
export const linksIn = ({ made, before }: Making): Set<string> =>
  new Set([...before, ...made].flatMap(([path, state]) => (state.startsWith('> ') ? [shownPath(path)] : [])));

export class MadeFiles {
  readonly #root: string;
  #known: Map<string, Making> | undefined;
  /** Those of which this run has said something. */
  readonly #told = new Set<string>();
  #lines = 0;

  /** @param root of the config */
  constructor(root: string) {
    this.#root = root;
  }

  of(task: string): Making {
    this.#known ??= this.#load();
    return this.#known.get(task) ?? NOTHING;
  }

  /** Where nothing can be written it is remembered for this run alone. */
  set(task: string, made: Made): void {
    const known = this.of(task);
    if (isSame(known.made, made)) return;
    const making = { made, before: this.#told.has(task) ? known.before : known.made };
    this.#told.add(task);
    this.#known?.set(task, making);
    this.#lines += 1;
    appendCache(this.#root, FILE, lineOf(task, making));
  }

  /** What it has made may be that, or that as well: as long as it is not known what a task that is cut off leaves behind. */
  add(task: string, made: Made): void {
    this.set(task, new Map([...this.of(task).made, ...made]));
  }

  /** The run is over. */
  tidy(): void {
    const known = this.#known;
    if (known === undefined || this.#lines < known.size + MOST_PAST) return;
    writeCache(this.#root, FILE, (handle) => {
      for (const [task, making] of known) writeSync(handle, lineOf(task, making));
    });
  }

  #load(): Map<string, Making> {
    const known = new Map<string, Making>();
    const lines = readCache(this.#root, FILE)?.toString('utf8').split('\n') ?? [];
    for (const line of lines) {
      const read = readLine(line);
      if (read === undefined) continue;
      this.#lines += 1;
      known.set(...read);
    }
    return known;
  }
}

const lineOf = (task: string, { made, before }: Making): string =>
  `${JSON.stringify([task, [...made], [...before]])}\n`;

/** Undefined for what a killed process has left half-written. */
function readLine(line: string): [task: string, making: Making] | undefined {
  try {
    const [task, made, before] = JSON.parse(line) as [string, [RawPath, string][], [RawPath, string][]];
    return [task, { made: new Map(made), before: new Map(before) }];
  } catch {
    return undefined;
  }
}

const isSame = (one: Made, other: Made): boolean =>
  one.size === other.size && [...one].every(([path, state]) => other.get(path) === state);
