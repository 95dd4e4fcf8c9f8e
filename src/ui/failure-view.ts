// What failed, at the end of a run: each with its reason and what it has printed, the first cause first.

import { briefConflictParts } from '../present/conflict-parts.ts';
import { type Failure, failuresOf, unresolvedOf } from '../present/failures.ts';
import { plain } from '../present/plain.ts';
import { blameOf, failure as failureText } from '../present/report-document.ts';
import { NOT_KEPT, nothingTaken } from '../present/sentences.ts';
import type { Collision } from '../state/collisions.ts';
import { blockLines, itemLines } from './document-lines.ts';
import { hang } from './layout.ts';
import { partOf, writeOutput } from './output-view.ts';
import type { SummaryContext } from './summary-context.ts';

/** Outputs shown in full, all together. The first failure always has its share; beyond this only tails are shown. */
const MOST_PATHS = 10;
const BUDGET = 8 * 1024 * 1024;

/** A conflict stands in place of the output of the task that has it, which says nothing about it. */
export function writeFailures(context: SummaryContext): void {
  const { terminal, report } = context;
  const unresolved = unresolvedOf(report);
  const writeConflicts = (some: readonly Collision[]) => {
    for (const collision of some) terminal.write(`${conflictLines(context, collision).join('\n')}\n\n`);
  };
  const told = new Set<Collision>();
  let budget = BUDGET;
  for (const failure of failuresOf(report)) {
    const own = failure.kind === 'task' ? unresolved.filter(({ task }) => task === failure.name) : [];
    writeConflicts(own);
    for (const collision of own) told.add(collision);
    if (own.length === 0) budget -= writeFailure(context, failure, budget);
  }
  writeConflicts(unresolved.filter((collision) => !told.has(collision)));
}

/** The conflict that nothing resolves, what each task did there, and where that is. */
function conflictLines({ look, report }: SummaryContext, { task, others, conflicts }: Collision): string[] {
  const kept = report.cleanup.kept.filter((each) => each.task === task || others.includes(each.task));
  const where = nothingTaken(
    task,
    kept.map(({ branch }) => branch),
  );
  return [
    ...briefConflictParts(conflicts, MOST_PATHS).flatMap((block) => blockLines(block, look)),
    ...hang('  ', plain(where), look.columns),
  ];
}

/** Returns how many bytes of output were read for it. */
function writeFailure(context: SummaryContext, failure: Failure, budget: number): number {
  const { terminal, look, report, readOutput, folded, wasShown } = context;
  const { name, rolledBack, log, output } = failure;
  const blame = blameOf(report, failure);
  const mark = rolledBack ? 'rolled-back' : 'failed';
  const lines = [
    ...itemLines({ mark, text: failureText(failure) }, look),
    ...(blame === undefined ? [] : hang('  ', plain(blame), look.columns)),
  ];
  terminal.write(lines.map((line) => `${line}\n`).join(''));
  const remark = (text: string): number => {
    terminal.write(`  ${look.colors.dim(text)}\n\n`);
    return 0;
  };
  if (output.bytes > 0 && folded) return remark('Its output is in its section above.');
  if (output.bytes > 0 && wasShown?.(failure)) return remark('Its output is shown above.');
  const source = log === undefined || budget <= 0 ? undefined : readOutput?.(log);
  const part = partOf(source, output.tail);
  if (part.head === '' && part.leftOut === 0) return remark(failure.isRaw ? NOT_KEPT : 'It printed nothing.');
  writeOutput(terminal, name, part, output.leftOut);
  terminal.write('\n');
  return source ? Math.min(source.bytes, 1024 * 1024) : 0;
}
