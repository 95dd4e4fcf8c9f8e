interface Step {
  id: string;
  next: number;
}

/**
 * Cycles of a graph given by its successors, each as a walk that ends where it began (`a → b → a`), beginning with the
 * task that is declared first. No task is in two of them, so every knot is told once.
 * Depth-first with three colours, without recursion: a chain of 10,000 tasks must not overflow the stack.
 */
export function findCycles(successors: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map([...successors.keys()].map((id, at) => [id, at]));
  const done = new Set<string>();
  const told = new Set<string>();
  const cycles: string[][] = [];
  for (const start of successors.keys()) {
    if (done.has(start)) continue;
    const path: Step[] = [{ id: start, next: 0 }];
    const onPath = new Map([[start, 0]]);
    while (path.length > 0) {
      const top = path[path.length - 1] as Step;
      const next = successors.get(top.id)?.[top.next++];
      if (next === undefined) {
        done.add(top.id);
        onPath.delete(top.id);
        path.pop();
        continue;
      }
      const at = onPath.get(next);
      if (at !== undefined) {
        if (told.has(next) || told.has(top.id)) continue;
        const cycle = path.slice(at).map(({ id }) => id);
        if (cycle.some((id) => told.has(id))) continue;
        for (const id of cycle) told.add(id);
        cycles.push(fromFirst(cycle, order));
        continue;
      }
      if (done.has(next) || !successors.has(next)) continue;
      onPath.set(next, path.length);
      path.push({ id: next, next: 0 });
    }
  }
  return cycles;
}

/** Turned so that the task declared first begins, and closed. */
function fromFirst(cycle: readonly string[], order: ReadonlyMap<string, number>): string[] {
  const rank = (id: string): number => order.get(id) ?? 0;
  const first = cycle.reduce((best, id, at) => (rank(id) < rank(cycle[best] ?? '') ? at : best), 0);
  const turned = [...cycle.slice(first), ...cycle.slice(0, first)];
  return [...turned, turned[0] ?? ''];
}
