import { formatDuration } from '../../base/duration.ts';
import { formatCount, plural, spoken } from '../../present/format.ts';
import { flow, padEnd, widthOf } from '../../ui/layout.ts';
import { marksOf, PAINTS } from '../../ui/marks.ts';
import type { GlobalFlags } from '../options.ts';
import { type PastRunFacts, pastRunFacts } from '../run-facts.ts';
import { type Ended, print, printJson, rootOf, type Session } from '../session.ts';

interface RunsFlags extends GlobalFlags {
  json?: boolean;
}

export default async function runs(session: Session<RunsFlags>): Promise<Ended> {
  const root = await rootOf(session);
  if (!root.ok) return root;
  const facts = pastRunFacts(root.value);
  if (session.flags.json) await printJson(session, { schemaVersion: 1, runs: facts });
  else await print(session, facts.length === 0 ? 'nothing has been run here yet\n' : tableOf(session, facts));
  return 0;
}

const MARKS = {
  complete: 'passed',
  partial: 'failed',
  failed: 'failed',
  interrupted: 'cancelled',
  killed: 'cancelled',
  running: 'started',
  unreadable: 'warning',
} as const satisfies Record<PastRunFacts['status'], keyof typeof PAINTS>;

/** A row each, or where one is too wide two lines each. */
function tableOf({ out }: Session, facts: readonly PastRunFacts[]): string {
  const rows = facts.map(cellsOf);
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((cells) => widthOf(cells[at] ?? ''))));
  const isWide = widths.reduce((sum, width) => sum + 2 + width, 0) <= out.columns();
  const lines = facts.flatMap(({ status }, index) => {
    const sign = out.colors[PAINTS[MARKS[status]]](marksOf(out)[MARKS[status]]);
    const [id = '', ...cells] = rows[index] ?? [];
    const name = `${sign} ${out.colors.bold(id)}`;
    const told = cells.filter((cell) => cell !== '');
    return isWide
      ? [[name, ...cells.map((cell, at) => padEnd(cell, widths[at + 1] ?? 0))].join('  ').trimEnd()]
      : [name, ...flow(told, ', ', '  ', out.columns())];
  });
  return `${lines.join('\n')}\n`;
}

function cellsOf({ id, status, startedAt, durationMs, tasks, files, isUndone }: PastRunFacts): string[] {
  const counts = Object.entries(tasks).map(([how, count]) => `${formatCount(count)} ${spoken(how)}`);
  const isTold = !['complete', 'partial', 'failed'].includes(status);
  const changed = files === 0 ? '' : `${plural(files, 'file')}${isUndone ? ', undone' : ''}`;
  return [
    id,
    startedAt === undefined ? '' : localTime(new Date(startedAt)),
    durationMs === undefined ? '' : formatDuration(durationMs),
    [...(isTold ? [status] : []), ...counts].join(', '),
    changed,
  ];
}

/** `2026-11-30 14:05`, by the clock on the wall. */
function localTime(time: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${day} ${[time.getHours(), time.getMinutes()].map(two).join(':')}`;
}
