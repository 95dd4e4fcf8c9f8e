// What failed, at the end of a run: each with its reason and what it has printed, the first cause first.

import { formatDuration } from '../base/duration.ts';
import { unresolvedOf } from '../report/collisions.ts';
import { type Failure, failuresOf } from '../report/failures.ts';
import { blamed } from '../report/telling.ts';
import { list, plural, printable } from '../report/words.ts';
import type { Collision } from '../state/collisions.ts';
import { unresolvedBlock } from './aftermath-view.ts';
import { partOf, writeOutput } from './output-view.ts';
import { hang } from './plan-view/layout.ts';
import type { SummaryContext } from './summary.ts';

/** Outputs shown in full, all together. The first failure always has its share; beyond this only tails are shown. */
const BUDGET = 8 * 1024 * 1024;
const MAX_NAMES = 6;

/** A collision stands in place of the output of the task that collided, which says nothing about it. */
export function writeFailures(context: SummaryContext): void {
  const { terminal, report } = context;
  const unresolved = unresolvedOf(report);
  const writeCollisions = (some: readonly Collision[]) => {
    for (const collision of some) terminal.write(`${unresolvedBlock(context, collision).join('\n')}\n\n`);
  };
  const told = new Set<Collision>();
  let budget = BUDGET;
  for (const [place, failure] of failuresOf(report).entries()) {
    const own = failure.kind === 'task' ? unresolved.filter(({ task }) => task === failure.name) : [];
    writeCollisions(own);
    for (const collision of own) told.add(collision);
    if (own.length === 0) budget -= writeFailure(context, failure, place === 0, budget);
  }
  writeCollisions(unresolved.filter((collision) => !told.has(collision)));
}

const nameOf = ({ kind, name }: Failure): string =>
  kind === 'task' ? printable(name) : `validation step ${printable(name)}`;

/** Returns how many bytes of output were read for it. */
function writeFailure(context: SummaryContext, failure: Failure, first: boolean, budget: number): number {
  const { terminal, sign, columns, readOutput, folded, wasShown } = context;
  const { colors } = terminal;
  const write = (text: string) => terminal.write(text);
  const { name, cause, rolledBack, durationMs, attempts, log, output } = failure;
  const tries = attempts > 1 ? `, ${plural(attempts, 'attempt')}` : '';
  const undone = rolledBack ? ', rolled back' : '';
  const sentence = `${colors.bold(nameOf(failure))} ${first ? 'failed' : 'failed too'}${undone}: ${printable(cause)} ${colors.dim(`(${formatDuration(durationMs)}${tries})`)}`;
  const mark = colors.red(rolledBack ? sign['rolled-back'] : sign.failed);
  write(`${hang(`${mark} `, sentence, columns).join('\n')}\n`);
  for (const line of blameLines(context, failure)) write(`${line}\n`);
  const remark = (text: string): number => {
    write(`  ${colors.dim(text)}\n\n`);
    return 0;
  };

  if (output.bytes > 0 && folded) return remark('Its output is in its section above.');
  if (output.bytes > 0 && wasShown?.(failure)) return remark('Its output is shown above.');
  const source = log === undefined || budget <= 0 ? undefined : readOutput?.(log);
  const part = partOf(source, output.tail);
  if (part.head === '' && part.leftOut === 0) return remark('It printed nothing.');
  writeOutput(terminal, name, part, output.leftOut);
  write('\n');
  return source ? Math.min(source.bytes, 1024 * 1024) : 0;
}

function blameLines({ report, columns }: SummaryContext, { kind, name }: Failure): string[] {
  const blame =
    kind === 'validation' ? report.validation.find((step) => step.name === name)?.blame : undefined;
  return blame === undefined ? [] : hang('  ', printable(blamed(blame)), columns);
}

/** Those that failed once more by name, where more than one did: their outputs may have filled the screen. */
export function failedLines({ terminal, report, sign, columns, verbose }: SummaryContext): string[] {
  const failures = failuresOf(report);
  if (failures.length < 2) return [];
  const names = list(failures.map(nameOf), verbose ? Number.POSITIVE_INFINITY : MAX_NAMES);
  return hang(`${terminal.colors.red(sign.failed)} `, `failed: ${names}`, columns);
}
