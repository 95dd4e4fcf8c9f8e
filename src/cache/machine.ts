// What of this machine every result depends on.

import { readFileSync } from 'node:fs';
import { orElse } from '../base/error-code.ts';

/** By what it is called when two of them differ. */
export type Machine = Readonly<Record<'os' | 'arch' | 'libc' | 'node', string>>;

let known: Machine | undefined;

export function thisMachine(): Machine {
  known ??= { os: process.platform, arch: process.arch, libc: libc(), node: process.version };
  return known;
}

/** Which C library runs us: what a task compiles or installs is for that. A report of Node's would say so too, and takes long. */
function libc(): string {
  if (process.platform !== 'linux') return '';
  const maps = orElse(() => readFileSync('/proc/self/maps', 'latin1'), '');
  return /\/ld-musl-|\/libc\.musl-/.test(maps) ? 'musl' : 'glibc';
}
