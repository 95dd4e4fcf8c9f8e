// Many patterns to fewer, which match more. Pure.

import { grouped } from '../base/grouped.ts';

/** More than that nobody reads. */
const MOST_PATTERNS = 12;

/** Patterns that differ in one folder, from which on that folder is any. */
const ALIKE = 3;

// Of `packages/a/src/**` and others like it one with a `*` for the folder, where no folder beside these has what is meant.
export function starred(globs: readonly string[], all: readonly string[]): string[] {
  let some = [...globs];
  for (const glob of globs) {
    if (!some.includes(glob)) continue;
    const names = namesOf(glob);
    for (let at = 1; at < names.length - 1; at++) {
      if (/[*{]/.test(names[at] as string)) break;
      const alike = some.filter((other) => isAlike(namesOf(other), names, at));
      if (alike.length < ALIKE) continue;
      const [before, after] = [names.slice(0, at), names.slice(at + 1)];
      const taken = new Set(alike.map((other) => namesOf(other)[at]));
      const next = fixed(after);
      const others = all.some((path) => {
        const parts = path.split('/');
        const isBeside = before.every((name, index) => parts[index] === plain(name));
        return (
          isBeside &&
          !taken.has(parts[at] as string) &&
          next.every((name, index) => parts[at + 1 + index] === name)
        );
      });
      if (others) continue;
      some = [...some.filter((other) => !alike.includes(other)), [...before, '*', ...after].join('/')];
      break;
    }
  }
  return some;
}

const namesOf = (glob: string): string[] => glob.split('/');
const plain = (name: string): string => name.replace(/\\(.)/g, '$1');

/** Names before the first pattern. */
function fixed(names: readonly string[]): string[] {
  const end = names.findIndex((name) => /(?<!\\)[*{]/.test(name));
  return (end < 0 ? names : names.slice(0, end)).map(plain);
}

const isAlike = (one: readonly string[], other: readonly string[], but: number): boolean =>
  one.length === other.length &&
  one.every((name, at) => at === but || name === other[at]) &&
  !/[*{]/.test(one[but] as string);

/** Folder by folder, those first that have the most. */
export function loosened(globs: readonly string[]): string[] {
  let some = [...new Set(globs)];
  while (some.length > MOST_PATTERNS) {
    const byTop = grouped(
      some.filter((glob) => glob.includes('/')),
      (glob) => glob.slice(0, glob.indexOf('/')),
    );
    const [top, most = []] = [...byTop].sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
    if (top === undefined || most.length < 2) return some;
    const prefix = commonFolder(most);
    some = [...some.filter((glob) => !most.includes(glob)), `${prefix}/**`];
  }
  return some;
}

/** The innermost folder that all of them lie in. */
function commonFolder(globs: readonly string[]): string {
  const [first = '', ...others] = globs;
  const names = namesOf(first).slice(0, -1);
  const shared = names.findIndex(
    (name, at) => /(?<!\\)[*{]/.test(name) || others.some((other) => namesOf(other)[at] !== name),
  );
  return (shared < 0 ? names : names.slice(0, shared)).join('/');
}
