// Who is integrated next: one task at a time. The turn of a task comes when all that it conflicts with and that was declared before it
// is over, whoever ran sooner. Edges and turns together make no circle, so every turn comes.
//
// Where no workspaces can be had after all, a task with a turn does not even start before its turn comes: it is then in the
// shared tree that it works, as those do that it conflicts with.

import type { Node } from './schedule-graph.ts';

export class Turns {
  readonly #ran: Node[] = [];
  isIntegrating = false;
  /** Nobody even starts before its turn. */
  areOfStarts = false;

  add(node: Node): void {
    this.#ran.push(node);
  }

  take(node: Node): void {
    this.#ran.splice(this.#ran.indexOf(node), 1);
  }

  next(): Node | undefined {
    if (this.isIntegrating) return undefined;
    let first: Node | undefined;
    for (const node of this.#ran)
      if (node.turnsBefore === 0 && (first === undefined || node.index < first.index)) first = node;
    return first;
  }

  /** Of one that is to start: whether its turn has not come. */
  isToWait({ turnsBefore }: Node): boolean {
    return this.areOfStarts && turnsBefore > 0;
  }

  /** Those whose turns are after that of one that is over. */
  letPass(node: Node): void {
    for (const group of node.turnsAfter) for (const { node: next } of group.end(node)) next.turnsBefore--;
  }
}
