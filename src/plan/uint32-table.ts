// A table of whole numbers below 2^32, without an object for any of its rows.

const FIRST_ROWS = 64;

export class Columns {
  readonly #width: number;
  #cells: Uint32Array;
  #size = 0;

  constructor(width: number) {
    this.#width = width;
    this.#cells = new Uint32Array(width * FIRST_ROWS);
  }

  get size(): number {
    return this.#size;
  }

  /** @param row as many numbers as there are columns */
  add(...row: number[]): void {
    const end = this.#size * this.#width;
    if (end === this.#cells.length) {
      const grown = new Uint32Array(2 * end);
      grown.set(this.#cells);
      this.#cells = grown;
    }
    for (let column = 0; column < this.#width; column++) this.#cells[end + column] = row[column] as number;
    this.#size++;
  }

  at(row: number, column: number): number {
    return this.#cells[row * this.#width + column] as number;
  }
}
