// How a tool proves that it has run a graph: its bodies leave something behind.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Graph, Task } from './graph.ts';

/**
 * The same graph, with bodies that leave a line each in a folder of proofs, once what they need has left its own. The
 * path may have no characters that mean something to a shell, to make or to any other of the tools: each would escape them
 * in another way.
 */
export function proving(graph: Graph, folder: string): Graph {
  if (!/^[\w./-]+$/.test(folder))
    throw new Error(`proofs need a path without spaces and special characters (TMPDIR), not ${folder}`);
  const tasks = Object.entries(graph.tasks).map(([id, task]): [string, Task] => {
    const before = (task.needs ?? []).map((need) => `test -e ${folder}/${need} && `).join('');
    // The command itself comes first where it makes something; a `sleep` proves nothing.
    const own = task.writes ? `${task.run} && ` : '';
    return [id, { ...task, run: `${before}${own}echo done >> ${folder}/${id}` }];
  });
  return { ...graph, tasks: Object.fromEntries(tasks) };
}

/** Why the folder does not prove that each body has run once, as far as it tells. */
export function lackOfProof(graph: Graph, folder: string): string | undefined {
  const ids = Object.keys(graph.tasks);
  const wrong = ids.flatMap((id) => {
    const file = join(folder, id);
    const times = existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
    return times === 1 ? [] : [`${id} ${times} times`];
  });
  if (wrong.length === 0) return undefined;
  return `${wrong.length} of ${ids.length} bodies did not run once: ${wrong.slice(0, 5).join(', ')}`;
}
