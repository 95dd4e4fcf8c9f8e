// The file of answers about pairs of lists: a seal, the answers that differ, and a line for each list with the numbers of
// the answers about it and the lists before it. A list is dropped by dropping its line.

import { lstatSync, writeFileSync } from 'node:fs';
import { buildId } from '../base/build-id.ts';
import { readCache, writeCache } from '../base/cache-file.ts';
import { sha256 } from '../base/digest.ts';
import { GLOB_OPTIONS, type Overlap, type PatternList, STRICT_GLOB_OPTIONS } from './patterns/index.ts';

type Answer = Overlap;

/** By the second of two lists: the first ones, and the answer about each. */
export type FreshAnswers = ReadonlyMap<number, { firsts: readonly number[]; answers: readonly Answer[] }>;

const FILE = 'answers';
const MOST_CHARACTERS = 8_000_000;
/** Of two lists the one with the higher number has the answer: as the first of the two, and as the second. */
const [AS_FIRST, AS_SECOND] = [1, 2] as const;

/** Answers by the number of the other list. */
type Row = ReadonlyMap<number, Answer>;

/** What a file has. Rows are taken apart when first asked for. */
export class KnownAnswers {
  readonly lists: readonly string[];
  readonly #answers: readonly Answer[];
  readonly #lines: readonly string[][];
  readonly #rows: Row[] = [];
  /** By the number of a list in the plan, its number in the file. */
  readonly #numbers: readonly (number | undefined)[];

  /** @throws on a text of any other form */
  constructor(body: string, lists: readonly PatternList[]) {
    const [answers = '', ...lines] = body.split('\n');
    this.#answers = (JSON.parse(answers) as Answer[]).map((answer) => Object.freeze(answer));
    this.#lines = lines.map((line) => line.split('\t'));
    this.lists = this.#lines.map(([list]) => list as string);
    const index = new Map(this.lists.map((list, at) => [list, at]));
    this.#numbers = lists.map((list) => index.get(JSON.stringify(list)));
  }

  /** By the numbers of two lists in the plan. */
  of(first: number, second: number): Answer | undefined {
    const [one, two] = [this.#numbers[first], this.#numbers[second]];
    if (one === undefined || two === undefined) return undefined;
    return one > two ? this.#row(one, AS_FIRST).get(two) : this.#row(two, AS_SECOND).get(one);
  }

  /** All that is known, by numbers in the file. */
  *all(): Generator<[first: number, second: number, answer: Answer]> {
    for (const list of this.#lines.keys()) {
      for (const [other, answer] of this.#row(list, AS_FIRST)) yield [list, other, answer];
      for (const [other, answer] of this.#row(list, AS_SECOND)) yield [other, list, answer];
    }
  }

  /** `3:0 5:a`: about the list 3 the answer 0, about 5 the answer 10. */
  #row(list: number, side: 1 | 2): Row {
    const at = 2 * list + side - 1;
    this.#rows[at] ??= new Map(
      (this.#lines[list]?.[side] ?? '').split(' ').flatMap((cell): [number, Answer][] => {
        const [other = '', number = ''] = cell.split(':');
        const answer = this.#answers[Number.parseInt(number, 36)];
        return answer === undefined ? [] : [[Number.parseInt(other, 36), answer]];
      }),
    );
    return this.#rows[at];
  }
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
  const texts = lists.map((list) => JSON.stringify(list));
  const names = [...new Set([...texts, ...(known?.lists ?? [])])];
  const index = new Map(names.map((name, at) => [name, at]));
  const rows = names.map((): Record<1 | 2, Map<number, Answer>> => ({ 1: new Map(), 2: new Map() }));
  const put = (one: string | undefined, other: string | undefined, answer: Answer): void => {
    const [first, second] = [index.get(one ?? '') as number, index.get(other ?? '') as number];
    if (first > second) rows[first]?.[AS_FIRST].set(second, answer);
    else rows[second]?.[AS_SECOND].set(first, answer);
  };
  for (const [first, second, answer] of known?.all() ?? [])
    put(known?.lists[first], known?.lists[second], answer);
  for (const [second, { firsts, answers }] of fresh)
    for (const [at, first] of firsts.entries()) put(texts[first], texts[second], answers[at] as Answer);

  const answers = new Map<string, number>();
  const lines: string[] = [];
  let room = most;
  for (const [list, name] of names.entries()) {
    const before = answers.size;
    const cells = (row: Row): string =>
      Array.from(row, ([other, answer]) => {
        const text = JSON.stringify(answer);
        if (!answers.has(text)) {
          answers.set(text, answers.size);
          room -= text.length + 1;
        }
        return `${other.toString(36)}:${(answers.get(text) as number).toString(36)}`;
      }).join(' ');
    const line = [name, cells(rows[list]?.[AS_FIRST] as Row), cells(rows[list]?.[AS_SECOND] as Row)].join(
      '\t',
    );
    room -= line.length + 1;
    if (room < 0) {
      for (const text of [...answers.keys()].slice(before)) answers.delete(text);
      break;
    }
    lines.push(line);
  }
  return [`[${[...answers.keys()].join(',')}]`, ...lines].join('\n');
}

/** Whoever cannot know where ptask was built and what the folder is called inside its disk cannot make it. */
function sealOf(root: string, body: string): string {
  const { ino, dev } = lstatSync(root);
  const of = JSON.stringify([buildId(), GLOB_OPTIONS, STRICT_GLOB_OPTIONS, ino, dev]);
  return sha256().update(of).update(body).digest('hex');
}
