// How long each task's longest chain of what follows upon it lasts, by expected durations: the priority of critical-path
// list scheduling. Unaware of states.

export interface PathNode<N> {
  task: { id: string };
  /** How many tasks stand before it: by edges, and by turns. */
  before: number;
  turnsBefore: number;
  after: readonly { node: N }[];
  turnsAfter: readonly N[];
  /** Milliseconds from its start to the end of the longest chain that it begins. Set here. */
  remaining: number;
}

/**
 * From the last tasks back to the first. A task whose turn comes after another's runs beside it, but all that follows
 * upon it has to wait for both. Edges and turns make no circle.
 */
export function measureRemaining<N extends PathNode<N>>(
  nodes: readonly N[],
  expectedMs: ReadonlyMap<string, number>,
): void {
  const known = [...expectedMs.values()];
  const usual = known.length > 0 ? known.reduce((sum, ms) => sum + ms, 0) / known.length : 1_000;
  const own = (node: N): number => expectedMs.get(node.task.id) ?? usual;
  const before = new Map(nodes.map((node) => [node, node.before + node.turnsBefore]));
  const order = nodes.filter((node) => before.get(node) === 0);
  for (const node of order) {
    for (const next of [...node.after.map((edge) => edge.node), ...node.turnsAfter]) {
      const left = (before.get(next) ?? 0) - 1;
      before.set(next, left);
      if (left === 0) order.push(next);
    }
  }
  for (const node of order.reverse()) {
    let rest = 0;
    for (const { node: next } of node.after) rest = Math.max(rest, next.remaining);
    for (const next of node.turnsAfter) rest = Math.max(rest, next.remaining - own(next));
    node.remaining = own(node) + rest;
  }
}
