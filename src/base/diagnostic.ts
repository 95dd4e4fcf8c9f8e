// A problem with its place in the text, ready to be shown or serialised.

/** A stretch of one line of a file. */
export interface Place {
  /** As a person in the working directory would write it. */
  file: string;
  /** Counted from 1. */
  line: number;
  /** Counted from 1, in UTF-16 code units. */
  column: number;
  /** At least 1; never beyond the end of the line. */
  length: number;
  /** The line itself and its neighbours, for the code frame. */
  lines: { number: number; text: string }[];
}

export interface Diagnostic {
  /** What is wrong, as a sentence without a full stop. */
  message: string;
  place?: Place;
  /** The way out. */
  hint?: string;
  /** Other text that is involved. */
  related?: { message: string; place: Place }[];
}

/** The text of a file, which knows where its lines begin. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  readonly #starts: number[] = [0];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** The line of an offset, counted from 0, by binary search. */
  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #lineText(line: number): string {
    const text = this.text.slice(this.#starts[line], this.#starts[line + 1] ?? this.text.length);
    return text.replace(/[\r\n]+$/, '');
  }

  place(start: number, end = start + 1): Place {
    const line = this.#lineOf(start);
    const column = start - (this.#starts[line] ?? 0);
    const text = this.#lineText(line);
    const lines = [line - 1, line, line + 1]
      .filter((number) => number >= 0 && number < this.#starts.length)
      .map((number) => ({ number: number + 1, text: this.#lineText(number) }));
    const length = Math.max(1, Math.min(end - start, text.length - column));
    return { file: this.file, line: line + 1, column: column + 1, length, lines };
  }
}
