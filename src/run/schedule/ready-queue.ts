// The ready tasks in the order in which they start, and which of them are still looked for.

import type { Node } from './schedule-graph.ts';

const isMoreUrgent = (one: Node, other: Node): boolean =>
  (one.place - other.place || other.remaining - one.remaining || one.index - other.index) < 0;

export class ReadyQueue {
  /** The most urgent ones stand in front. */
  readonly #nodes: Node[] = [];
  /** How many of them are still to be looked for. */
  #sought = 0;
  /** Of those that are looked for, the ones of which it is not known yet whether they are to run. */
  readonly #unknown = new Set<Node>();

  /** As it is now: what is taken while somebody goes through it is gone all the same. */
  get nodes(): readonly Node[] {
    return [...this.#nodes];
  }

  get hasSought(): boolean {
    return this.#sought > 0;
  }

  get isLookedFor(): boolean {
    return this.#unknown.size > 0;
  }

  add(node: Node): void {
    if (node.isSought) this.#sought++;
    let low = 0;
    let high = this.#nodes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isMoreUrgent(this.#nodes[middle] as Node, node)) low = middle + 1;
      else high = middle;
    }
    this.#nodes.splice(low, 0, node);
  }

  take(node: Node): void {
    this.#nodes.splice(this.#nodes.indexOf(node), 1);
    if (node.isSought) this.#sought--;
  }

  /** One that is ready is to be looked for after all. */
  seek(node: Node): void {
    node.isSought = true;
    this.#sought++;
  }

  look(node: Node): void {
    this.#unknown.add(node);
  }

  known(node: Node): void {
    this.#unknown.delete(node);
  }

  /** How many may come to run before this one, where it is to run. */
  unknownBefore(node: Node): number {
    let count = 0;
    for (const other of this.#unknown)
      if (other.isRemote === node.isRemote && isMoreUrgent(other, node)) count++;
    return count;
  }
}
