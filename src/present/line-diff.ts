// What was added to a text, and which lines of it were replaced, as lines. Pure.

export interface DiffLine {
  sign: '+' | '-' | ' ';
  line: string;
}

/** For texts of which the second is the first with lines more, and a few others instead of single ones. Each change comes after the line before it. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [old, now] = [before, after].map((text) => text.split(/\r?\n/)) as [string[], string[]];
  const found: DiffLine[] = [];
  let at = 0;
  for (let index = 0; index <= old.length && at < now.length; index++) {
    if (old[index] === now[at]) {
      at += 1;
      continue;
    }
    if (found.at(-1)?.line !== now[at - 1] && at > 0) found.push({ sign: ' ', line: now[at - 1] as string });
    const kept = now.indexOf(old[index] as string, at);
    // A line that is not there any more goes, and what stands up to the next one that is comes.
    const isGone = index < old.length && kept < 0;
    if (isGone) found.push({ sign: '-', line: old[index] as string });
    const next = isGone ? now.indexOf(old[index + 1] as string, at) : kept;
    const end = next < 0 ? now.length : next;
    for (; at < end; at++) found.push({ sign: '+', line: now[at] as string });
    if (!isGone) at += 1;
  }
  return found;
}
