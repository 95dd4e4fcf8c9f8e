// What a task tells of itself, as lines that a shell script can write and a person can read. Pure; files are read by
// note-reader.ts. Nothing here is ever wrong: what is no known line is markdown, and kept as text.

import { stripVTControlCharacters } from 'node:util';
import type { Note } from '../../model/report.ts';

/** Characters of one note, and of one line of it; what is beyond stands in the notes file alone. */
const MOST = 16_384;
const CUT = ' … (cut)';

const SEVERITIES: Readonly<Record<string, NonNullable<Note['severity']>>> = {
  ...{ low: 'low', minor: 'low', trivial: 'low', info: 'low' },
  ...{ medium: 'medium', moderate: 'medium', normal: 'medium', warning: 'medium' },
  ...{ high: 'high', major: 'high', critical: 'high', severe: 'high', blocker: 'high' },
};

type Key = Pick<Note, 'kind' | 'path' | 'severity'>;

interface Draft {
  key: Key;
  lines: string[];
  length: number;
}

const PROSE = /^(understanding|plan|handoff|note|text)[ \t]*:(.*)$/i;
const ISSUE = /^issue[ \t]*(?:\[([^\]]*)\])?[ \t]*:(.*)$/i;
const FILE = /^file[ \t]+("(?:[^"\\]|\\.)*"|`[^`]+`|\S+?)[ \t]*:(?=[ \t]|$)(.*)$/i;

/** With what any of them begins. */
const INITIAL = /^(?:[uphntif]|\p{Cc})/iu;

/** A line that begins a note, and what it already says. */
function keyed(line: string): { key: Key; text: string } | undefined {
  const prose = PROSE.exec(line);
  if (prose) {
    const [, name = '', text = ''] = prose;
    const kind = name.toLowerCase();
    return { key: { kind: (kind === 'note' ? 'text' : kind) as Note['kind'] }, text };
  }
  const issue = ISSUE.exec(line);
  if (issue) {
    const [, given = '', text = ''] = issue;
    const severity = SEVERITIES[given.trim().toLowerCase()];
    if (severity !== undefined) return { key: { kind: 'issue', severity }, text };
    return { key: { kind: 'issue' }, text: given.trim() === '' ? text : `[${given.trim()}] ${text.trim()}` };
  }
  const file = FILE.exec(line);
  if (!file) return undefined;
  const path = unquoted(file[1] ?? '');
  return path === '' ? undefined : { key: { kind: 'file', path }, text: file[2] ?? '' };
}

function unquoted(path: string): string {
  if (path.startsWith('`')) return path.slice(1, -1);
  if (!path.startsWith('"')) return path;
  try {
    return String(JSON.parse(path));
  } catch {
    return path.slice(1, -1);
  }
}

/** Control characters, and those that change the direction of what follows: no note means to say them. */
const UNSEEN = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/gu;
const clean = (line: string): string =>
  stripVTControlCharacters(line.slice(0, MOST)).replace(UNSEEN, '').trimEnd();

/**
 * Makes notes of lines. A keyed line begins a note. It goes on until a blank line, a heading or the next keyed line;
 * lines that are indented belong to it after a blank line as well. Everything else is text, which goes on until the
 * next keyed line.
 */
export class NoteParser {
  #open: Draft | undefined;
  /** Of the note that `pause` has given out before its end was seen. */
  #paused: Key | undefined;
  #isAfterBlank = false;

