// The file that PTASK_LOG names, read while its task goes on. Whatever is wrong with the file, the task goes on too.

import { closeSync, lstatSync, readSync, type Stats } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { openToRead, readFile, replaceFile } from '../../base/own-files.ts';
import type { Note } from '../../model/report.ts';
import type { Masker, MaskStream } from '../masking/masking.ts';
import { NoteParser, parseNotes } from './notes.ts';
import { bestEffort } from './run-folder.ts';

/** Watching a file is not to be relied on everywhere; to look at its size is, and costs next to nothing. */
const POLL_MS = 250;
const BLOCK = 65_536;
/** Characters of a line that are looked at. */
const LONG_LINE = 32_768;
/** What is taken of one task, in bytes and in notes. All of it stays in its file. */
const MOST_BYTES = 64 * 1024 ** 2;
const MOST_NOTES = 1_000;
/** Characters of all of them together. */
const MOST_TEXT = 1024 ** 2;

const TOO_MANY: Note = { kind: 'text', text: '(There are more notes: the rest stands in the notes file.)' };

/** One look at what is then opened with more care. Undefined where it is no file, or cannot be looked at. */
function fileAt(path: string): Stats | undefined {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? stats : undefined;
  } catch {
    return undefined;
  }
}

/** All notes that a file holds; none where there is no such file. */
export function notesIn(path: string): Note[] {
  const stats = fileAt(path);
  if (stats === undefined || stats.size > MOST_BYTES) return [];
  let notes: Note[] = [];
  bestEffort('', () => {
    notes = parseNotes(String(readFile(path) ?? ''));
  });
  return notes.slice(0, MOST_NOTES);
}

export class NoteReader {
  readonly #path: string;
  readonly #onNotes: (notes: Note[]) => void;
  readonly #masker: Masker;
  readonly #mask: MaskStream | undefined;
  readonly #decoder = new StringDecoder('utf8');
  readonly #parser = new NoteParser();
  readonly #timer: NodeJS.Timeout;
  /** Of the file, up to where it was read. */
  #offset: number;
  /** The line that has not ended yet. */
  #line = '';
  /** What was told: how many, how much, and whether that is all that will be. */
  #count = 0;
  #length = 0;
  #isFull = false;
  #bytes = 0;

  /** Begins where the file ends: what stands there already was told before. */
  constructor(path: string, onNotes: (notes: Note[]) => void, masker: Masker) {
    this.#path = path;
    this.#onNotes = onNotes;
    this.#masker = masker;
    this.#mask = masker.stream();
    this.#offset = fileAt(path)?.size ?? 0;
    this.#timer = setInterval(() => this.#look(), POLL_MS).unref();
  }

  /** Reads the rest. */
  close(): void {
    clearInterval(this.#timer);
    const notes = [...this.#read(), ...this.#take(this.#mask?.end() ?? Buffer.alloc(0))];
    const last = this.#line === '' ? undefined : this.#parser.line(this.#line);
    this.#tell([...notes, last, this.#parser.end()]);
    if (this.#mask !== undefined && this.#mask.found > 0) bestEffort('', () => this.#maskFile());
  }

  /** A note whose end is not to be seen is told once nothing more has come for a while. */
  #look(): void {
    const before = this.#offset;
    const notes: (Note | undefined)[] = this.#read();
    const isQuiet = this.#offset === before;
    this.#tell(isQuiet ? [...notes, this.#parser.pause()] : notes);
  }

  #tell(found: readonly (Note | undefined)[]): void {
    const notes: Note[] = [];
    for (const note of found) {
      if (note === undefined || this.#isFull) continue;
      this.#isFull = this.#count === MOST_NOTES || this.#length > MOST_TEXT;
      this.#count += 1;
      this.#length += note.text.length;
      notes.push(this.#isFull ? TOO_MANY : note);
    }
    if (notes.length > 0) this.#onNotes(notes);
  }

  /** What has come since the last time. */
  #read(): Note[] {
    const size = fileAt(this.#path)?.size;
    if (size === undefined || size === this.#offset || this.#bytes > MOST_BYTES) return [];
    // Somebody has written it anew.
    if (size < this.#offset) this.#offset = 0;
    const notes: Note[] = [];
    bestEffort('', () => {
      const handle = openToRead(this.#path);
      if (handle === undefined) return;
      try {
        for (const block = Buffer.allocUnsafe(Math.min(BLOCK, size - this.#offset)); this.#offset < size; ) {
          const length = readSync(handle, block, 0, block.length, this.#offset);
          if (length === 0) break;
          this.#offset += length;
          this.#bytes += length;
          const bytes = Buffer.from(block.subarray(0, length));
          notes.push(...this.#take(this.#mask?.write(bytes) ?? bytes));
        }
      } finally {
        closeSync(handle);
      }
    });
    return notes;
  }

  #take(bytes: Buffer): Note[] {
    const [first = '', ...lines] = this.#decoder.write(bytes).split('\n');
    const notes: (Note | undefined)[] = [];
    this.#line = (this.#line + first).slice(0, LONG_LINE);
    for (const line of lines) {
      notes.push(this.#parser.line(this.#line));
      this.#line = line.slice(0, LONG_LINE);
    }
    return notes.filter((note) => note !== undefined);
  }

  #maskFile(): void {
    if (fileAt(this.#path) === undefined || this.#bytes > MOST_BYTES) return;
    const said = readFile(this.#path);
    if (said === undefined) return;
    const masked = this.#masker.bytes(said);
    if (!masked.equals(said)) replaceFile(this.#path, masked);
  }
}
