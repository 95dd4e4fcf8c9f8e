// What a task may change. Patterns are loaded only for tasks that declare some.

import type { PatternList } from '../../plan/patterns/index.ts';
import type { Reach } from './fingerprints.ts';

const NOTHING: Reach = { lists: [], covers: () => false, look: () => new Map() };

/** By names that lead through no link. @param root absolute */
export async function reachOf(root: string, patterns: PatternList): Promise<Reach> {
  if (patterns.length === 0) return NOTHING;
  const { patternReach } = await import('./pattern-reach.ts');
  return patternReach(root, patterns);
}
