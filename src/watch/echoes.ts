// Files that change in run after run though nobody edits them: a task writes them and does not declare it. Whose a change is
// nobody can tell, but that it comes again with every run can be seen. Pure.

/** Runs in a row in which a file has changed, without a change of anything between two of them. */
const MOST = 5;

export class Echoes {
  /** By path, in how many runs in a row. */
  #streaks = new Map<string, number>();
  #now = new Set<string>();
  readonly #told = new Set<string>();

  /** Somebody has changed something while nothing ran. */
  edited(): void {
    this.#streaks.clear();
    this.#told.clear();
  }

  /** Of the files that have changed while tasks run those that count as edits. */
  heard(paths: readonly string[]): string[] {
    for (const path of paths) this.#now.add(path);
    return paths.filter((path) => (this.#streaks.get(path) ?? 0) < MOST);
  }

  /** The run is over. Those of which it is to be told now that they count no more. */
  runOver(): string[] {
    this.#streaks = new Map([...this.#now].map((path) => [path, (this.#streaks.get(path) ?? 0) + 1]));
    this.#now = new Set();
    const found = [...this.#streaks].flatMap(([path, runs]) =>
      runs > MOST && !this.#told.has(path) ? [path] : [],
    );
    for (const path of found) this.#told.add(path);
    return found.sort();
  }
}
