// The one door to stdout and stderr, through which no text gets that would act on a terminal beyond its colours; and what is
// known of a stream: its size, whether it has colours, whether a person watches it move.

import { fstatSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createColors } from 'picocolors';
import { harmlessJson, harmlessText, RESET, Settling, settle } from '../present/terminal-codes.ts';
import { markupWithoutCommands, silenced, withoutCommands } from './github.ts';

export type Colors = ReturnType<typeof createColors>;

export interface Terminal {
  /** Text of ours, whatever others have put into it. */
  write(text: string): void;
  /** The same, and resolves when it has been taken, or never will be. */
  put: Put;
  /** A part of what a program has printed: it keeps what stays within its lines. */
  writeOutput(text: string): void;
  /** All that a program has printed: to a file or a program byte for byte. Rejects where one of both ends fails. */
  pour(bytes: Readable): Promise<void>;
  /** A document, for a file or a program byte for byte. */
  document(text: string): Promise<void>;
  /** JSON, in which the characters that a terminal would act on are escaped. */
  json(text: string): Promise<void>;
  /** Where somebody else has left the cursor within a line, the next one begins. */
  freshLine(): void;
  /** Cells per line; 80 where the stream does not know. */
  columns(): number;
  /** Lines on the screen; 24 where the stream does not know. */
  rows(): number;
  colors: Colors;
  /** False where ✔ and box drawing would come out as rubbish. */
  unicode: boolean;
  /** A person watches and lines may be drawn again. */
  interactive: boolean;
  stream: NodeJS.WriteStream;
}

export interface TerminalOptions {
  stream: NodeJS.WriteStream;
  env: NodeJS.ProcessEnv;
  /** From --color or --no-color; undefined leaves it to the environment. */
  color?: boolean | undefined;
}

/** Whether somebody has said so, and not the stream alone. */
const refusesColor = ({ env, color }: TerminalOptions): boolean =>
  color === undefined ? env.NO_COLOR !== undefined && env.NO_COLOR !== '' : !color;

/** See https://no-color.org and https://force-color.org; an explicit flag wins over both. */
function wantsColor(options: TerminalOptions): boolean {
  const { stream, env, color } = options;
  if (color !== undefined) return color;
  if (refusesColor(options)) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  if (env.TERM === 'dumb') return false;
  return stream.isTTY === true || env.GITHUB_ACTIONS === 'true' || env.GITLAB_CI === 'true';
}

/** The streams that are guarded, with what they could not be written for. */
const guarded = new Map<NodeJS.WriteStream, NodeJS.ErrnoException | undefined>();

/**
 * `ptask | head` closes the pipe while we write, a terminal can go away, a disk can be full: that ends the text, not the
 * run. The one handler of these errors.
 */
export function outliveTheReader(stream: NodeJS.WriteStream): void {
  if (guarded.has(stream)) return;
  guarded.set(stream, undefined);
  stream.on('error', (error) => guarded.set(stream, guarded.get(stream) ?? error));
}

/** Why a stream has not taken everything; undefined when it has, or when nobody wanted to read on. */
export function whyBroken(stream: NodeJS.WriteStream): string | undefined {
  const error = guarded.get(stream);
  if (error === undefined || error.code === 'EPIPE' || error.code === 'ECONNRESET' || stream.isTTY)
    return undefined;
  const [, code, words] = /^(\w+): (.+), write$/.exec(error.message) ?? [];
  return words === undefined ? error.message : `${words} (${code})`;
}

