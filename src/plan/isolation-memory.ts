// What isolating tasks came to in earlier runs of this work tree: how long it takes to give a task a worktree and to bring back what it
// did there, and which tasks have collided. Plain data of the plan's; see `experienceOf`.

import { writeFileSync } from 'node:fs';
import { readCache, writeCache } from '../base/cache-file.ts';
import type { Plan } from '../model/plan.ts';
import { rememberedDurations } from './durations.ts';
import type { Experience } from './options.ts';

const FILE = 'isolation.json';

/** Of its runs in worktrees, by how many a pair has collided lately, so that it is no use to try once more: more than the last one. */
const OFTEN = 0.6;
/** What is forgotten. */
const SELDOM = 0.1;
/** A pair that runs in order is tried again after some twenty runs: what the tasks do may have changed. */
const FADING = 0.98;

export interface IsolationMemory {
  /** Milliseconds. */
  worktreeMs: number | undefined;
  /** By two tasks in the order of their names how often they collide, from 0 to 1. */
  collisions: Map<string, number>;
}

export const pairOf = (a: string, b: string): string => JSON.stringify(a < b ? [a, b] : [b, a]);

/** Nothing where nothing is remembered. */
export function recallIsolation(root: string): IsolationMemory {
  try {
    const { worktreeMs, collisions = {} } = JSON.parse(String(readCache(root, FILE) ?? '{}'));
    const known = Object.entries(collisions).filter((entry): entry is [string, number] => {
      return typeof entry[1] === 'number';
    });
    return {
      worktreeMs: typeof worktreeMs === 'number' ? worktreeMs : undefined,
      collisions: new Map(known),
    };
  } catch {
    return { worktreeMs: undefined, collisions: new Map() };
  }
}

/** What one run came to. */
export interface IsolatedRun {
  /** Milliseconds that each isolated task took beside its own work. */
  costs: readonly number[];
  /** Those that were isolated and are done. */
  isolated: ReadonlySet<string>;
  /** Pairs of them that have collided. */
  collided: ReadonlySet<string>;
  /** All tasks of the run that are done. */
  done: ReadonlySet<string>;
}

/** What is new counts half, so that one odd run does not decide the next plan. */
export function rememberIsolation(root: string, { costs, isolated, collided, done }: IsolatedRun): void {
  // Then there is no pair.
  if (done.size < 2) return;
  const known = recallIsolation(root);
  if (costs.length === 0 && known.collisions.size === 0) return;
  const mean = costs.reduce((sum, ms) => sum + ms, 0) / costs.length;
  const worktreeMs = costs.length === 0 ? known.worktreeMs : half(known.worktreeMs ?? mean, mean);
  const collisions = new Map(known.collisions);
  for (const [pair, share] of known.collisions) {
    const both = JSON.parse(pair) as string[];
    if (both.every((id) => isolated.has(id))) collisions.set(pair, half(share, 0));
    else if (both.every((id) => done.has(id))) collisions.set(pair, share * FADING);
  }
  for (const pair of collided) collisions.set(pair, half(known.collisions.get(pair) ?? 0, 1));
  const kept = [...collisions].filter(([, share]) => share >= SELDOM).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify({
    ...(worktreeMs !== undefined && { worktreeMs: Math.round(worktreeMs) }),
    collisions: Object.fromEntries(kept),
  });
  writeCache(root, FILE, (handle) => writeFileSync(handle, `${text}\n`));
}

const half = (old: number, now: number): number => (old + now) / 2;

/** What speaks against isolating tasks of a plan; undefined where nothing does. */
export function experienceOf(root: string, { tasks }: Plan): Experience | undefined {
  const isolated = tasks.filter(({ workspace }) => workspace === 'worktree').map(({ id }) => id);
  const { worktreeMs, collisions } = recallIsolation(root);
  const colliding = [...collisions].flatMap(([pair, share]) => {
    const [a = '', b = ''] = JSON.parse(pair) as string[];
    return share >= OFTEN && isolated.includes(a) && isolated.includes(b) ? [[a, b] as const] : [];
  });
  const durations = worktreeMs === undefined ? new Map<string, number>() : rememberedDurations(root);
  // The time of one that was isolated has its integration in it, so none goes back and forth.
  const brief = isolated.filter((id) => (durations.get(id) ?? Infinity) < (worktreeMs ?? 0));
  if (colliding.length === 0 && brief.length === 0) return undefined;
  return { colliding, brief };
}
