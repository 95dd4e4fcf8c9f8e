/** A `git` for the search path that is killed at its n-th call: before it does anything, in the midst of it, or after. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { hermeticEnv } from './env.ts';
import { tempDir, write } from './tmp.ts';

export const MOMENTS = ['before', 'during', 'after'] as const;
export type Moment = (typeof MOMENTS)[number];

const SCRIPT = `#!/bin/sh
# Each call makes the next file of its own: that counts them, whoever comes at once.
set -- "$GIT_CALLS"/[0-9]* -- "$@"
n=0
while [ "$1" != -- ]; do [ ! -e "$1" ] || n=$((n + 1)); shift; done
shift
n=$((n + 1))
while ! (set -C; : > "$GIT_CALLS/$n") 2>/dev/null; do n=$((n + 1)); done
[ "$n" = "$GIT_KILL_AT" ] || exec "$GIT_REAL" "$@"
echo "$GIT_MOMENT $*" > "$GIT_CALLS/killed"
case "$GIT_MOMENT" in
before) kill -9 $$ ;;
after) "$GIT_REAL" "$@"; kill -9 $$ ;;
during)
  exec 3<&0
  "$GIT_REAL" "$@" <&3 &
  sleep 0.003
  kill -9 $! 2>/dev/null
  kill -9 $$ ;;
esac
`;

export interface KillingGit {
  env(n: number, moment: Moment): Record<string, string>;
  /** What was killed in the last run with this `env`. */
  killed(env: Record<string, string>): string | undefined;
}

export function killingGit(): KillingGit {
  const real = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const folder = tempDir('git-');
  write(folder, { git: { content: SCRIPT, mode: 0o755 } });
  return {
    env: (n, moment) => ({
      PATH: `${folder}${delimiter}${hermeticEnv().PATH}`,
      GIT_REAL: real,
      GIT_CALLS: tempDir('calls-'),
      GIT_KILL_AT: String(n),
      GIT_MOMENT: moment,
    }),
    killed: ({ GIT_CALLS = '' }) => {
      const file = join(GIT_CALLS, 'killed');
      return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
    },
  };
}
