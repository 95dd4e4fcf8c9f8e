// What each task has made in this work tree, so that it is told from what others have put where the task writes. A line for each
// time, the last one of a task counts.

import { writeSync } from 'node:fs';
import { appendCache, readCache, writeCache } from '../base/cache-file.ts';
import { orElse } from '../base/error-code.ts';
import { type RawPath, shownPath } from '../base/raw-path.ts';
import type { Entry } from '../store/image.ts';

const FILE = 'made';
/** Characters that say nothing any more, beyond as many as say something, from which on the file is written anew. */
const MOST_PAST = 256 * 1_024;

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
  /** Those of each task: to make sense of one takes long where it has made much, and most are not asked for. */
  #lines: Map<string, string[]> | undefined;
  readonly #known = new Map<string, Making>();
  /** Those of which this run has said something. */
  readonly #told = new Set<string>();
  /** Characters of lines that count, and of those that say nothing any more. */
  #present = 0;
  #past = 0;

  /** @param root of the config */
  constructor(root: string) {
    this.#root = root;
  }

  of(task: string): Making {
    const known = this.#known.get(task) ?? lastIn(this.#all.get(task) ?? []);
    this.#known.set(task, known);
    return known;
  }

  /** Where nothing can be written it is remembered for this run alone. */
  set(task: string, made: Made): void {
    const known = this.of(task);
    if (isSame(known.made, made)) return;
    const making = { made, before: this.#told.has(task) ? known.before : known.made };
    this.#told.add(task);
    this.#known.set(task, making);
    const line = lineOf(task, making);
    this.#add(this.#all, task, line);
    appendCache(this.#root, FILE, `${line}\n`);
  }

  /** What it has made may be that, or that as well: as long as it is not known what a task that is cut off leaves behind. */
  add(task: string, made: Made): void {
    this.set(task, new Map([...this.of(task).made, ...made]));
  }

  /** The run is over. */
  tidy(): void {
    if (this.#lines === undefined || this.#past < this.#present + MOST_PAST) return;
    const tasks = this.#lines.keys();
    writeCache(this.#root, FILE, (handle) => {
      for (const task of tasks) writeSync(handle, `${lineOf(task, this.of(task))}\n`);
    });
  }

  get #all(): Map<string, string[]> {
    this.#lines ??= this.#load();
    return this.#lines;
  }

  #load(): Map<string, string[]> {
    const lines = new Map<string, string[]>();
    for (const line of readCache(this.#root, FILE)?.toString('utf8').split('\n') ?? []) {
      const task = taskIn(line);
      if (task !== undefined) this.#add(lines, task, line);
    }
    return lines;
  }

  #add(lines: Map<string, string[]>, task: string, line: string): void {
    const before = lines.get(task);
    const past = before?.at(-1)?.length ?? 0;
    this.#past += past;
    this.#present += line.length - past;
    if (before === undefined) lines.set(task, [line]);
    else before.push(line);
  }
}

const lineOf = (task: string, { made, before }: Making): string =>
  JSON.stringify([task, [...made], [...before]]);

/** Undefined where it begins as none of ours. */
function taskIn(line: string): string | undefined {
  const [, name] = /^\[("(?:[^"\\]|\\.)*"),/.exec(line) ?? [];
  return name === undefined ? undefined : orElse(() => JSON.parse(name) as string, undefined);
}

/** What the last line says that makes sense: a killed process leaves one half-written. */
function lastIn(lines: readonly string[]): Making {
  for (const line of [...lines].reverse()) {
    const making = orElse(() => makingIn(line), undefined);
    if (making !== undefined) return making;
  }
  return NOTHING;
}

function makingIn(line: string): Making {
  const [, made, before] = JSON.parse(line) as [string, [RawPath, string][], [RawPath, string][]];
  return { made: new Map(made), before: new Map(before) };
}

const isSame = (one: Made, other: Made): boolean =>
  one.size === other.size && [...one].every(([path, state]) => other.get(path) === state);
