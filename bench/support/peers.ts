// Installs the other runners, which only benches have: exactly those of the lock file, without scripts of their own.

import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { installed, peers } from '../tools/find.ts';

/** What there is to say of it: where they cannot be installed they are not here. */
export function installPeers(): string[] {
  const wanted = statSync(join(peers, 'package-lock.json')).mtimeMs;
  const had = statSync(join(installed, '.package-lock.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (had >= wanted) return [];
  process.stderr.write('installing the other runners into bench/peers, about 500 MB\n');
  try {
    // Not `npm ci`, which some npms refuse where the lock file lacks the binaries of other systems.
    const args = [
      'install',
      '--no-save',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel',
      'error',
    ];
    // By the shell where npm is a script for it.
    execFileSync('npm', args, {
      cwd: peers,
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: process.platform === 'win32',
    });
    return [];
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer };
    return [
      `the other runners could not be installed: ${
        String(stderr ?? error)
          .trim()
          .split('\n', 1)[0]
      }`,
    ];
  }
}
