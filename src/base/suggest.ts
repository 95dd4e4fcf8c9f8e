import { distance } from 'fastest-levenshtein';

/** Two neighbours that changed places are one slip of the fingers, likelier than a wrong letter, and two letters to Levenshtein. */
function isSwapped(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return (
    at < one.length &&
    one[at] === other[at + 1] &&
    one[at + 1] === other[at] &&
    one.slice(at + 2) === other.slice(at + 2)
  );
}

/** The candidate most like `word`, when one is near enough to be what was meant (a third of its letters wrong at most). */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 0.5;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const written = candidate.toLowerCase();
    const wrong = isSwapped(wanted, written) ? 0.5 : distance(wanted, written);
    if (wrong < least && wrong < Math.max(word.length, candidate.length)) {
      best = candidate;
      least = wrong;
    }
  }
  return best;
}

export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const match = nearest(word, candidates);
  return match === undefined ? undefined : `did you mean \`${match}\`?`;
}

/** Different words that are guessed at; each guess looks at every candidate. */
const MOST_GUESSES = 100;

/** `didYouMean` for many words and the keys of one set or map. */
export function guesser(candidates: { keys(): Iterable<string> }): (word: string) => string | undefined {
  const guesses = new Map<string, string | undefined>();
  return (word) => {
    if (!guesses.has(word) && guesses.size < MOST_GUESSES)
      guesses.set(word, didYouMean(word, candidates.keys()));
    return guesses.get(word);
  };
}
