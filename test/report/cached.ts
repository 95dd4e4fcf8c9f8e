// A run with a cache: one task whose result comes from there, one that is not there, and one that nobody looks up.

import type { Event, TaskFinished } from '../../src/model/event.ts';
import type { Cached } from '../../src/model/report.ts';
import { edge, ends, finished, planned, planOf, started, starts } from './fixtures.ts';

export const KEY = 'ab'.repeat(32);

export const hit = (savedMs?: number): Cached => ({
  ...{ hit: true, key: KEY, because: [] },
  ...(savedMs !== undefined && { savedMs }),
});
export const miss = (...because: string[]): Cached => ({ hit: false, key: KEY, because });

export const looksUp = (id: string, at: number, cached: Cached): Event => ({
  type: 'task-looked-up',
  at,
  id,
  cached,
});
export const notStored = (id: string, at: number, reason: string): Event => ({
  type: 'task-not-stored',
  at,
  id,
  reason,
});

/** The end of a task that has not run. */
export const fetched = (id: string, at: number, ms: number, more: Partial<TaskFinished> = {}): TaskFinished =>
  ends(id, at, ms, { attempts: 0, ...more });

//  build (from the cache) ──▶ test (not in it)     lint (declares nothing)
export const cachedRun = (): Event[] => [
  started(
    planOf(
      [
        planned('build', 0, { reads: ['src/**'], writes: ['dist/**'] }),
        planned('test', 1, { reads: ['dist/**', 'test/**'] }),
        planned('lint', 0, { undeclared: true }),
      ],
      {
        edges: [edge('build', 'test', { kind: 'write-read', witness: 'dist/a.js' })],
        notes: [{ kind: 'not-cached', tasks: ['lint'], text: 'it declares no `reads`' }],
      },
    ),
  ),
  starts('lint', 6),
  looksUp('build', 10, hit(80_000)),
  fetched('build', 14, 4, {
    filesChanged: [{ path: 'dist/a.js', change: 'modified' }],
    output: { bytes: 5, tail: [] },
  }),
  looksUp('test', 18, miss('src/a.ts changed', 'CI is now set')),
  starts('test', 20),
  ends('test', 1_020, 1_000),
  ends('lint', 3_006, 3_000),
  notStored('test', 3_007, 'src/a.ts changed while it ran'),
  finished(3_010),
];

/** All of it comes from the cache. */
export const warmRun = (): Event[] => [
  started(
    planOf([planned('build', 0, { writes: ['dist/**'] }), planned('test', 1)], {
      edges: [edge('build', 'test')],
    }),
  ),
  looksUp('build', 10, hit(80_000)),
  fetched('build', 14, 4),
  looksUp('test', 18, hit(400)),
  fetched('test', 20, 2),
  finished(25),
];
