// What a repository tells git to ignore, as far as it is told by names alone.

export interface Ignored {
  /** Whether folders, or files, of this name are ignored wherever they lie, or at the root. */
  hasName(name: string): boolean;
  /** Lines such as `*.log`. */
  endings: readonly string[];
}

export function gitignoreOf(text: string): Ignored {
  const lines = text.split('\n').map((line) => line.trim());
  const names = new Set(
    lines
      .filter((line) => line !== '' && !/^[#!]/.test(line))
      .map((line) => line.replace(/^(?:\*\*)?\//, '').replace(/\/(?:\*\*?)?$/, '')),
  );
  return {
    hasName: (name) => names.has(name),
    endings: [...names].filter((name) => /^\*\.[\w.]+$/.test(name)),
  };
}
