// A program that each Node of a command loads first, and that writes down which files this Node opens: for where there is no strace.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Access } from './access.ts';
import type { Means } from './means.ts';

const PROGRAM = 'node-preload.cjs';

/** The variable that names the file. */
export const FILES_SEEN = 'PTASK_FILES_SEEN';

/** Undefined where ptask was made a part of something else, which has not brought it. @param why strace is not used, a clause */
export function nodeMeans(why: string): Means | undefined {
  const program = programFile();
  if (program === undefined) return undefined;
  return {
    kind: 'node',
    partial: `only what Node programs open is seen, since ${why}`,
    traced: (command, file) => ({
      ...command,
      env: {
        ...command.env,
        [FILES_SEEN]: file,
        NODE_OPTIONS: `${command.env.NODE_OPTIONS ?? ''} --require ${quoted(program)}`.trim(),
      },
    }),
    async read(file, _, tell) {
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      if (text === '') return 'no Node program was seen';
      // A process that was killed may have left half a line.
      for (const line of text.split('\n').slice(0, -1)) tell(JSON.parse(line) as Access);
      return undefined;
    },
  };
}

/** As Node reads its options: quotes, in which a backslash goes before quotes and itself. */
const quoted = (path: string): string => `"${path.replace(/["\\]/g, '\\$&')}"`;

/** Beside the sources, or of `dist` beside what this is built into or a folder above it. */
const programFile = (): string | undefined =>
  [import.meta.dirname, dirname(import.meta.dirname)]
    .map((folder) => join(folder, PROGRAM))
    .find((file) => existsSync(file));