export function openTerminal(options: TerminalOptions): Terminal {
  const { stream, env } = options;
  outliveTheReader(stream);
  const colors = createColors(wantsColor(options));
  /** Nothing but a file or another program reads it, and nobody has refused colours: bytes arrive as they are. */
  const raw = stream.isTTY !== true && !refusesColor(options);
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const isLog = env.GITHUB_ACTIONS === 'true';
  const put = putTo(stream, isLog);
  return {
    stream,
    write: (text) => void stream.write(ours(text, isLog)),
    put,
    writeOutput: (text) => {
      const settled = settle(text, colors.isColorSupported);
      if (settled.includes('\x1b')) restoreAtExit(stream);
      const { begin, end } = isLog ? silenced() : NO_SILENCE;
      stream.write(`${begin}${settled}${isLog && !settled.endsWith('\n') ? '\n' : ''}${end}`);
    },
    async pour(bytes) {
      if (colors.isColorSupported) restoreAtExit(stream);
      const silence = isLog && !goesToFile(stream) ? silenced() : undefined;
      const settling = raw ? undefined : new Settling(colors.isColorSupported);
      async function* settled(chunks: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
        if (silence) yield Buffer.from(silence.begin);
        for await (const chunk of chunks) yield settling?.push(chunk) ?? chunk;
        if (settling) yield settling.end();
        if (silence) yield Buffer.from(`\n${silence.end}`);
      }
      // Loaded by those who need it: it takes a tenth of the time in which the version is told.
      const { pipeline } = process.getBuiltinModule('node:stream/promises');
      await pipeline(bytes, settled, stream, { end: false });
    },
    async document(text) {
      const shown = stream.isTTY ? harmlessText(text) : text;
      const isRead = isLog && !goesToFile(stream);
      const { begin, end } = isRead && !isMarkup(text) ? silenced() : NO_SILENCE;
      await put(Buffer.from(isRead && isMarkup(text) ? markupWithoutCommands(shown) : begin + shown + end));
    },
    json: (text) => put(Buffer.from(harmlessJson(isLog ? text.replaceAll('##[', '#\\u0023[') : text))),
    freshLine() {
      // Blanks up to the last cell: only from within a line do they reach the next one.
      if (stream.isTTY) stream.write(`${' '.repeat(Math.max(0, (stream.columns || 80) - 1))}\r\x1b[K`);
    },
    columns: () => stream.columns || 80,
    rows: () => stream.rows || 24,
    colors,
    unicode:
      process.platform === 'win32'
        ? Boolean(env.WT_SESSION)
        : env.TERM !== 'linux' && !/^(C|POSIX)$/.test(locale),
    interactive: stream.isTTY === true && env.TERM !== 'dumb' && !env.CI,
  };
}

const isMarkup = (text: string): boolean => text.startsWith('<');
const NO_SILENCE = { begin: '', end: '' };

/** The log of a CI service is read from a pipe. */
function goesToFile(stream: NodeJS.WriteStream): boolean {
  try {
    return fstatSync((stream as NodeJS.WriteStream & { fd: number }).fd).isFile();
  } catch {
    return false;
  }
}

const ours = (text: string, isLog: boolean): string =>
  isLog ? withoutCommands(harmlessText(text)) : harmlessText(text);

/** A sentence to a stream of which nothing is known. */
export const say = (stream: NodeJS.WriteStream, text: string): void =>
  void stream.write(ours(text, process.env.GITHUB_ACTIONS === 'true'));

/** Writes a piece and resolves when the stream has taken it; also when it never will. Bytes are made safe already. */
export type Put = (piece: string | Uint8Array) => Promise<void>;

const putTo =
  (stream: NodeJS.WriteStream, isLog: boolean): Put =>
  (piece) => {
    if (typeof piece !== 'string' && piece.includes(ESC)) restoreAtExit(stream);
    return new Promise((resolve) => {
      stream.write(typeof piece === 'string' ? ours(piece, isLog) : piece, () => resolve());
    });
  };

const ESC = 0x1b;
const restored = new Set<NodeJS.WriteStream>();

/** An output may be cut off in the middle, with its colours on. */
function restoreAtExit(stream: NodeJS.WriteStream): void {
  if (!stream.isTTY || restored.has(stream)) return;
  restored.add(stream);
  process.once('exit', () => void stream.write(RESET));
}

/**
 * Pieces of a stream one after the other. What is short is written at once; what takes time (a file that is copied in
 * parts) keeps what comes after it waiting, so that nothing gets in between.
 */
export class Queue {
  readonly #terminal: Pick<Terminal, 'write' | 'put'>;
  readonly #jobs: (string | ((put: Put) => Promise<void>))[] = [];
  #working: Promise<void> | undefined;

  constructor(terminal: Pick<Terminal, 'write' | 'put'>) {
    this.#terminal = terminal;
  }

  add(job: string | ((put: Put) => Promise<void>)): void {
    if (typeof job === 'string' && !this.#working) {
      this.#terminal.write(job);
      return;
    }
    this.#jobs.push(job);
    this.#working ??= this.#work();
  }

  /** Resolves when everything has been written. */
  async empty(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    // As long as there are jobs; the last one may have been added while the one before was written.
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift())
      await (typeof job === 'string' ? this.#terminal.put(job) : job(this.#terminal.put));
    this.#working = undefined;
  }
}
