// A file of which, beyond a limit, only the beginning and the end are kept. All of that is on the disk at once, and the file
// never grows beyond the limit: the last bytes go round in it until it is closed, and are then put in order.

import { closeSync, fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { openOwn } from '../../base/own-files.ts';
import { formatBytes } from '../../base/size.ts';

/** Bytes of the end; of a small limit half of it. */
const MOST_OF_END = 8 * 1024 * 1024;
const LF = 0x0a;
/** Stands at the end as long as the file is not in order, which it never comes to be where ptask is killed. */
const UNSORTED = Buffer.from(
  '\n… ptask: the limit is reached, and the last bytes before this line are out of order …\n',
);

export class BoundedFile {
  readonly #path: string;
  #fd: number | undefined;
  /** Bytes that it held before. */
  #from = 0;
  readonly #limit: number;
  readonly #head: number;
  readonly #end: number;
  #came = 0;
  #leftOut = 0;

  /**
   * Made with the first bytes that come, in a folder that is there.
   * @param goesOn keeps what it holds, to which the limit does not apply: then it is opened at once, and this throws where it cannot be
   */
  constructor(path: string, goesOn: boolean, limit: number) {
    this.#path = path;
    if (goesOn) {
      this.#fd = openOwn(path, { reads: true });
      this.#from = fstatSync(this.#fd).size;
    }
    this.#limit = limit;
    this.#end = Math.min(MOST_OF_END, Math.ceil(limit / 2));
    this.#head = limit - this.#end;
  }

  /** Of all that came, whether it holds them or not. */
  get bytes(): number {
    return this.#from + this.#came;
  }

  /** Bytes that came and that it does not hold. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Throws where the disk says no. */
  write(chunk: Buffer): void {
    const began = this.#came;
    this.#came += chunk.length;
    // Of a long piece what would be written over at once is left out.
    let at = Math.max(0, chunk.length - this.#end, Math.min(chunk.length, this.#head - began));
    this.#put(chunk.subarray(0, Math.max(0, Math.min(chunk.length, this.#head - began))), this.#from + began);
    while (at < chunk.length) {
      const round = (began + at - this.#head) % this.#end;
      const piece = chunk.subarray(at, at + this.#end - round);
      this.#put(piece, this.#from + this.#head + round);
      at += piece.length;
    }
    if (this.#came > this.#limit && began <= this.#limit) this.#put(UNSORTED, this.#from + this.#limit);
  }

  #opened(): number {
    if (this.#fd !== undefined) return this.#fd;
    this.#fd = openOwn(this.#path, { reads: true });
    ftruncateSync(this.#fd);
    return this.#fd;
  }

  #put(bytes: Buffer, position: number): void {
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.#opened(), bytes, done, bytes.length - done, position + done);
  }

  /** Throws where the disk says no; it is closed all the same. */
  close(): void {
    try {
      if (this.#came > this.#limit) this.#putInOrder(this.#opened());
    } finally {
      if (this.#fd !== undefined) closeSync(this.#fd);
    }
  }

  #putInOrder(file: number): void {
    const round = Buffer.alloc(this.#end);
    const start = this.#from + this.#head;
    for (let done = 0; done < round.length; ) {
      const read = readSync(file, round, done, round.length - done, start + done);
      // Somebody has cut it off: nothing of the end is there.
      if (read === 0) break;
      done += read;
    }
    const first = (this.#came - this.#head) % this.#end;
    const end = fromLine(Buffer.concat([round.subarray(first), round.subarray(0, first)]));
    this.#leftOut = this.#came - this.#head - end.length;
    const limit = formatBytes(this.#limit);
    const line = Buffer.from(
      `\n… ptask: ${formatBytes(this.#leftOut)} left out here, output.limit is ${limit} …\n`,
    );
    this.#put(line, start);
    this.#put(end, start + line.length);
    ftruncateSync(file, start + line.length + end.length);
  }
}

/** The end of an output begins with a whole line, where that does not take half of it. */
function fromLine(bytes: Buffer): Buffer {
  const at = bytes.indexOf(LF) + 1;
  return at > 0 && at < bytes.length / 2 ? bytes.subarray(at) : bytes;
}
