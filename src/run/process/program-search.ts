// Whether the program of a command can be found.

import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { programCandidates } from './platform.ts';

/** Words that the shell itself understands, of POSIX and of what /bin/sh commonly is. */
export const SHELL_WORDS = new Set(
  (
    'alias bg bind break builtin caller case cd chdir command compgen complete continue coproc declare dirs disown do done ' +
    'echo elif else enable esac eval exec exit export false fc fg fi for function getopts hash help history if in jobs kill ' +
    'let local logout mapfile popd printf pushd pwd read readarray readonly return select set shift shopt source suspend test ' +
    'then time times trap true type typeset ulimit umask unalias unset until wait while'
  ).split(' '),
);

/** @param word a name for the search path, or a path */
export function isFound(word: string, cwd: string, searchPath = ''): boolean {
  const candidates = word.includes('/') ? [word] : programCandidates(word, searchPath);
  return candidates.some((path) => isProgram(resolve(cwd, path)));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
