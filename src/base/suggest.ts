import { distance } from 'fastest-levenshtein';

/** The candidate most like `word`, when one is near enough to be what was meant (a third of its letters wrong at most). */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(word.length > 3 ? 2 : 1, Math.floor(word.length / 3)) + 0.5;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const wrong = distance(word.toLowerCase(), candidate.toLowerCase());
    if (wrong < least) {
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
