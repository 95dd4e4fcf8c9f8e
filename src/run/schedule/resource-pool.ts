// Which named resources are held, and whether one more holder fits. Unaware of tasks.

import type { ResourceUse } from '../../config/config.ts';

export class ResourcePool {
  readonly #held = new Map<string, { readers: number; writers: number; units: number }>();
  readonly #capacities: ReadonlyMap<string, number>;

  /** Units of counted resources; any other is for one writer, or for readers. */
  constructor(capacities: ReadonlyMap<string, number>) {
    this.#capacities = capacities;
  }

  isFree({ name, mode, units }: ResourceUse): boolean {
    const held = this.#held.get(name);
    if (held === undefined) return true;
    if (mode === 'units') return held.units + units <= (this.#capacities.get(name) ?? 1);
    return held.writers === 0 && (mode === 'read' || held.readers === 0);
  }

  take(uses: readonly ResourceUse[]): void {
    this.#hold(uses, 1);
  }

  release(uses: readonly ResourceUse[]): void {
    this.#hold(uses, -1);
  }

  #hold(uses: readonly ResourceUse[], sign: 1 | -1): void {
    for (const { name, mode, units } of uses) {
      const held = this.#held.get(name) ?? { readers: 0, writers: 0, units: 0 };
      this.#held.set(name, held);
      if (mode === 'read') held.readers += sign;
      else if (mode === 'write') held.writers += sign;
      else held.units += sign * units;
    }
  }
}
