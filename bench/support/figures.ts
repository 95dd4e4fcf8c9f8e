// The figures of a comparison, and what docs/benchmarks.md shows of them.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Figures, ratio, round } from './bench.ts';

/** What came of one course. */
export interface Heat {
  course: string;
  /** Of its column; markdown. */
  title: string;
  about: string;
  rows: {
    name: string;
    isFloor: boolean;
    rounds: number;
    medianMs: number;
    bestMs: number;
    cpuMs: number | null;
    peakMb: number | null;
  }[];
  /** Who is not in it, and why. */
  cannot: Record<string, string>;
}

export interface Comparison {
  settings: Figures;
  /** Of all that were here, in their order. */
  versions: Record<string, string | null>;
  heats: Heat[];
  notes: string[];
}

const document = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));
const BEGIN = '<!-- written by npm run bench -- --markdown -->';
const END = '<!-- until here -->';

export function writeFigures(comparison: Comparison): void {
  const text = readFileSync(document, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${document} has lost its marks`);
  writeFileSync(document, `${before}${BEGIN}\n\n${markdownOf(comparison)}\n${END}${after}`);
}

/** Where so many megabytes are measured, a column beside the times shows them. */
const MEMORY_OF = 'exec';

export function markdownOf({ settings, versions, heats, notes }: Comparison): string {
  const memory = heats.find(({ course }) => course === MEMORY_OF);
  const names = Object.keys(versions);
  const floors = new Set(
    heats.flatMap(({ rows }) => rows.filter((row) => row.isFloor).map(({ name }) => name)),
  );
  const head = ['', ...heats.map(({ title }) => title), ...(memory ? ['peak MB'] : [])];
  const lines = names.map((name) => {
    const cells = heats.map((heat) => cellOf(heat, name));
    const peak = memory?.rows.find((row) => row.name === name)?.peakMb;
    const shown = floors.has(name) ? `_${name}_` : [name, versions[name]].filter(Boolean).join(' ');
    return [shown, ...cells, ...(memory ? [peak ? String(Math.round(peak)) : '—'] : [])];
  });
  const machine = `${settings.cores} cores, Node ${String(settings.node).slice(1)}, ${settings.system}`;
  return [
    `Measured on ${machine}. Medians in milliseconds, and as multiples of ptask; floors in italics.`,
    '',
    ...[head, head.map((_, at) => (at === 0 ? '---' : '--:')), ...lines].map(
      (cells) => `| ${cells.join(' | ')} |`,
    ),
    '',
    ...heats.map(standingOf),
    ...(notes.length > 0 ? ['', ...notes.map((note) => `- ${note}`)] : []),
    '',
  ].join('\n');
}

function cellOf({ rows }: Heat, name: string): string {
  const own = rows.find((row) => row.name === 'ptask');
  const row = rows.find((other) => other.name === name);
  if (!row) return '—';
  const shown = row.medianMs < 10 ? round(row.medianMs) : Math.round(row.medianMs).toLocaleString('en-US');
  return row === own || !own ? String(shown) : `${shown} (${ratio(row.medianMs, own.medianMs)}×)`;
}

/** Who was quicker than ptask, in words. */
function standingOf({ title, rows }: Heat): string {
  const own = rows.find(({ name }) => name === 'ptask');
  if (!own) return `- ${title}: ptask cannot do this yet.`;
  const ahead = rows
    .filter((row) => !row.isFloor && row.medianMs < own.medianMs)
    .sort((a, b) => a.medianMs - b.medianMs)
    .map((row) => `${row.name} (${ratio(row.medianMs, own.medianMs)}×)`);
  return ahead.length === 0
    ? `- ${title}: ptask is first.`
    : `- ${title}: ahead of ptask: ${ahead.join(', ')}.`;
}
