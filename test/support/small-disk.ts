/** A small file system of a test's own, where one may be mounted. */
import { execFileSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { atEnd } from './cleanup.ts';
import { tempDir } from './tmp.ts';

export interface SmallDisk {
  folder: string;
  /** Bytes. */
  free(): number;
}

/** Goes when the test file ends. Undefined where none may be mounted, which is said. */
export function smallDisk(megabytes: number): SmallDisk | undefined {
  const folder = tempDir('small-');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    console.log('a small file system cannot be mounted here: only the simulated full disk is tried');
    return undefined;
  }
  atEnd(`unmount ${folder}`, () => void execFileSync('umount', ['-l', folder]));
  const free = (): number => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  return { folder, free };
}
