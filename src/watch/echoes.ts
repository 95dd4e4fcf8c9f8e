// Files that change in run after run though nobody edits them: a task writes them and does not declare it. Whose a change is
// nobody can tell while tasks run, but that it comes again with every run can be seen. Pure.

/** Runs in a row, each to its end, in which a file may change and ask for another one. */
const MOST = 5;
/** The same of a file that nobody has ever changed while nothing ran. */
const MOST_UNKNOWN = 1;
/** Runs in a row that a file may cut off: then one comes to its end, and something gets done. */
const MOST_CUT_OFF = 2;

/** In how many runs in a row it has changed, by how these ended. */
interface Streak {
  whole: number;
  cutOff: number;
}

const NONE: Streak = { whole: 0, cutOff: 0 };

export class Echoes {
  #streaks = new Map<string, Streak>();
  #now = new Set<string>();
  readonly #edited = new Set<string>();
  readonly #told = new Set<string>();

  /** Somebody has changed these while nothing ran. */
  edited(paths: readonly string[]): void {
    this.#streaks.clear();
    this.#told.clear();
    for (const path of paths) this.#edited.add(path);
  }

  /** Of the files that have changed while tasks run those that count as edits. */
  heard(paths: readonly string[]): string[] {
    for (const path of paths) this.#now.add(path);
    return paths.filter((path) => this.#of(path).whole < this.#most(path));
  }

  /** Whether a run may be cut off for one of these. */
  mayCutOff(paths: readonly string[]): boolean {
    return paths.some((path) => this.#of(path).cutOff < MOST_CUT_OFF);
  }

  /** The run is over. Those of which it is to be told now that they count no more. */
  runOver(isWhole: boolean): string[] {
    const streaks = [...this.#now].map((path): [string, Streak] => {
      const { whole, cutOff } = this.#of(path);
      return [path, isWhole ? { whole: whole + 1, cutOff } : { whole, cutOff: cutOff + 1 }];
    });
    this.#streaks = new Map(streaks);
    this.#now = new Set();
    const found = streaks.flatMap(([path, { whole }]) =>
      whole > this.#most(path) && !this.#told.has(path) ? [path] : [],
    );
    for (const path of found) this.#told.add(path);
    return found.sort();
  }

  #of(path: string): Streak {
    return this.#streaks.get(path) ?? NONE;
  }

  #most(path: string): number {
    return this.#edited.has(path) ? MOST : MOST_UNKNOWN;
  }
}