  /** The note that this line ends, if it ends one. */
  line(raw: string): Note | undefined {
    const isFull = this.#open?.key.kind === 'text' && this.#open.length > MOST;
    // Of megabytes of text only that is of interest which may begin another note.
    if (isFull && !INITIAL.test(raw)) return undefined;
    const line = clean(raw);
    if (line === '') {
      this.#isAfterBlank = true;
      return undefined;
    }
    const begun = keyed(line);
    const goesOn = begun === undefined && this.#goesOn(line);
    const ended = goesOn ? undefined : this.end();
    if (this.#open === undefined) {
      this.#open = { key: this.#keyOf(begun?.key, goesOn), lines: [], length: 0 };
      this.#isAfterBlank = false;
    }
    if (this.#isAfterBlank) this.#add('');
    this.#isAfterBlank = false;
    this.#add(
      begun ? begun.text.trim() : this.#open.key.kind === 'text' ? line : line.replace(/^(?: {1,2}|\t)/, ''),
    );
    return ended;
  }

  /** The note that is open, though more of it may come: that will be a note of the same kind. */
  pause(): Note | undefined {
    const paused = this.#open?.key ?? this.#paused;
    const note = this.end();
    this.#paused = paused;
    return note;
  }

  /** The note that is open, and the end of it. */
  end(): Note | undefined {
    const open = this.#open;
    this.#open = undefined;
    this.#paused = undefined;
    return open && noteOf(open);
  }

  #goesOn(line: string): boolean {
    const key = this.#open?.key ?? this.#paused;
    if (key === undefined) return false;
    if (key.kind === 'text' || /^[ \t]/.test(line)) return true;
    return !this.#isAfterBlank && !/^#{1,6}[ \t]/.test(line);
  }

  /** A table's row cannot go on once it was given out. */
  #keyOf(begun: Key | undefined, goesOn: boolean): Key {
    if (begun) return begun;
    const paused = goesOn ? this.#paused : undefined;
    const isRow = paused === undefined || paused.kind === 'issue' || paused.kind === 'file';
    return isRow ? { kind: 'text' } : paused;
  }

  #add(line: string): void {
    const open = this.#open as Draft;
    if (open.length > MOST) return;
    open.length += line.length + 1;
    open.lines.push(open.length > MOST ? `${line.slice(0, MOST)}${CUT}` : line);
  }
}

function noteOf({ key, lines }: Draft): Note | undefined {
  const text = lines.join('\n').trim();
  if (key.kind === 'issue') {
    const [what, resolution] = resolved(text);
    // A resolution of nothing is what there is to tell.
    if (what === '') return resolution === '' ? undefined : { ...key, text: resolution };
    return { ...key, text: what, ...(resolution !== '' && { resolution }) };
  }
  return text === '' && key.kind !== 'file' ? undefined : { ...key, text };
}

/** An issue and what was done about it: behind the first `=>` that begins a line, else behind the last between words. */
function resolved(text: string): [what: string, resolution: string] {
  const at = /\n[ \t]*=>/.exec(text) ?? /(?:^|\s)=>(?=\s|$)(?![\s\S]*\s=>(?:\s|$))/.exec(text);
  if (!at) return [text, ''];
  return [text.slice(0, at.index).trim(), text.slice(at.index + at[0].length).trim()];
}

/** All notes of a text. */
export function parseNotes(text: string): Note[] {
  const parser = new NoteParser();
  const notes = text.split('\n').map((line) => parser.line(line));
  return [...notes, parser.end()].filter((note) => note !== undefined);
}

/** A note as the lines that say it, each with its end. */
export function formatNote({ kind, text, path = '', severity, resolution }: Note): string {
  const file = /^[^\s"`:]+$/.test(path) ? path : JSON.stringify(path);
  const heads = {
    text: 'note',
    file: `file ${file}`,
    issue: severity === undefined ? 'issue' : `issue[${severity}]`,
  };
  const head = kind in heads ? heads[kind as keyof typeof heads] : kind;
  const body = `${text.trim()}${resolution === undefined ? '' : `\n=> ${resolution.trim()}`}`;
  const [first = '', ...rest] = body.split(/\r?\n/);
  return `${[`${head}: ${first}`.trimEnd(), ...rest.map((line) => (line.trim() === '' ? '' : `  ${line}`))].join('\n')}\n`;
}
