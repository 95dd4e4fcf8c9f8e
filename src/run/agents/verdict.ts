// What a reviewing agent's answer means, and what of it is worth passing on. Pure but for the text that it gathers.

import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';

export type Verdict = 'approved' | 'needs-fixes';

const MOST_CHARACTERS = 16_384;
const MOST_LINES = 20;

/** Hears what an acceptance check prints and remembers the end of it. */
export class Hearing {
  readonly #decoder = new StringDecoder('utf8');
  #text = '';
  #isCut = false;

  hear(chunk: Buffer): void {
    const text = this.#text + this.#decoder.write(chunk);
    this.#isCut ||= text.length > MOST_CHARACTERS;
    this.#text = text.slice(-MOST_CHARACTERS);
  }

  /** The lines, without what terminals alone understand and without the empty ones around them. */
  lines(): string[] {
    const lines = stripVTControlCharacters(this.#text + this.#decoder.end()).split(/\r?\n/);
    // The first line of a text that was cut is half a line.
    if (this.#isCut && lines.length > 1) lines.shift();
    const isThere = (line: string): boolean => line.trim() !== '';
    const first = lines.findIndex(isThere);
    return first < 0
      ? []
      : lines.slice(first, lines.findLastIndex(isThere) + 1).map((line) => line.trimEnd());
  }
}

/** The last of the lines: enough to act upon, little enough for an event. */
export const findingsOf = (lines: readonly string[]): string[] => lines.slice(-MOST_LINES);

/** Marks of headings, lists, quotes, emphasis and code, ticks and crosses. */
const DECORATION = /[*_`~#>|"'“”\p{So}]|\uFE0F|^\s*(?:[-+•]|\d+[.)])\s|\[[ xX]?\]/gu;
const LABEL =
  /^(?:the |my |final |overall )*(?:verdict|result|review|status|decision|outcome|conclusion)\b\s*(?:is\b\s*)?[:=–—-]?\s*/i;

/** What one line says, if it is a verdict; one that only speaks of approval is none. */
function verdictIn(line: string): Verdict | undefined {
  // `needs_fixes` is one word to some.
  const plain = line
    .replace(/needs_fixes/gi, 'needs fixes')
    .replace(DECORATION, '')
    .trim();
  const said = plain.replace(LABEL, '').trim();
  if (/^(?:needs?[ -]+fix(?:es|ing)?|not approved)\b/i.test(said)) return 'needs-fixes';
  return /^approved(?:\s*$|\s*[.,:;!(–—-])/i.test(said) ? 'approved' : undefined;
}

/** The verdict of the last line that is one; undefined where none is. */
export function verdictOf(lines: readonly string[]): Verdict | undefined {
  for (let at = lines.length - 1; at >= 0; at--) {
    const verdict = verdictIn(lines[at] as string);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}
