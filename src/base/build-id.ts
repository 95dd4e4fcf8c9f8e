// Which ptask this is: what one remembers, another may understand differently.

import { statSync } from 'node:fs';
import manifest from '../../package.json' with { type: 'json' };

let known: string | undefined;

/** The version, and the state of the built file: whoever develops ptask builds one version many times. */
export function buildId(): string {
  if (known === undefined) {
    const { size, mtimeMs } = statSync(import.meta.filename);
    known = `${manifest.version} ${size} ${mtimeMs}`;
  }
  return known;
}
