import { nextPathState, PathState } from './normalised.ts';

/**
 * How odd a path looks, so that the witness shown to a person is `dist/a.js` and not `dist/.js` or "dist/\x01.js".
 * Each character costs 10 and more the odder it is; a shortest path by this measure is short and plain.
 * A dot at the start of a segment costs so much that `.git/` and `.ptask/` are named only where nothing else fits.
 */
const PLAIN = 10;
const HIDDEN = 30;
const EXOTIC = 60;

const COSTS = new Map<number, number>();
for (const [extra, characters] of [
  [0, 'abcdefghijklmnopqrstuvwxyz'],
  [2, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  [3, '._-'],
  [4, '/'],
  [10, 'éöñßжя中あ'],
  [14, '@+=~,#%&:;^$!\'`()[]{}<>|?*"\\ '],
] as const) {
  for (const character of characters) COSTS.set(character.charCodeAt(0), PLAIN + extra);
}

/** The plainest characters first: enough of them that nearly every character class has a plain member. */
export const PLAIN_CHARACTERS: readonly number[] = [...COSTS.keys()];

export function costOf(unit: number, pathState: number): number {
  const hidden = unit === 46 && pathState === PathState.SEGMENT ? HIDDEN : 0;
  return (COSTS.get(unit) ?? EXOTIC) + hidden;
}

export function costOfPath(path: string): number {
  let cost = 0;
  let state: number = PathState.SEGMENT;
  for (let i = 0; i < path.length; i++) {
    const unit = path.charCodeAt(i);
    cost += costOf(unit, state);
    state = nextPathState(state, unit);
  }
  return cost;
}
