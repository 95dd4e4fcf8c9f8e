// What searches have told about pairs of lists, remembered in a cache file: a change of one line of the config leaves
// the patterns of all others as they were. Unaware of tasks; only answers of one's own are believed, see `answers-file.ts`.

import { elapsed } from '../base/elapsed.ts';
import { type KnownAnswers, readAnswers, writeAnswers } from './overlap-cache-file.ts';
import { type Overlap, overlap, type PatternList } from './patterns/index.ts';

/** Milliseconds of searching in one plan; what took less is found again as quickly as it is read. */
const WORTHWHILE_MS = 250;

export interface Limits {
  worthwhileMs?: number;
  /** Characters of the file. */
  most?: number;
}

/** All answers that say no are alike. */
const APART: Overlap = Object.freeze({ overlap: false, exact: true });

/** The answers about pairs of some lists, for the time of one plan. */
export class Answers {
  readonly #root: string;
  readonly #lists: readonly PatternList[];
  readonly #limits: Limits;
  /** What the file has; `null` where there is none. Read when a first pair would take a search. */
  #kept: KnownAnswers | null | undefined;
  /** By all that they say. */
  readonly #answers = new Map<string, Overlap>();
  /** By the second of two lists: the first ones, ascending, and the answer about each. */
  readonly #fresh = new Map<number, { firsts: number[]; answers: Overlap[] }>();
  #spent = 0;
  #pair: [first: number, second: number] = [0, 0];
  /** When the search began, if there was one. */
  #begin: number | undefined;

  constructor(root: string, lists: readonly PatternList[], limits: Limits = {}) {
    this.#root = root;
    this.#lists = lists;
    this.#limits = limits;
  }

  /**
   * What `overlap` says about two of the lists; equal answers are one object. To be asked with `first` ascending, and not
   * above `second`.
   */
  of(first: number, second: number): Overlap {
    this.#pair = [first, second];
    this.#begin = undefined;
    const [a, b] = [this.#lists[first] as PatternList, this.#lists[second] as PatternList];
    const answer = this.#shared(overlap(a, b, this.#recall));
    if (this.#begin !== undefined) {
      this.#spent += elapsed() - this.#begin;
      this.#keep(answer);
    }
    return answer;
  }

  /** To be called when all is asked. */
  save(): void {
    if (this.#spent < (this.#limits.worthwhileMs ?? WORTHWHILE_MS)) return;
    writeAnswers(this.#root, this.#lists, this.#fresh, this.#kept ?? undefined, this.#limits.most);
  }

  readonly #recall = (): Overlap | undefined => {
    if (this.#kept === undefined) this.#kept = readAnswers(this.#root, this.#lists) ?? null;
    const known = this.#kept?.of(...this.#pair);
    if (known === undefined) this.#begin = elapsed();
    return known;
  };

  #shared(answer: Overlap): Overlap {
    const { overlap, exact, witness, reason, patterns } = answer;
    if (!overlap) return APART;
    const key = `${Number(overlap)}${Number(exact)} ${patterns?.[0]} ${patterns?.[1]} ${witness}\0${reason}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    this.#answers.set(key, answer);
    return answer;
  }

  #keep(answer: Overlap): void {
    const [first, second] = this.#pair;
    const row = this.#fresh.get(second);
    if (row === undefined) this.#fresh.set(second, { firsts: [first], answers: [answer] });
    else {
      row.firsts.push(first);
      row.answers.push(answer);
    }
  }
}
