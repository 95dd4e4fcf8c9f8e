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

const NOTHING: Made = new Map();

/** What tells two states of a path apart. */
export const stateOf = (entry: Entry): string =>
  entry.kind === 'link' ? `> ${entry.target}` : `${entry.oid.slice(0, 32)} ${entry.mode.toString(8)}`;

/** Those of what a task has made, as shown. */
export const linksIn = (made: Made): Set<string> =>
  new Set([...made].flatMap(([path, state]) => (state.startsWith('> ') ? [shownPath(path)] : [])));

export class MadeFiles {
  readonly #root: string;
  #known: Map<string, Made> | undefined;
  #lines = 0;

  /** @param root of the config */
  constructor(root: string) {
    this.#root = root;
  }

  of(task: string): Made {
    this.#known ??= this.#load();
    return this.#known.get(task) ?? NOTHING;
  }

  /** Where nothing can be written it is remembered for this run alone. */
  set(task: string, made: Made): void {
    if (isSame(this.of(task), made)) return;
    this.#known?.set(task, made);
    this.#lines += 1;
    appendCache(this.#root, FILE, `${JSON.stringify([task, [...made]])}\n`);
  }

  /** What it has made may be that, or that as well: as long as it is not known what a task that is cut off leaves behind. */
  add(task: string, made: Made): void {
    this.set(task, new Map([...this.of(task), ...made]));
  }

  /** The run is over. */
  tidy(): void {
    const known = this.#known;
    if (known === undefined || this.#lines < known.size + MOST_PAST) return;
    writeCache(this.#root, FILE, (handle) => {
      for (const [task, made] of known) writeSync(handle, `${JSON.stringify([task, [...made]])}\n`);
    });
  }

  #load(): Map<string, Made> {
    const known = new Map<string, Made>();
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

/** Undefined for what a killed process has left half-written. */
function readLine(line: string): [task: string, made: Made] | undefined {
  try {
    const [task, made] = JSON.parse(line) as [string, [RawPath, string][]];
    return [task, new Map(made)];
  } catch {
    return undefined;
  }
}

const isSame = (one: Made, other: Made): boolean =>
  one.size === other.size && [...one].every(([path, state]) => other.get(path) === state);
