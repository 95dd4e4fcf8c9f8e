// What tasks hand to those that need them, as files of the run: values from PTASK_OUTPUT, and handoff notes from the log.
// Unaware of prompts and of how tasks are run.

import { closeSync, existsSync, fstatSync, ftruncateSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { orElse } from '../../base/error-code.ts';
import { OWNER_ONLY, openOwn, openToRead, readFile, replaceFile, writeFresh } from '../../base/own-files.ts';
import { isThere, lookAt, remove } from '../../base/own-folders.ts';
import type { HandedOver, Note } from '../../model/report.ts';
import { notesIn } from '../records/note-reader.ts';
import { parseNotes } from '../records/notes.ts';
import { ensureFolderOf, notesName, type RunFolder } from '../records/run-folder.ts';
import { handoverName, neededNotesName, neededValuesName, outputsName } from './files.ts';
import { parseOutputs } from './outputs.ts';
import type { FromNeed } from './prompt.ts';

/** Bytes of PTASK_OUTPUT that are read. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Characters of a value that its event tells. */
const MOST_TOLD = 4_096;

export interface Told {
  outputs: HandedOver[];
  problems: string[];
}

interface Kept {
  outputs: Record<string, string>;
  notes: string[];
}

/** The files that hand something to a task. */
export interface Needed {
  values: string;
  notes: string;
  from: FromNeed[];
}

export class Handovers {
  readonly #run: RunFolder;
  /** Those that have handed something over: nobody looks for the files of the others. */
  readonly #givers = new Set<string>();
  /** The files that values go to, of those that run, and those that the next ones may get. */
  readonly #files = new Map<string, string>();
  readonly #idle: string[] = [];
  /** All that were made. */
  readonly #made: string[] = [];
  /** Of those that run, who may have left something that goes on to write. */
  readonly #outlived = new Set<string>();

  constructor(run: RunFolder) {
    this.#run = run;
  }

  /**
   * An empty file for the values of one attempt; its path. To make one for each task is much of what a short task costs, so it may be
   * one that another has left. Throws where the disk says no.
   */
  open(task: string): string {
    const known = this.#files.get(task) ?? this.#idle.pop();
    const path = known ?? join(this.#run.path, outputsName(this.#made.length + 1));
    this.#files.set(task, path);
    if (known === undefined) this.#made.push(path);
    else if (isUntouched(path) || emptied(path)) return path;
    ensureFolderOf(path);
    if (known !== undefined) remove(path);
    // Values may be secrets, and stand in these files as they are.
    closeSync(openOwn(path, { isFresh: true, mode: OWNER_ONLY }));
    return path;
  }

  /** Something that the task has started may go on, and write to its file: nobody else gets that. */
  outlived(task: string): void {
    this.#outlived.add(task);
  }

  /** No task runs any more. */
  close(): void {
    for (const path of this.#made) orElse(() => remove(path), undefined);
  }

  /** Nothing of the task is handed over: what stays of its values, on a disk that says no, nobody is given. */
  drop(task: string): void {
    const path = this.#files.get(task);
    if (path === undefined) return;
    this.#release(task, path, isUntouched(path));
  }

  /** The next one gets the file, where that is as a new one would be. */
  #release(task: string, path: string, isSilent: boolean): void {
    this.#files.delete(task);
    const hasOutlived = this.#outlived.delete(task);
    if (!isSilent && !emptied(path)) orElse(() => remove(path), undefined);
    else if (!hasOutlived && (isSilent || isUntouched(path))) this.#idle.push(path);
  }

  /**
   * Keeps what a task that has passed hands over; undefined where that is nothing, as of one for which no file was opened. Never
   * throws.
   */
  keep(task: string): Told | undefined {
    const path = this.#files.get(task);
    if (path === undefined) return undefined;
    const isSilent = isUntouched(path);
    const { values, problems } = isSilent
      ? { values: new Map<string, string>(), problems: [] }
      : readValues(path);
    try {
      const notes = notesOf(join(this.#run.path, notesName(task)));
      this.#release(task, path, isSilent);
      if (values.size === 0 && notes.length === 0)
        return problems.length > 0 ? { outputs: [], problems } : undefined;
      replaceFile(this.#keptAt(task), keptText(values, notes), { mode: OWNER_ONLY });
      this.#givers.add(task);
    } catch (error) {
      problems.push(`it could not be kept: ${(error as Error).message}`);
    }
    return { outputs: told(values), problems };
  }

  /** What a task that runs has written by now, undefined where that is nothing. */
  valuesOf(task: string): Buffer | undefined {
    const path = this.#files.get(task);
    return path === undefined || isUntouched(path) ? undefined : readFile(path);
  }

  /** All that a task hands over, as text; '' where that is nothing. */
  textOf(task: string): string {
    return this.#givers.has(task) ? readFileSync(this.#keptAt(task), 'utf8') : '';
  }

  /** The same for a task that was done in an earlier run. */
  passOn(task: string, from: RunFolder): Told | undefined {
    const earlier = join(from.state, handoverName(task));
    if (!existsSync(earlier)) return undefined;
    try {
      replaceFile(this.#keptAt(task), readFileSync(earlier), { mode: OWNER_ONLY });
      this.#givers.add(task);
      return { outputs: told(this.#kept(task).values), problems: [] };
    } catch (error) {
      return { outputs: [], problems: [`it could not be kept: ${(error as Error).message}`] };
    }
  }

  /** Writes down for a task what those that it needs have handed over. Throws where the disk says no. */
  give(task: string, needs: readonly string[]): Needed {
    const from = needs.map((id) => this.#kept(id));
    const values = join(this.#run.path, neededValuesName(task));
    const all = Object.fromEntries(from.map((each) => [each.id, Object.fromEntries(each.values)]));
    writeFresh(values, `${JSON.stringify(all, undefined, 2)}\n`, OWNER_ONLY);
    const notes = join(this.#run.path, neededNotesName(task));
    const texts = from.flatMap(({ id, notes: own }) => (own.length > 0 ? [`## From ${id}`, ...own] : []));
    writeFresh(notes, texts.map((text) => `${text}\n`).join('\n'), OWNER_ONLY);
    return { values, notes, from };
  }

  #kept(id: string): FromNeed {
    if (!this.#givers.has(id)) return { id, values: new Map(), notes: [] };
    const { outputs, notes } = JSON.parse(readFileSync(this.#keptAt(id), 'utf8')) as Kept;
    return { id, values: new Map(Object.entries(outputs)), notes };
  }

  /** Others need it later, whatever is swept until then. */
  #keptAt(task: string): string {
    return join(this.#run.state, handoverName(task));
  }
}

const keptText = (values: ReadonlyMap<string, string>, notes: string[]): string =>
  JSON.stringify({ outputs: Object.fromEntries(values), notes } satisfies Kept);

/** What a task would hand over, as `textOf` has it, that has written this to PTASK_OUTPUT and to PTASK_LOG. */
export function handedOverBy(values: Buffer | undefined, notes: Buffer | undefined): string {
  const parsed = parseOutputs(values?.toString('utf8') ?? '').values;
  const handoffs = notes === undefined ? [] : handoffsIn(parseNotes(notes.toString('utf8')));
  return parsed.size === 0 && handoffs.length === 0 ? '' : keptText(parsed, handoffs);
}

/** Whether a file of values is as it was made. Never so where modes mean nothing: there it is done without. */
function isUntouched(path: string): boolean {
  const stats = lookAt(path);
  if (stats?.isFile() !== true || stats.size > 0n || stats.nlink !== 1n) return false;
  return Number(stats.mode & 0o777n) === OWNER_ONLY && Number(stats.uid) === process.geteuid?.();
}

/**
 * A file stays where it is as long as tasks run: some that walk all folders fail over one that goes. False where there is none, or
 * one that is not ours alone: what has another name is somebody's.
 */
function emptied(path: string): boolean {
  try {
    const file = openOwn(path, { isNew: false });
    try {
      if (fstatSync(file).nlink > 1) return false;
      ftruncateSync(file);
    } finally {
      closeSync(file);
    }
    return true;
  } catch {
    return false;
  }
}

const notesOf = (path: string): string[] => handoffsIn(notesIn(path));

const handoffsIn = (notes: readonly Note[]): string[] => [
  ...new Set(notes.flatMap(({ kind, text }) => (kind === 'handoff' ? [text] : []))),
];

const told = (values: ReadonlyMap<string, string>): HandedOver[] =>
  [...values].map(([key, value]) => ({
    key,
    value: value.slice(0, MOST_TOLD),
    bytes: Buffer.byteLength(value),
  }));

function beginningOf(file: number, size: number): string {
  const buffer = Buffer.alloc(Math.min(size, MOST_BYTES));
  let length = 0;
  for (let read = -1; read !== 0 && length < buffer.length; length += read)
    read = readSync(file, buffer, length, buffer.length - length, length);
  return buffer.toString('utf8', 0, length);
}

function readValues(path: string): { values: Map<string, string>; problems: string[] } {
  const file = openToRead(path);
  if (file === undefined) {
    const problem = 'PTASK_OUTPUT cannot be read: it is no plain file, or may not be opened';
    return { values: new Map(), problems: isThere(path) ? [problem] : [] };
  }
  try {
    const { size } = fstatSync(file);
    if (size === 0) return { values: new Map(), problems: [] };
    const { values, problems } = parseOutputs(beginningOf(file, size));
    const tooMuch = `only the first ${MOST_BYTES / 1024 / 1024} MB of ${size} bytes are read`;
    return { values, problems: size > MOST_BYTES ? [tooMuch, ...problems] : problems };
  } catch (error) {
    const problem = `PTASK_OUTPUT cannot be read: ${(error as Error).message}`;
    return { values: new Map(), problems: [problem] };
  } finally {
    closeSync(file);
  }
}
