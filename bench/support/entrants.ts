// Makes a tool ready for a course: lays its project out, lets it prove that it does the work, and gives what a turn is.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Course } from '../graphs/courses.ts';
import type { Graph } from '../graphs/graph.ts';
import { lackOfProof, proving } from '../graphs/proof.ts';
import type { Tool } from '../tools/tool.ts';
import { type Contestant, round } from './bench.ts';
import { tempDir } from './cleanup.ts';
import { start } from './contestants.ts';
import { quick } from './options.ts';
import { git, linkPeers, repositoryOf } from './project.ts';
import type { Ran } from './run.ts';

/** Milliseconds from which on a tool is warmed up while it is measured. */
const LONG_MS = 1_000;
/** Milliseconds after which a file counts as old. */
const SETTLED_MS = quick ? 0 : 2_500;

export interface Entrant extends Contestant {
  isFloor: boolean;
  /** What the tool and all below it had at most while it proved itself. */
  peakMb: number | null;
}

export type Entered =
  | { ok: true; value: Entrant }
  /** It cannot say the graph; or it should have been able to, and was not. */
  | { ok: false; why: string; isFailure: boolean };

/** What a tool does at a course, or why it does nothing. */
type Way = { args: string[] } | { cannot: string };

function wayOf(tool: Tool, { kind }: Course, graph: Graph): Way {
  const said = tool.least ?? tool.version;
  if (kind === 'version') return said ? { args: said } : { cannot: 'no version of its own' };
  const isPlan = kind === 'plan' || kind === 'fresh plan';
  if (isPlan) return tool.plan ? { args: tool.plan(graph) } : { cannot: 'nothing that only tells' };
  const cannot = tool.cannot?.(graph);
  return cannot === undefined ? { args: tool.run(graph) } : { cannot };
}

export async function enter(tool: Tool, course: Course): Promise<Entered> {
  const way = wayOf(tool, course, course.graph);
  if ('cannot' in way) return { ok: false, why: way.cannot, isFailure: false };
  try {
    const { peakMb, wallMs } = await prove(tool, course);
    const turn = turnOf(tool, course);
    // The first one only warms the caches up, which tells where little is done.
    if (course.kind === 'unchanged' || wallMs < LONG_MS) await turn();
    return { ok: true, value: { name: tool.name, isFloor: tool.isFloor ?? false, peakMb, turn } };
  } catch (error) {
    return { ok: false, why: (error as Error).message, isFailure: true };
  }
}

/** Throws where a body did not run exactly once, or where a plan does not name every task. */
async function prove(tool: Tool, course: Course): Promise<{ peakMb: number | null; wallMs: number }> {
  const { kind, files } = course;
  const proofs = tempDir();
  const graph = proving(course.graph, proofs);
  const way = wayOf(tool, course, graph);
  if ('cannot' in way) throw new Error(way.cannot);
  const { args } = way;
  const cwd = repositoryOf(tool, graph, files);
  const { peakMb, wallMs, stdout, stderr } = await start(tool, graph, args, { cwd, peak: 'tree' });
  if (!tool.runsNothing) await checkProofs();
  return { wallMs, peakMb: kind === 'version' || peakMb === undefined ? null : round(peakMb) };

  async function checkProofs(): Promise<void> {
    if (kind === 'run' || kind === 'unchanged') check(lackOfProof(graph, proofs));
    // What is unchanged is left alone: a second time nothing may be added.
    if (kind === 'unchanged') {
      await start(tool, graph, args, { cwd });
      check(lackOfProof(graph, proofs));
    }
    if (kind === 'plan' || kind === 'fresh plan') {
      check(readdirSync(proofs).length > 0 ? 'the plan has run bodies' : undefined);
      check(lackOfNames(graph, `${stdout}${stderr}`));
    }
  }
}

function lackOfNames(graph: Graph, text: string): string | undefined {
  const words = new Set(text.match(/[\w-]+/g));
  const unnamed = Object.keys(graph.tasks).filter((id) => !words.has(id));
  return unnamed.length > 0
    ? `the plan does not name ${unnamed.length} tasks, ${unnamed[0]} for one`
    : undefined;
}

function check(lack: string | undefined): void {
  if (lack !== undefined) throw new Error(lack);
}

/** What a tool does in a turn of a course that it can run; its project is made here, once. */
export function turnOf(tool: Tool, course: Course): () => Promise<Ran> {
  const { kind, graph, files } = course;
  const way = wayOf(tool, course, graph);
  if ('cannot' in way) throw new Error(`${tool.name}: ${way.cannot}`);
  const { args } = way;
  const cwd = repositoryOf(tool, graph, files);
  const run = (): Promise<Ran> => start(tool, graph, args, { cwd });
  if (kind === 'unchanged') return onceSettled(run);
  if (kind !== 'fresh plan') return run;
  const clones = tempDir();
  return async () => {
    const clone = mkdtempSync(join(clones, 'clone-'));
    git(clones, 'clone', '--quiet', '--local', cwd, clone);
    linkPeers(clone);
    try {
      return await start(tool, graph, args, { cwd: clone });
    } finally {
      rmSync(clone, { recursive: true, force: true });
    }
  };
}

/**
 * The first turn makes the results, and sees once that all is as it was: who keeps what it has seen of files does so only
 * once they are older than the clock of a file system is exact.
 */
export function onceSettled(run: () => Promise<Ran>): () => Promise<Ran> {
  let isSettled = false;
  return async () => {
    if (!isSettled) {
      await run();
      await setTimeout(SETTLED_MS);
      await run();
      isSettled = true;
    }
    return run();
  };
}
