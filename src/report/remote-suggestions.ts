// Where to run remotely does not pay.

import { formatDuration } from '../base/duration.ts';
import type { Suggestion } from '../model/report.ts';
import type { Facts } from './suggestion-facts.ts';

/** Small tasks, of which most of the time is spent on the way there and back. */
export function notWorthTheWay({ report, end, bound }: Facts): Suggestion[] {
  const small = report.tasks.flatMap(({ id, remote, status, durationMs }) => {
    const { ranMs, queuedMs = 0 } = remote ?? {};
    if (status !== 'passed' || ranMs === undefined) return [];
    const wayMs = durationMs - ranMs - queuedMs;
    return wayMs > ranMs ? [{ id, wayMs, ranMs }] : [];
  });
  const [most] = [...small].sort((a, b) => b.wayMs - a.wayMs);
  if (most === undefined) return [];
  const { id, wayMs, ranMs } = most;
  const others = small.length > 1 ? ` and ${small.length - 1} more remote tasks are` : ' is';
  const text = `${id}${others} too small to pay: ${id} ran for ${formatDuration(ranMs)} and took ${formatDuration(wayMs)} to get there and back; without \`remote\` it runs here`;
  const savesMs = Math.max(0, Math.min(wayMs, end - bound({ cached: id })));
  return [{ kind: 'remote', text, tasks: small.map((task) => task.id), savesMs }];
}
