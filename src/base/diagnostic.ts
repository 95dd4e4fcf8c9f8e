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
  /** What stands behind it, a sentence each. */
  reasons?: string[];
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

  /** Where a line begins and ends, its line break not counted. A slice of it costs nothing, however long it is. */
  #boundsOf(line: number): [start: number, end: number] {
    const start = this.#starts[line] ?? 0;
    let end = (this.#starts[line + 1] ?? this.text.length + 1) - 1;
    if (end > start && this.text[end - 1] === '\r') end -= 1;
    return [start, end];
  }

  /** The place of a stretch of text. One that goes over several lines is cut at the end of the first. */
  place(start: number, end = start + 1): Place {
    const from = Math.max(0, Math.min(start, this.text.length));
    const line = this.#lineOf(from);
    const [first, last] = this.#boundsOf(line);
    const column = Math.min(from, last) - first;
    const lines = [line - 1, line, line + 1].flatMap((number) => {
      if (number < 0 || number >= this.#starts.length) return [];
      const text = this.text.slice(...this.#boundsOf(number));
      // What stands after the last line break is no line that an editor shows anything on.
      if (text === '' && number > line && number === this.#starts.length - 1) return [];
      return [{ number: number + 1, text }];
    });
    const length = Math.max(1, Math.min(end - start, last - first - column));
    return { file: this.file, line: line + 1, column: column + 1, length, lines };
  }
}
