import manifest from '../../../package.json' with { type: 'json' };
import { type Finding, fine, problem } from './finding.ts';

const [, OLDEST_MAJOR = 0, OLDEST_MINOR = 0] = (/(\d+)\.(\d+)/.exec(manifest.engines.node) ?? []).map(Number);

export function checkNode(): Finding[] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isOldEnough = major > OLDEST_MAJOR || (major === OLDEST_MAJOR && minor >= OLDEST_MINOR);
  return isOldEnough
    ? [fine(process.version)]
    : [problem(`${process.version} is too old`, `install Node ${OLDEST_MAJOR}.${OLDEST_MINOR} or newer`)];
}
