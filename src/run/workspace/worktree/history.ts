// Which task has changed which paths in the shared tree, in the order in which they were over. Asked when a result is
// integrated: what has happened since the task began? Unaware of git and of the disk.

export interface Done {
  task: string;
  /** As shown, relative to the root. */
  paths: ReadonlySet<string>;
}

export class History {
  readonly #done: Done[] = [];

  /** Where the row ends now. */
  get length(): number {
    return this.#done.length;
  }

  add(task: string, paths: Iterable<string>): void {
    this.#done.push({ task, paths: new Set(paths) });
  }

  /** The paths that tasks have changed since then and that fit, each with the tasks. */
  since(at: number, fits: (path: string) => boolean): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const { task, paths } of this.#done.slice(at)) {
      for (const path of paths) {
        if (!fits(path)) continue;
        const tasks = found.get(path) ?? [];
        if (!tasks.includes(task)) tasks.push(task);
        found.set(path, tasks);
      }
    }
    return found;
  }
}
