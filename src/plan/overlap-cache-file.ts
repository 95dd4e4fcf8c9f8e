// The file of answers about pairs of lists: a seal, the answers that differ, and a line for each list with the numbers of
// the answers about it and the lists before it. A list is dropped by dropping its line.

import { createHash } from 'node:crypto';
import { lstatSync, writeFileSync } from 'node:fs';
import { buildId } from '../base/build-id.ts';
import { readCache, writeCache } from '../base/cache-file.ts';
import { GLOB_OPTIONS, type Overlap, type PatternList, STRICT_GLOB_OPTIONS } from './patterns/index.ts';

type Answer = Overlap;

/** By the second of two lists: the first ones, ascending, and the answer about each. */
export type FreshAnswers = ReadonlyMap<number, { firsts: readonly number[]; answers: readonly Answer[] }>;

const FILE = 'answers';
const MOST_CHARACTERS = 8_000_000;
/** Numbers of lists and of answers are below it, so that two of them fit one exact number. */
const BASE = 2 ** 26;

/** Runs of lists of which the same is known, by number: where each begins, ascending, and the answer; 0 for none. */
interface Row {
  starts: number[];
  answers: number[];
}

/** Of two lists the one with the higher number has the answer: as the first of the two, and as the second. */
const [AS_FIRST, AS_SECOND] = [1, 2] as const;

/** What a file has. Rows are taken apart when first asked for. */
export class KnownAnswers {
  readonly lists: readonly string[];
  /** From 1. */
  readonly answers: readonly (Answer | undefined)[];
  readonly #lines: readonly string[][];
  readonly #rows: Row[] = [];
  /** By the number of a list in the plan, its number in the file. */
  readonly #numbers: readonly (number | undefined)[];

  /** @throws on a text of any other form */
  constructor(body: string, lists: readonly PatternList[]) {
    const [answers = '', ...lines] = body.split('\n');
    this.answers = [undefined, ...(JSON.parse(answers) as Answer[]).map((answer) => Object.freeze(answer))];
    this.#lines = lines.map((line) => line.split('\t'));
    this.lists = this.#lines.map(([list]) => list as string);
    const index = new Map(this.lists.map((list, at) => [list, at]));
    this.#numbers = lists.map((list) => index.get(JSON.stringify(list)));
  }

  /** By the numbers of two lists in the plan. */
  of(first: number, second: number): Answer | undefined {
    const [one, two] = [this.#numbers[first], this.#numbers[second]];
    if (one === undefined || two === undefined) return undefined;
    const row = one > two ? this.#row(one, AS_FIRST) : this.#row(two, AS_SECOND);
    return this.answers[answerAt(row, Math.min(one, two))];
  }

  /** All that is known, by numbers in the file. */
  *all(): Generator<[first: number, second: number, answer: Answer]> {
    for (let list = 0; list < this.#lines.length; list++) {
      for (const side of [AS_FIRST, AS_SECOND] as const) {
        const { starts, answers } = this.#row(list, side);
        for (const [run, number] of answers.entries()) {
          const answer = this.answers[number];
          if (answer === undefined) continue;
          const [from, to] = [starts[run] as number, starts[run + 1] ?? list + 1];
          for (let other = from; other < to; other++)
            yield side === AS_FIRST ? [list, other, answer] : [other, list, answer];
        }
      }
    }
  }

  #row(list: number, side: 1 | 2): Row {
    const at = 2 * list + side - 1;
    this.#rows[at] ??= decodeRow(this.#lines[list]?.[side] ?? '');
    return this.#rows[at];
  }
}

function answerAt({ starts, answers }: Row, list: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) <= list) low = middle + 1;
    else high = middle;
  }
  return answers[low - 1] ?? 0;
}

/** `3 0*2 1*a`: the answer 3, two times none, ten times the answer 1, in base 36; what follows is unknown. */
function decodeRow(text: string): Row {
  const row: Row = { starts: [], answers: [] };
  let next = 0;
  if (text !== '') {
    for (const run of text.split(' ')) {
      const times = run.indexOf('*');
      row.starts.push(next);
      row.answers.push(Number.parseInt(times < 0 ? run : run.slice(0, times), 36));
      next += times < 0 ? 1 : Number.parseInt(run.slice(times + 1), 36);
    }
  }
  row.starts.push(next);
  row.answers.push(0);
  return row;
}

/** @param cells list x BASE + answer, ascending */
function encodeRow(cells: Float64Array): string {
  const runs: string[] = [];
  let next = 0;
  const put = (answer: number, count: number): void => {
    if (count > 0)
      runs.push(count === 1 ? answer.toString(36) : `${answer.toString(36)}*${count.toString(36)}`);
    next += count;
  };
  for (let at = 0; at < cells.length; ) {
    const [list, answer] = [Math.floor((cells[at] as number) / BASE), (cells[at] as number) % BASE];
    // Two lists of a plan that read the same, looked up under one name.
    if (list < next) {
      at++;
      continue;
    }
    put(0, list - next);
    let count = 1;
    while (cells[at + count] === (list + count) * BASE + answer) count++;
    put(answer, count);
    at += count;
  }
  return runs.join(' ');
}

