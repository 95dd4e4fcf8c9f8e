/**
 * A cycle of a graph given by its successors, as a walk that ends where it began (`a → b → a`), or undefined.
 * Depth-first with three colours, without recursion: a chain of 10,000 tasks must not overflow the stack.
 */
export function findCycle(successors: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  for (const start of successors.keys()) {
    if (done.has(start)) continue;
    const path: { id: string; next: number }[] = [{ id: start, next: 0 }];
    const onPath = new Map([[start, 0]]);
    while (path.length > 0) {
      const top = path[path.length - 1] as { id: string; next: number };
      const next = successors.get(top.id)?.[top.next++];
      if (next === undefined) {
        done.add(top.id);
        onPath.delete(top.id);
        path.pop();
        continue;
      }
      const at = onPath.get(next);
      if (at !== undefined) return [...path.slice(at).map((step) => step.id), next];
      if (done.has(next) || !successors.has(next)) continue;
      onPath.set(next, path.length);
      path.push({ id: next, next: 0 });
    }
  }
  return undefined;
}
