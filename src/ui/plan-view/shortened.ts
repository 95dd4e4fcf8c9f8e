// Patterns as people can read them: a generated one may have thousands of characters, of which the ends say what it is.

import { marksOf } from '../marks.ts';
import type { Look } from './layout.ts';

/** Longer ones lose their middle; a config has the whole, and so has `--json`. */
const MOST = 120;
const LONG_WORD = new RegExp(`\\S{${MOST + 1},}`, 'gu');

/** One pattern, with a sign where its middle was. */
export function shortened(pattern: string, look: Pick<Look, 'unicode'>): string {
  const characters = [...pattern];
  if (characters.length <= MOST) return pattern;
  const { ellipsis } = marksOf(look);
  const end = Math.floor((MOST - ellipsis.length) / 2);
  return (
    characters.slice(0, MOST - ellipsis.length - end).join('') + ellipsis + characters.slice(-end).join('')
  );
}

/** A sentence, with the patterns in it shortened. */
export const withShortWords = (text: string, look: Pick<Look, 'unicode'>): string =>
  text.replace(LONG_WORD, (word) => shortened(word, look));
