// What one side of a merge did to the lines of a file, and what a result has lost of it. Lines are counted and not
// aligned: a line that moved is still there. Unaware of git.

const NUL = '\0';
const MAX_SHOWN = 5;
const MAX_LINE = 200;

/** Undefined for what is no text. */
export function linesOf(content: Buffer | undefined): string[] | undefined {
  if (content === undefined) return [];
  const text = content.toString('utf8');
  if (text.includes(NUL)) return undefined;
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function counts(lines: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of lines) found.set(line, (found.get(line) ?? 0) + 1);
  return found;
}

/** The lines of `from` that `without` does not have, as often as it has fewer of them, in their order. */
function beyond(from: readonly string[], without: readonly string[]): string[] {
  const left = counts(without);
  return from.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

export interface LineChanges {
  added: number;
  removed: number;
  /** The first of the lines added, cut to a readable length. */
  lines: string[];
}

export function lineChanges(base: Buffer | undefined, side: Buffer | undefined): LineChanges {
  const [before, after] = [linesOf(base), linesOf(side)];
  if (before === undefined || after === undefined) return { added: 0, removed: 0, lines: [] };
  const added = beyond(after, before);
  return {
    added: added.length,
    removed: beyond(before, after).length,
    lines: added
      .slice(0, MAX_SHOWN)
      .map((line) => (line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line)),
  };
}

/** The lines that a side had added to the base and that the result no longer has. Of no text, nothing can be said. */
export function discardedLines(
  base: Buffer | undefined,
  side: Buffer | undefined,
  result: Buffer | undefined,
): string[] {
  const [before, after, now] = [linesOf(base), linesOf(side), linesOf(result)];
  if (before === undefined || after === undefined || now === undefined) return [];
  const present = counts(now);
  const wanted = counts(after);
  const missing = new Map<string, number>();
  for (const [line, count] of wanted) missing.set(line, count - (present.get(line) ?? 0));
  return beyond(after, before).filter((line) => {
    const count = missing.get(line) ?? 0;
    missing.set(line, count - 1);
    return count > 0;
  });
}
