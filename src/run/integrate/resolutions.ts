// What the config says about a path on which results do not fit together.

import { RERUN } from '../../config/collisions.ts';
import type { Config, Resolution } from '../../config/config.ts';
import { matcher } from '../../plan/patterns/index.ts';

/** The first entry of `onCollision` that is for the path. */
export function resolutionFor(policies: Config['onCollision']): (path: string) => Resolution {
  const tests = policies.map(({ path, use }) => ({ matches: path && matcher(path), use }));
  return (path) => {
    const found = tests.find(({ matches }) => matches === undefined || matches(path));
    return found?.use ?? RERUN;
  };
}
