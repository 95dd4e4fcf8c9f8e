// Whether ptask has become slower: what it takes as a multiple of a floor that is measured beside it in the same run, against
// the multiples in `guard.json`. Beyond a quarter more it fails; before that the measurement is repeated, since a machine that
// is busy with other things can only make it look slower. `--write` makes what is measured now the standard.
//
// Most figures are times of processors, which hardly depend on what else the machine does; where tasks wait it is the best
// time on the clock, and of memory the peak.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Figures, json, median, print, ratio, takeTurns } from './support/bench.ts';
import { cpuTimeOfChildren } from './support/cpu-time.ts';
import { type Group, groups } from './support/guarded.ts';
import { quick, values } from './support/options.ts';

/** How many times what is committed is too much. */
const LIMIT = 1.25;
/** What is this much better should be committed, or it is lost again unseen. */
const BETTER = 0.75;
const TRIES = quick ? 1 : 4;
const WRITTEN_FROM = 3;
/** Milliseconds for a group each time it is measured: on a busy machine rounds are fewer, not the guard endless. */
const ENOUGH_MS = 20_000;

interface Standard {
  /** Of Node: another one has other multiples. */
  node: string;
  ratios: Record<string, number>;
}

const file = fileURLToPath(new URL('guard.json', import.meta.url));
const node = process.version.split('.')[0] as string;

const all: { group: Group; measured: Map<string, number[]> }[] = [];
for (const group of groups()) all.push({ group, measured: new Map() });
if (values.write) await write();
else await compare();

async function write(): Promise<void> {
  if (quick) throw new Error('tiny sizes are no standard: --quick and --write do not go together');
  for (let time = 0; time < WRITTEN_FROM; time++) for (const one of all) await measure(one);
  const ratios = Object.fromEntries(
    all.flatMap(({ measured }) =>
      [...measured].map(([name, found]) => [name, Number(median(found).toFixed(2))]),
    ),
  );
  writeFileSync(file, `${json({ node, ratios } satisfies Standard)}\n`);
  console.log(`written: ${file}`);
}

async function compare(): Promise<void> {
  const standard = JSON.parse(readFileSync(file, 'utf8')) as Standard;
  if (standard.node !== node || cpuTimeOfChildren() === undefined) {
    const why = standard.node === node ? 'the system does not tell times of processors' : `this is ${node}`;
    console.log(`guard.json is of Node ${standard.node}, and ${why}: nothing is compared`);
    return;
  }
  const rows: Figures[] = [];
  const notes: string[] = [];
  const fail = (note: string): void => {
    notes.push(note);
    // Tiny sizes have other multiples.
    if (!quick) process.exitCode = 1;
  };
  for (const one of all) {
    for (let tries = 0; tries < TRIES; tries++) {
      await measure(one);
      if (tooSlow(one.measured, standard).length === 0) break;
    }
    for (const [name, found] of one.measured) {
      const committed = standard.ratios[name];
      const least = Math.min(...found);
      rows.push({
        name,
        committed: committed ?? null,
        now: Number(least.toFixed(2)),
        by: one.group.by,
        tries: found.length,
      });
      if (committed !== undefined && least < committed * BETTER)
        notes.push(`${name} is better than committed: run it with --write`);
    }
    for (const name of tooSlow(one.measured, standard)) {
      const times = ratio(Math.min(...(one.measured.get(name) ?? [])), standard.ratios[name]);
      fail(`TOO SLOW: ${name} takes ${times} times what is committed, and ${LIMIT} are allowed`);
    }
  }
  const names = all.flatMap(({ measured }) => [...measured.keys()]);
  const committed = Object.keys(standard.ratios);
  for (const name of names.filter((each) => !committed.includes(each)))
    fail(`NOT GUARDED: ${name} is not in guard.json, which --write mends`);
  for (const name of committed.filter((each) => !names.includes(each)))
    fail(`NOT MEASURED: ${name} is in guard.json`);
  print({
    bench: 'guard',
    about: 'What ptask takes as a multiple of its floors, committed and now.',
    settings: { limit: LIMIT },
    rows,
    notes,
  });
}

/** One more ratio for each of the group. */
async function measure({ group, measured }: (typeof all)[number]): Promise<void> {
  const { floor, guarded, by, rounds } = group;
  const options = { isWarmedUp: measured.size === 0, enoughMs: ENOUGH_MS };
  const standings = await takeTurns([floor, ...guarded], rounds, options);
  const base = standings[0]?.[by];
  for (const standing of standings.slice(1)) {
    const value = standing[by];
    if (value === null || !base) continue;
    measured.set(standing.name, [...(measured.get(standing.name) ?? []), value / base]);
  }
}

function tooSlow(measured: ReadonlyMap<string, readonly number[]>, { ratios }: Standard): string[] {
  return [...measured].flatMap(([name, found]) =>
    Math.min(...found) > (ratios[name] ?? Number.POSITIVE_INFINITY) * LIMIT ? [name] : [],
  );
}
