import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { didYouMean } from '../base/suggest.ts';
import type { Config, Task } from '../config/config.ts';

/** The named tasks and all that they need, in the order of declaration; all tasks when none is named. */
export function selectTasks(config: Config, names: readonly string[]): Result<Task[]> {
  if (names.length === 0) return ok(config.tasks);
  const byId = new Map(config.tasks.map((task) => [task.id, task]));
  const unknown = [...new Set(names)].filter((name) => !byId.has(name));
  if (unknown.length > 0) {
    const known = [...byId.keys()];
    const listed =
      known.length > 12 ? `${known.slice(0, 12).join(', ')} … (ptask list shows all)` : known.join(', ');
    return fail(
      ...unknown.map(
        (name): Diagnostic => ({
          message: `there is no task \`${name}\``,
          hint: didYouMean(name, known) ?? `the tasks are ${listed}`,
        }),
      ),
    );
  }
  const wanted = new Set<string>();
  const open = [...names];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (wanted.has(id)) continue;
    wanted.add(id);
    open.push(...(byId.get(id)?.needs ?? []));
  }
  return ok(config.tasks.filter((task) => wanted.has(task.id)));
}
