import { statfsSync } from 'node:fs';
import { orElse } from '../../base/error-code.ts';
import { formatBytes } from '../../base/size.ts';
import { type Finding, fine, type Surroundings, warning } from './finding.ts';

/** Worktrees, logs and saved contents want some room. */
const LITTLE = 1e9;

export function checkDisk({ root }: Surroundings): Finding[] {
  const free = orElse(() => {
    const { bavail, bsize } = statfsSync(root);
    return bavail * bsize;
  }, undefined);
  if (free === undefined) return [];
  const text = `${formatBytes(free)} free`;
  return free < LITTLE
    ? [warning(`only ${text}`, 'worktrees, logs and saved files need room')]
    : [fine(text)];
}
