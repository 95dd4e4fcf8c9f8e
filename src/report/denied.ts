// What is said of tasks that could have no worktree.

/** After the name of the task. */
export const deniedWorktree = (reason: string, spell: (text: string) => string = (text) => text): string =>
  `takes turns in the shared tree, since no worktree could be made: ${spell(reason)}`;
