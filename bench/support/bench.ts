// What every bench shares: its options, taking turns, and how the figures are printed.

import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Ran } from './run.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    ptask: { type: 'string', default: fileURLToPath(new URL('../../bin/ptask.cjs', import.meta.url)) },
  },
});

/** Tiny sizes and one round: for trying the bench, not for measuring. */
export const { quick } = values;

/** The command under test. */
export const ptask = resolve(values.ptask);

/** No further round begins that would, going by the last one, end after so many milliseconds. */
const ENOUGH_MS = 40_000;

export type Figures = Record<string, number | string | null>;

/** A contestant: once around, and what it measured of itself besides. */
export interface Contestant {
  name: string;
  turn(): Promise<Ran & { insideMs?: number }>;
}

export interface Standing {
  name: string;
  rounds: number;
  medianMs: number;
  bestMs: number;
  /** Medians of what only some contestants measure. */
  insideMs: number | null;
  peakMb: number | null;
}

const byValue = (a: number, b: number): number => a - b;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort(byValue);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return ((low ?? 0) + (high ?? 0)) / 2;
}

const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

/** How many times as long; two decimals. */
export const ratio = (value: number, base: number | undefined): number | null =>
  base ? round(value / base, 2) : null;

/**
 * Lets the contestants take turns (A B C A B C …), so that what else the machine does meets all of them alike. A first
 * round only warms the caches up, where that is wanted.
 */
export async function takeTurns(
  contestants: readonly Contestant[],
  rounds: number,
  isWarmedUp = true,
): Promise<Standing[]> {
  const turns = new Map(
    contestants.map(({ name }) => [name, [] as Awaited<ReturnType<Contestant['turn']>>[]]),
  );
  const wanted = quick ? 1 : Number(values.rounds ?? rounds);
  const begin = performance.now();
  if (!quick && isWarmedUp) for (const { turn } of contestants) await turn();
  let last = begin;
  for (let done = 0; done < wanted; done++) {
    const now = performance.now();
    if (done > 0 && now - begin + (now - last) > ENOUGH_MS) break;
    last = now;
    for (const { name, turn } of contestants) turns.get(name)?.push(await turn());
  }
  return [...turns].map(([name, ran]) => {
    const walls = ran.map(({ wallMs }) => wallMs);
    const optional = (pick: (one: (typeof ran)[number]) => number | undefined): number | null => {
      const found = ran.map(pick).filter((value) => value !== undefined);
      return found.length > 0 ? round(median(found)) : null;
    };
    return {
      name,
      rounds: ran.length,
      medianMs: round(median(walls)),
      bestMs: round(Math.min(...walls)),
      insideMs: optional(({ insideMs }) => insideMs),
      peakMb: optional(({ peakMb }) => peakMb),
    };
  });
}

export interface Table {
  bench: string;
  /** What was measured, in a line. */
  about: string;
  settings: Figures;
  rows: Figures[];
  /** What was left out, and why. */
  notes?: string[];
}

/** Prints a table for people or, with --json, one JSON document. */
export function print({ bench, about, settings, rows, notes = [] }: Table): void {
  const all = { node: process.version, ...settings };
  if (values.json) {
    console.log(JSON.stringify({ bench, quick, settings: all, rows, notes }, undefined, 2));
    return;
  }
  const columns = Object.keys(rows[0] ?? {}).filter((key) => rows.some((row) => row[key] !== null));
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0)));
  const line = (texts: string[]): string =>
    texts
      .map((text, at) => (at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0)))
      .join('  ');
  const facts = Object.entries(all).map(([name, value]) => `${name} ${value}`);
  console.log([about, facts.join(', '), '', ...cells.map(line), ...notes].join('\n'));
}
