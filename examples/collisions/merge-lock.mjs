// Merges packages.lock by its packages, where git sees lines. Gets three files and writes a fourth.
import { readFileSync, writeFileSync } from 'node:fs';

const { PTASK_PATH, PTASK_BASE, PTASK_OURS, PTASK_THEIRS, PTASK_RESULT } = process.env;
const read = (file) => {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return new Map(lines.map((line) => line.split(' ')));
};
const [base, ours, theirs] = [PTASK_BASE, PTASK_OURS, PTASK_THEIRS].map(read);

const merged = new Map(ours);
for (const name of new Set([...base.keys(), ...theirs.keys()])) {
  const [before, here, there] = [base, ours, theirs].map((side) => side.get(name));
  if (there === before || there === here) continue;
  if (here !== before) {
    console.error(`${PTASK_PATH} would have ${name} ${here} and ${there}`);
    process.exit(1);
  }
  if (there === undefined) merged.delete(name);
  else merged.set(name, there);
}
const lines = [...merged].map((entry) => entry.join(' ')).sort();
writeFileSync(PTASK_RESULT, `${lines.join('\n')}\n`);
