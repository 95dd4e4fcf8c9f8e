/**
 * A normalised path is relative to the root, its segments are not empty and none is `.` or `..`, joined by `/`;
 * every character but NUL and `/` may stand in a segment, a newline included. As an automaton, so that the search
 * for a witness can run it beside the patterns.
 */
export const PathState = { INVALID: 0, SEGMENT: 1, DOT: 2, DOTS: 3, INSIDE: 4 } as const;

export const SLASH = 47;
export const DOT = 46;

export function nextPathState(state: number, unit: number): number {
  if (state === PathState.INVALID || unit === 0) return PathState.INVALID;
  if (unit === SLASH) return state === PathState.INSIDE ? PathState.SEGMENT : PathState.INVALID;
  if (unit !== DOT || state === PathState.INSIDE || state === PathState.DOTS) return PathState.INSIDE;
  return state === PathState.SEGMENT ? PathState.DOT : PathState.DOTS;
}

export function isNormalised(path: string): boolean {
  let state: number = PathState.SEGMENT;
  for (let i = 0; i < path.length; i++) state = nextPathState(state, path.charCodeAt(i));
  return state === PathState.INSIDE;
}
