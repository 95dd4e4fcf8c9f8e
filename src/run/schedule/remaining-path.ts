// How long each task's longest chain of what follows upon it lasts, by expected durations: the priority of critical-path
// list scheduling. Unaware of states.

import { inOrder, type OrderGroup } from '../../model/order-group.ts';

export interface PathNode {
  task: { id: string };
  /**
   * Milliseconds from its start to the end of the longest chain that it begins, and no less than of those whose turns come after its
   * own: they start in the order in which they are integrated, so that this happens while others run. Set here.
   */
  remaining: number;
}

/**
 * From the last tasks back to the first. A task whose turn comes after another's runs beside it, but all that follows
 * upon it has to wait for both. Edges and turns make no circle.
 */
export function measureRemaining<N extends PathNode>(
  nodes: readonly N[],
  edges: readonly OrderGroup<N>[],
  turns: readonly OrderGroup<N>[],
  expectedMs: ReadonlyMap<string, number>,
): void {
  const known = [...expectedMs.values()];
  const usual = known.length > 0 ? known.reduce((sum, ms) => sum + ms, 0) / known.length : 1_000;
  const own = (node: N): number => expectedMs.get(node.task.id) ?? usual;
  const after = [...edges, ...turns].map((group) => group.reversed());
  inOrder(nodes, after, (node, most) => {
    const rest = most?.value ?? 0;
    node.remaining = own(node) + rest;
    return (group) => (group < edges.length ? node.remaining : rest);
  });
  const turnsAfter = turns.map((group) => group.reversed());
  inOrder(nodes, turnsAfter, (node, most) => {
    node.remaining = Math.max(node.remaining, most?.value ?? 0);
    return () => node.remaining;
  });
}
