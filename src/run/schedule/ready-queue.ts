// The order in which ready tasks start.

import type { Node } from './schedule-graph.ts';

export const isMoreUrgent = (one: Node, other: Node): boolean =>
  (one.place - other.place || other.remaining - one.remaining || one.index - other.index) < 0;

/** The most urgent ones stand in front. */
export function queue(ready: Node[], node: Node): void {
  let low = 0;
  let high = ready.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isMoreUrgent(ready[middle] as Node, node)) low = middle + 1;
    else high = middle;
  }
  ready.splice(low, 0, node);
}
