/** What a server in a test says instead of an answer. */

export class Refusal extends Error {
  readonly code: number;

  constructor(code: number, details: string) {
    super(details);
    this.code = code;
  }
}

/** Never answers. */
export const SILENCE = Symbol('silence');
export type Silence = typeof SILENCE;
