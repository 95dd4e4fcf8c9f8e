// Calls of the system to what they do to files: relative paths are told from the folder that each process is in. Unaware of how a trace
// is written.

import { posix } from 'node:path';
import type { RawPath } from '../../base/raw-path.ts';
import type { Access } from './access.ts';
import { annotatedPath, type Call, textOf } from './strace-lines.ts';

type Deed = Exclude<Access['kind'], 'rename'>;

/** By the name of a call: what it does, and where its path stands, with the folder that this is relative to. */
const DEEDS: Readonly<Record<string, readonly (readonly [deed: Deed, path: number, folder?: number])[]>> = {
  ...{ stat: [['look', 0]], lstat: [['look', 0]], stat64: [['look', 0]], lstat64: [['look', 0]] },
  ...{ newfstatat: [['look', 1, 0]], fstatat64: [['look', 1, 0]], statx: [['look', 1, 0]] },
  ...{ access: [['look', 0]], faccessat: [['look', 1, 0]], faccessat2: [['look', 1, 0]] },
  ...{ readlink: [['look', 0]], readlinkat: [['look', 1, 0]] },
  ...{ execve: [['read', 0]], execveat: [['read', 1, 0]] },
  ...{ unlink: [['remove', 0]], unlinkat: [['remove', 1, 0]], rmdir: [['remove', 0]] },
  ...{ mkdir: [['folder', 0]], mkdirat: [['folder', 1, 0]] },
  ...{ mknod: [['create', 0]], mknodat: [['create', 1, 0]] },
  ...{ symlink: [['create', 1]], symlinkat: [['create', 2, 1]] },
  link: [
    ['read', 0],
    ['create', 1],
  ],
  linkat: [
    ['read', 1, 0],
    ['create', 3, 2],
  ],
  ...{ truncate: [['write', 0]], chmod: [['write', 0]], fchmodat: [['write', 1, 0]] },
};

/** Where the path of a call stands that opens a file, the folder that it is relative to, and the flags. */
const OPENS: Readonly<Record<string, readonly [path: number, folder?: number | undefined, flags?: number]>> =
  {
    ...{ open: [0, undefined, 1], openat: [1, 0, 2], openat2: [1, 0, 2], creat: [0] },
  };

const RENAMES: Readonly<Record<string, readonly [from: number, to: number]>> = {
  ...{ rename: [0, 1], renameat: [1, 3], renameat2: [1, 3] },
};

const OTHERS = ['getdents', 'getdents64', 'chdir', 'fchdir', 'clone', 'clone3', 'fork', 'vfork'];

/** All that `StraceCalls` knows; a machine may not have each of them. */
export const TRACED = [...[DEEDS, OPENS, RENAMES].flatMap((calls) => Object.keys(calls)), ...OTHERS];

/** The folder that a process is in; threads share one. */
interface Workdir {
  path: string;
}

/** The flags that `creat` stands for. */
const CREATES = 'O_WRONLY|O_CREAT|O_TRUNC';

/** Lines of a process of which it is not known yet who has started it. */
const MOST_WAITING = 100_000;

export class StraceCalls {
  readonly #tell: (access: Access) => void;
  readonly #workdirs = new Map<string, Workdir>();
  /** By process: a new one may be told of before the call that has started it. */
  readonly #waiting = new Map<string, Call[]>();
  readonly #start: string;

  /** @param start the folder that the first process is in, absolute, one character a byte */
  constructor(start: string, tell: (access: Access) => void) {
    this.#start = start;
    this.#tell = tell;
  }

  read(call: Call): void {
    const { pid } = call;
    if (this.#workdirs.size === 0) this.#workdirs.set(pid, { path: this.#start });
    const workdir = this.#workdirs.get(pid);
    if (workdir !== undefined) {
      this.#told(call, workdir);
      return;
    }
    const waiting = this.#waiting.get(pid) ?? [];
    this.#waiting.set(pid, waiting);
    if (waiting.push(call) > MOST_WAITING) this.#known(pid, { path: this.#start });
  }

  /** No more calls come. */
  end(): void {
    for (const pid of [...this.#waiting.keys()]) this.#known(pid, { path: this.#start });
  }

  #known(pid: string, workdir: Workdir): void {
    this.#workdirs.set(pid, workdir);
    const calls = this.#waiting.get(pid) ?? [];
    this.#waiting.delete(pid);
    for (const call of calls) this.#told(call, workdir);
  }

  #told({ name, args, result }: Call, workdir: Workdir): void {
    // What did not work out, and what was cut off, has done nothing.
    if (/^(?:-1\b|\?)/.test(result)) return;
    const at = (path: number, folder?: number): RawPath | undefined =>
      pathOf(args[path], folder === undefined ? undefined : args[folder], workdir);
    for (const [kind, place, folder] of DEEDS[name] ?? []) {
      const path = args.some(isFolder) ? undefined : at(place, folder);
      if (path !== undefined) this.#tell({ kind, path });
    }
    const opens = OPENS[name];
    if (opens !== undefined) {
      const [path, folder, flags] = opens;
      this.#opened(at(path, folder), flags === undefined ? CREATES : args[flags], result);
    }
    const renames = RENAMES[name];
    if (renames !== undefined) {
      const [path, to] = renames.map((place) => at(place, name === 'rename' ? undefined : place - 1));
      if (path !== undefined && to !== undefined) this.#tell({ kind: 'rename', path, to });
    }
    if (OTHERS.includes(name)) this.#other(name, args, result, workdir);
  }

  #other(name: string, args: readonly string[], result: string, workdir: Workdir): void {
    const open = annotatedPath(args[0]);
    if (name.startsWith('getdents')) {
      if (open !== undefined) this.#tell({ kind: 'list', path: open });
    } else if (name === 'chdir') workdir.path = pathOf(args[0], undefined, workdir) ?? workdir.path;
    else if (name === 'fchdir') workdir.path = open ?? workdir.path;
    else this.#begun(result, args.join(), workdir);
  }

  /** @param path as it was asked for; the result says what it is, with no link on the way */
  #opened(path: RawPath | undefined, flags = '', result: string): void {
    if (path === undefined || /\bO_(?:DIRECTORY|PATH|TMPFILE)\b/.test(flags)) return;
    const real = annotatedPath(result);
    // The link itself was read as well.
    if (real !== undefined && real !== path) this.#tell({ kind: 'look', path });
    const file = real ?? path;
    const isWritten = /\bO_(?:WRONLY|RDWR)\b/.test(flags);
    const isNew = /\bO_CREAT\b/.test(flags);
    if (!isWritten || (/\bO_RDWR\b/.test(flags) && !isNew && !/\bO_TRUNC\b/.test(flags)))
      this.#tell({ kind: 'read', path: file });
    if (isWritten) this.#tell({ kind: isNew ? 'create' : 'write', path: file });
  }

  #begun(result: string, flags: string, workdir: Workdir): void {
    const [pid] = /^\d+/.exec(result) ?? [];
    if (pid === undefined) return;
    this.#known(pid, /\bCLONE_FS\b/.test(flags) ? workdir : { ...workdir });
  }
}

const isFolder = (stat = ''): boolean => /\bstx?_mode=S_IFDIR\b/.test(stat);

/** Absolute. Undefined where none is given: then the call is about a descriptor, which was opened before. */
function pathOf(arg: string | undefined, dir: string | undefined, workdir: Workdir): RawPath | undefined {
  const path = textOf(arg);
  if (path === undefined || path === '') return undefined;
  if (path.startsWith('/')) return posix.normalize(path) as RawPath;
  return posix.join(annotatedPath(dir) ?? workdir.path, path) as RawPath;
}
