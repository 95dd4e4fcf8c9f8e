// Runs of which a page is made, and the page in a file.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportPage } from '../../src/html/document.ts';
import type { PageSources } from '../../src/html/page-model.ts';
import type { Event } from '../../src/model/event.ts';
import { reportOf } from '../../src/report/report.ts';
import { RunState } from '../../src/state/run-state.ts';
import { conflict, edge, ends, finished, planned, planOf, started, starts } from '../report/fixtures.ts';
import { tempDir } from '../support/tmp.ts';

const NO_SOURCES: PageSources = { readOutput: () => undefined, diff: () => undefined, link: () => undefined };

export function pageOf(events: Event[], sources: Partial<PageSources> = {}): string {
  const state = RunState.of(events);
  const report = reportOf(state);
  return reportPage(report, state, { ...NO_SOURCES, ...sources });
}

/** The page's URL. */
export function written(page: string): string {
  const file = join(tempDir(), 'report.html');
  writeFileSync(file, page);
  return `file://${file}`;
}

/** Text that would break out of wherever it is put, if it could. */
export const HOSTILE =
  '</script><script>window.broken=1</script><!-- "\'><img src=x onerror="window.broken=1"> \u2028 \u0000 \ud800';

/** A run in which every text is hostile. */
export function hostileRun(): Event[] {
  const plan = planOf([planned(HOSTILE, 0, { description: HOSTILE, reads: [HOSTILE] }), planned('b', 1)], {
    edges: [edge(HOSTILE, 'b', { kind: 'write-read', witness: HOSTILE })],
    conflicts: [conflict([HOSTILE, 'b'], { witness: HOSTILE })],
  });
  return [
    started(plan, { validation: [HOSTILE] }),
    starts(HOSTILE, 0),
    ends(HOSTILE, 900, 900, {
      status: 'failed',
      exitCode: 1,
      reason: HOSTILE,
      output: { bytes: 4, tail: [HOSTILE] },
      filesChanged: [{ path: HOSTILE, change: 'created' }],
      strays: [{ path: HOSTILE, change: 'created', writes: HOSTILE }],
    }),
    finished(1_000),
  ];
}

/** Many tasks on eight slots, in ten phases, each after one of the phase before it, some of them in conflict. */
export function largeRun(size: number): Event[] {
  const perPhase = Math.ceil(size / 10);
  const id = (at: number): string => `task-${String(at).padStart(4, '0')}`;
  const all = Array.from({ length: size }, (_, at) => at);
  const plan = planOf(
    all.map((at) => planned(id(at), Math.floor(at / perPhase))),
    {
      edges: all.slice(perPhase).map((at) => edge(id(at - perPhase), id(at))),
      conflicts: all.slice(0, 60).map((at) =>
        conflict([id(at), id(at + 1)], {
          kind: 'write-write',
          witness: `src/${at}`,
          resolution: 'isolate',
        }),
      ),
    },
  );
  const events = all.flatMap((at): Event[] => {
    const begin = Math.floor(at / 8) * 100;
    const files = [{ path: `src/${at}.ts`, change: 'modified' as const }];
    return [starts(id(at), begin), ends(id(at), begin + 95, 95, { filesChanged: files })];
  });
  const end = Math.ceil(size / 8) * 100;
  return [started(plan, { concurrency: 8 }), ...events.sort((a, b) => a.at - b.at), finished(end)];
}
