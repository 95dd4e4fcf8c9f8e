/**
 * A disk that can lose its power, where a file may be mounted as one: what it holds at a moment is copied, byte for byte,
 * and mounted later in its place, without what the system had only in its memory.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { atEnd } from './cleanup.ts';
import { type Env, repositoryRoot } from './env.ts';
import { tempDir } from './tmp.ts';

export interface CutDisk {
  /** An empty folder on it. */
  folder: string;
  /** The shell command that takes the copy. */
  copy: string;
  /** What has crash.cjs take the copy before it kills. */
  env: Env;
  /** All that is there by now is on the disk. */
  synchronise(): void;
  /** The power goes, as of the copy: whatever works there dies, and the disk is back as it was copied. */
  cut(): void;
  /** The copy is taken now, and the power goes. */
  cutNow(): void;
}

/** For the ptask that comes after the cut: the machine has been started anew. */
export const AFTERWARDS: Env = {
  CRASH_BOOTED: 'yes',
  NODE_OPTIONS: `--require ${join(repositoryRoot, 'test/support/crash.cjs')}`,
};

const MEGABYTES = 48;
const run = (program: string, ...args: string[]): void =>
  void execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** Goes when the test file ends. Undefined where none may be mounted, which is said. */
export function cutDisk(): CutDisk | undefined {
  const [files, mounted] = [tempDir('disk-'), tempDir('cut-')];
  const [image, copied] = [join(files, 'image'), join(files, 'copy')];
  const mount = (file: string): void => run('mount', '-o', 'loop', file, mounted);
  // Somebody may still be in it.
  const unmount = (): void => run('umount', '-l', mounted);
  try {
    run('truncate', '-s', `${MEGABYTES}M`, image);
    run('mkfs.ext4', '-q', '-F', image);
    mount(image);
  } catch {
    console.log('a file cannot be mounted as a disk here: only simulated power cuts are tried');
    return undefined;
  }
  atEnd(`unmount ${mounted}`, unmount);
  const folder = join(mounted, 'around');
  mkdirSync(folder);
  const disk: CutDisk = {
    folder,
    copy: `cp --sparse=always ${image} ${copied}`,
    env: { CRASH_COPY: `${image}:${copied}` },
    synchronise: () => run('sync', '-f', mounted),
    cut() {
      for (const pid of processesIn(mounted)) process.kill(pid, 'SIGKILL');
      unmount();
      mount(copied);
      rmSync(image);
      // The name goes, so that the next copy is another file.
      run('mv', copied, image);
    },
    cutNow() {
      execFileSync('/bin/sh', ['-c', disk.copy]);
      disk.cut();
    },
  };
  return disk;
}

/** Those that have their working folder there. */
function processesIn(folder: string): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}
