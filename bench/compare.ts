// ptask beside the runners that people use, and beside the least that the work takes: each graph is run by every tool that can
// say it, in turns. Before that each tool proves, untimed, that it runs every body once and in order; its memory is
// watched then. `--graph name,name` and `--only tool,tool` take some of them, `--markdown` writes docs/benchmarks.md.

import { availableParallelism } from 'node:os';
import { type Course, courses } from './graphs/courses.ts';
import { asText, type Figures, json, ratio, type Standing, takeTurns } from './support/bench.ts';
import { type Entrant, enter } from './support/entrants.ts';
import { type Comparison, type Heat, writeFigures } from './support/figures.ts';
import { quick, values } from './support/options.ts';
import { installPeers } from './support/peers.ts';
import { versionOf } from './support/versions.ts';
import { tools } from './tools/index.ts';
import type { Tool } from './tools/tool.ts';

/** Milliseconds after which no further round of a graph begins. */
const ENOUGH_MS = 100_000;
/** Milliseconds that a tool may take for all its turns at one graph, after which it sits out. */
const EACH_MS = 8_000;

if (values.markdown && (quick || values.only || values.graph))
  throw new Error(
    'the document shows everything at full size: --markdown goes without --quick, --only and --graph',
  );

const chosen = pick(tools, values.only, 'tool');
const graphs = pick(courses, values.graph, 'graph');
const notes: string[] = [];
if (chosen.some(({ peer }) => peer !== undefined)) notes.push(...(await installPeers()));

const here = chosen.filter((tool) => tool.find() !== undefined);
const missing = chosen.filter((tool) => !here.includes(tool)).map(({ name }) => name);
if (missing.length > 0) notes.push(`not here: ${missing.join(', ')}`);

const versions = Object.fromEntries(here.map((tool) => [tool.name, versionOf(tool)]));
const heats: Heat[] = [];
for (const course of graphs) heats.push(await heatOf(course));

const comparison: Comparison = {
  settings: { node: process.version, cores: availableParallelism(), system: process.platform },
  versions,
  heats,
  notes,
};
if (values.json) console.log(json({ bench: 'compare', quick, ...comparison }));
else {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version ?? ''}`.trim());
  for (const heat of heats) console.log(`${asText(tableOf(heat))}\n`);
  console.log([`versions: ${named.join(', ')}`, ...notes].join('\n'));
}
if (values.markdown) writeFigures(comparison);

async function heatOf(course: Course): Promise<Heat> {
  const entrants: Entrant[] = [];
  const cannot: Record<string, string> = {};
  for (const tool of here) {
    say(`${course.name}: ${tool.name} proves itself`);
    const entered = await enter(tool, course);
    if (entered.ok) entrants.push(entered.value);
    else {
      cannot[tool.name] = entered.why;
      if (entered.isFailure) fail(tool, course, entered.why);
    }
  }
  say(`${course.name}: in turns`);
  const standings = await takeTurns(entrants, course.rounds, {
    eachMs: EACH_MS,
    enoughMs: ENOUGH_MS,
    isWarmedUp: false,
  });
  const rows = standings.map((standing, at) => rowOf(standing, entrants[at] as Entrant));
  return { course: course.name, title: course.title, about: course.about, rows, cannot };
}

function rowOf(
  { name, rounds, medianMs, bestMs, cpuMs }: Standing,
  { peakMb, isFloor }: Entrant,
): Heat['rows'][number] {
  return { name, isFloor, rounds, medianMs, bestMs, cpuMs, peakMb };
}

/** ptask has to be able to do all of it; of another tool it is said. */
function fail(tool: Tool, course: Course, why: string): void {
  if (tool.name === 'ptask') throw new Error(`${course.name}: ${why}`);
  notes.push(`${tool.name} is left out of ${course.name}: ${why.split('\n', 1)[0]}`);
  if (!values.json) say(`${course.name}: ${tool.name}: ${why}`);
}

function tableOf({ about, rows, cannot }: Heat) {
  const own = rows.find(({ name }) => name === 'ptask');
  const node = rows.find(({ name }) => name === "node -e ''");
  return {
    about,
    settings: { node: process.version, cores: availableParallelism() },
    rows: rows.map(
      ({ isFloor: _, ...row }): Figures => ({
        ...row,
        toPtask: ratio(row.medianMs, own?.medianMs),
        toNode: ratio(row.medianMs, node?.medianMs),
      }),
    ),
    notes: Object.entries(cannot).map(([name, why]) => `${name}: ${why.split('\n', 1)[0]}`),
  };
}

function pick<T extends { name: string }>(all: readonly T[], asked: string | undefined, what: string): T[] {
  if (asked === undefined) return [...all];
  const names = asked.split(',');
  const unknown = names.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new Error(`there is no ${what} ${unknown}, but ${all.map(({ name }) => name).join(', ')}`);
  return all.filter(({ name }) => names.includes(name));
}

/** How far it is, for who waits. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
