// How long each task's longest chain of what follows upon it lasts, by expected durations: the priority of critical-path
// list scheduling. Unaware of states.

import { groupsBy, type OrderGroup } from './order-group.ts';

export interface PathNode {
  task: { id: string };
  /** Milliseconds from its start to the end of the longest chain that it begins. Set here. */
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
  const all = [...edges, ...turns];
  const isTurn = new Set(turns);
  const [before, after] = [groupsBy(all, ({ seconds }) => seconds), groupsBy(all, ({ firsts }) => firsts)];
  // The longest chain that any of those begins which wait there and have been met; of a turn without its own task.
  const longest = new Map<OrderGroup<N>, number>();
  for (const node of inOrder(nodes, all).reverse()) {
    const rest = Math.max(0, ...after(node).map((group) => longest.get(group) ?? 0));
    node.remaining = own(node) + rest;
    for (const group of before(node))
      longest.set(group, Math.max(longest.get(group) ?? 0, isTurn.has(group) ? rest : node.remaining));
  }
}

/** Each after all that it waits for. */
function inOrder<N>(nodes: readonly N[], groups: readonly OrderGroup<N>[]): N[] {
  const fresh = groups.map((group) => group.fresh());
  const after = groupsBy(fresh, ({ firsts }) => firsts);
  const waits = new Map<N, number>(nodes.map((node) => [node, 0]));
  for (const { seconds } of fresh) for (const node of seconds) waits.set(node, (waits.get(node) ?? 0) + 1);
  const order = nodes.filter((node) => waits.get(node) === 0);
  for (const node of order)
    for (const next of after(node).flatMap((group) => group.end(node))) {
      const left = (waits.get(next) ?? 0) - 1;
      waits.set(next, left);
      if (left === 0) order.push(next);
    }
  return order;
}
