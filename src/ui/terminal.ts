// What can be written to a stream: its size, whether it has colours, whether a person watches it move.

import { createColors } from 'picocolors';

export type Colors = ReturnType<typeof createColors>;

export interface Terminal {
  write(text: string): void;
  /** Cells per line; 80 where the stream does not know. */
  columns(): number;
  /** Lines on the screen; 24 where the stream does not know. */
  rows(): number;
  colors: Colors;
  /** Nothing but a file or another program reads it, and nobody has refused colours: bytes arrive as they are. */
  raw: boolean;
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
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return {
    stream,
    write: (text) => void stream.write(text),
    columns: () => stream.columns || 80,
    rows: () => stream.rows || 24,
    colors: createColors(wantsColor(options)),
    raw: stream.isTTY !== true && !refusesColor(options),
    unicode:
      process.platform === 'win32'
        ? Boolean(env.WT_SESSION)
        : env.TERM !== 'linux' && !/^(C|POSIX)$/.test(locale),
    interactive: stream.isTTY === true && env.TERM !== 'dumb' && !env.CI,
  };
}

/** Writes a piece and resolves when the stream has taken it; also when it never will. */
export type Put = (piece: string | Uint8Array) => Promise<void>;

/**
 * Pieces of a stream one after the other. What is short is written at once; what takes time (a file that is copied in
 * parts) keeps what comes after it waiting, so that nothing gets in between.
 */
export class Queue {
  readonly #stream: NodeJS.WriteStream;
  readonly #jobs: (string | ((put: Put) => Promise<void>))[] = [];
  #working: Promise<void> | undefined;
  readonly #put: Put = (piece) => new Promise((resolve) => this.#stream.write(piece, () => resolve()));

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  add(job: string | ((put: Put) => Promise<void>)): void {
    if (typeof job === 'string' && !this.#working) {
      this.#stream.write(job);
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
      await (typeof job === 'string' ? this.#put(job) : job(this.#put));
    this.#working = undefined;
  }
}
