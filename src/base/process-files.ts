// Files that a process has only for itself, and which tell by their names whose they are: what a killed one has left need not grow
// old. Unaware of what they are for.

import { fnv64 } from './checksum.ts';
import { lifeOf, type ProcessName, processWord, thisProcess } from './liveness.ts';

/** The beginning of such a name; something that nobody can guess is to follow. @param what a word */
export const processFile = (what: string, { pid, started }: ProcessName = thisProcess()): string =>
  [what, hereWord(), pid, started, ''].join('-');

/** Where numbers count that a name tells. Short, since names of files are. */
function hereWord(): string {
  const place = processWord({ ...thisProcess(), pid: 0, started: '' });
  return fnv64(place);
}

/** Of the process that a name tells of; `unknown` too where it tells of none. */
export function ownerLife(what: string, name: string): 'alive' | 'dead' | 'unknown' {
  const [, word, where, pid, started] = /^(\w+)-(\w+)-(\d+)-([^-]*)-\w+$/.exec(name) ?? [];
  return word === what && where === hereWord()
    ? lifeOf({ ...thisProcess(), pid: Number(pid), started: String(started) })
    : 'unknown';
}