/** Undefined when there is none, or none of our own making. */
export function readAnswers(root: string, lists: readonly PatternList[]): KnownAnswers | undefined {
  try {
    const text = String(readCache(root, FILE));
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    return text.slice(0, end) === sealOf(root, body) ? new KnownAnswers(body, lists) : undefined;
  } catch {
    return undefined;
  }
}

/** Those of this plan first, then what else was known for as long as there is room: what has not been used for longest goes. */
export function writeAnswers(
  root: string,
  lists: readonly PatternList[],
  fresh: FreshAnswers,
  known: KnownAnswers | undefined,
  most = MOST_CHARACTERS,
): void {
  if (lstatSync(root, { throwIfNoEntry: false }) === undefined) return;
  writeCache(root, FILE, (handle) => {
    const body = bodyOf(lists, fresh, known, most);
    writeFileSync(handle, `${sealOf(root, body)}\n${body}`);
  });
}

function bodyOf(
  lists: readonly PatternList[],
  fresh: FreshAnswers,
  known: KnownAnswers | undefined,
  most: number,
): string {
  const names = [...new Set([...lists.map((list) => JSON.stringify(list)), ...(known?.lists ?? [])])];
  const numbers = new Numbers();
  const [asFirst, asSecond] = cellsOf(names, lists, fresh, known, numbers);
  const told = new Map<number, number>();
  const answers: string[] = [];
  const lines: string[] = [];
  let room = most;
  const compact = (cells: readonly number[] = []): Float64Array =>
    Float64Array.from(cells, (cell) => {
      const answer = cell % BASE;
      let number = told.get(answer);
      if (number === undefined) {
        number = answers.push(numbers.texts[answer] as string);
        told.set(answer, number);
        room -= (answers.at(-1) as string).length + 1;
      }
      return cell - answer + number;
    }).sort();
  for (const [list, name] of names.entries()) {
    const before = answers.length;
    const line = [name, encodeRow(compact(asFirst[list])), encodeRow(compact(asSecond[list]))].join('\t');
    room -= line.length + 1;
    if (room < 0) {
      answers.length = before;
      break;
    }
    lines.push(line);
  }
  return [`[${answers.join(',')}]`, ...lines].join('\n');
}

/** Answers by number, those that say the same by the same one. */
class Numbers {
  readonly texts: string[] = [];
  readonly #byText = new Map<string, number>();
  readonly #byAnswer = new Map<Answer, number>();

  of(answer: Answer): number {
    let number = this.#byAnswer.get(answer);
    if (number === undefined) {
      const text = JSON.stringify(answer);
      number = this.#byText.get(text) ?? this.texts.push(text) - 1;
      this.#byText.set(text, number);
      this.#byAnswer.set(answer, number);
    }
    return number;
  }
}

/**
 * By list, as other x BASE + answer: the answers in which it is the first of two, the other being one before it, and
 * those in which it is the second.
 */
function cellsOf(
  names: readonly string[],
  lists: readonly PatternList[],
  fresh: FreshAnswers,
  known: KnownAnswers | undefined,
  numbers: Numbers,
): [number[][], number[][]] {
  const [asFirst, asSecond]: [number[][], number[][]] = [[], []];
  const put = (first: number, second: number, answer: Answer): void => {
    const [rows, at, other] = first > second ? [asFirst, first, second] : [asSecond, second, first];
    rows[at] ??= [];
    rows[at].push(other * BASE + numbers.of(answer));
  };
  const index = new Map(names.map((name, at) => [name, at]));
  const renumbered = known?.lists.map((name) => index.get(name) as number) ?? [];
  for (const [first, second, answer] of known?.all() ?? [])
    put(renumbered[first] as number, renumbered[second] as number, answer);
  const placed = lists.map((list) => index.get(JSON.stringify(list)) as number);
  for (const [second, { firsts, answers }] of fresh) {
    for (const [at, first] of firsts.entries())
      put(placed[first] as number, placed[second] as number, answers[at] as Answer);
  }
  return [asFirst, asSecond];
}

/** Whoever cannot know where ptask was built and what the folder is called inside its disk cannot make it. */
function sealOf(root: string, body: string): string {
  const { ino, dev } = lstatSync(root);
  const of = JSON.stringify([buildId(), GLOB_OPTIONS, STRICT_GLOB_OPTIONS, ino, dev]);
  return createHash('sha256').update(of).update(body).digest('hex');
}
