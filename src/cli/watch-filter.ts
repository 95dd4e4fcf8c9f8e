// The tasks that are typed while a watch goes on: a name, a pattern, or a part of names.

import type { Diagnostic } from '../base/diagnostic.ts';
import type { Config } from '../config/config.ts';
import { chooseTasks } from '../plan/select.ts';

export interface WatchFilter {
  typed: string;
  isChosen(id: string): boolean;
}

/** Without either: all tasks are meant. */
export function filterOf(config: Config, typed: string): { filter?: WatchFilter; problem?: Diagnostic } {
  const words = typed.split(/[\s,]+/).filter(Boolean);
  if (words.length === 0) return {};
  const chosen = chooseTasks(config, { tasks: words });
  const parts = chosen.ok ? [] : config.tasks.filter(({ id }) => words.some((word) => id.includes(word)));
  if (!chosen.ok && parts.length === 0) return { problem: chosen.diagnostics[0] as Diagnostic };
  const ids = new Set((chosen.ok ? chosen.value : parts).map(({ id }) => id));
  return { filter: { typed, isChosen: (id) => ids.has(id) } };
}
