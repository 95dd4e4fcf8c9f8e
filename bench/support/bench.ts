// What every bench shares: its options, taking turns, and how the figures are printed.

import { quick, values } from './options.ts';
import type { Ran } from './run.ts';

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
  /** A mean, since a single one is coarse. */
  cpuMs: number | null;
}

const byValue = (a: number, b: number): number => a - b;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort(byValue);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return ((low ?? 0) + (high ?? 0)) / 2;
}

export const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

/** How many times as long; two decimals. */
export const ratio = (value: number, base: number | undefined): number | null =>
  base ? round(value / base, 2) : null;

function mean(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? round(known.reduce((sum, value) => sum + value, 0) / known.length) : null;
}

export interface TurnOptions {
  /** A first round only warms the caches up. */
  isWarmedUp?: boolean;
  /** No further round begins that would, going by the last one, end after so many milliseconds. */
  enoughMs?: number;
  /** Who has taken so many milliseconds in all sits the further rounds out. */
  eachMs?: number;
}

/** Lets the contestants take turns (A B C A B C …), so that what else the machine does meets all of them alike. */
export async function takeTurns(
  contestants: readonly Contestant[],
  rounds: number,
  { isWarmedUp = true, enoughMs = 40_000, eachMs = Number.POSITIVE_INFINITY }: TurnOptions = {},
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
    if (done > 0 && now - begin + (now - last) > enoughMs) break;
    last = now;
    for (const { name, turn } of contestants) {
      const had = turns.get(name) ?? [];
      if (had.reduce((sum, { wallMs }) => sum + wallMs, 0) < eachMs) had.push(await turn());
    }
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
      cpuMs: mean(ran.map(({ cpuMs }) => cpuMs)),
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
export function print(table: Table): void {
  const { bench, settings, rows, notes = [] } = table;
  const all = { node: process.version, ...settings };
  if (values.json) console.log(json({ bench, quick, settings: all, rows, notes }));
  else console.log(asText({ ...table, settings: all }));
}

export const json = (value: unknown): string => JSON.stringify(value, undefined, 2);

export function asText({ about, settings, rows, notes = [] }: Omit<Table, 'bench'>): string {
  const columns = Object.keys(rows[0] ?? {}).filter((key) => rows.some((row) => row[key] !== null));
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0)));
  const line = (texts: string[]): string =>
    texts
      .map((text, at) => (at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0)))
      .join('  ');
  const facts = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  return [about, facts.join(', '), '', ...cells.map(line), ...notes].join('\n');
}
