// Why a plan is not made, as problems with a way out.

import type { Diagnostic } from '../base/diagnostic.ts';
import type { Config, Locate, Task } from '../config/config.ts';
import type { Plan } from '../model/plan.ts';
import type { PatternOverlap } from './overlaps.ts';
import { type PairSets, pairsOf } from './pair-sets.ts';
import { nameStrategy, type Shape } from './strategy.ts';

export const noWorktrees = (why: string, asked: string): Diagnostic => ({
  message: `${asked} needs git worktrees, which are not possible here: ${why}`,
  hint: 'without it, tasks that write the same files run one after the other',
});

export function notOnePhase(shape: Shape): Diagnostic {
  const { reasons } = nameStrategy(shape, 'phased');
  return {
    message: `strategy B (worktrees) is for tasks that can all start in parallel, but these need ${shape.phases} phases`,
    reasons: reasons.slice(1),
    hint: 'use strategy auto: it isolates conflicting tasks in any phase',
  };
}

export function notParallel(shape: Shape): Diagnostic {
  const { reasons } = nameStrategy(shape, undefined);
  return { message: 'strategy A (parallel) would not be safe', reasons, hint: 'use strategy auto' };
}

export function notGoodEnough(
  { letter, name, reasons }: Plan['strategy'],
  required: readonly string[],
): Diagnostic {
  return {
    message: `the plan is strategy ${letter} (${name}), but ${required.join(' or ')} is required`,
    reasons,
    hint: 'ptask plan shows why',
  };
}

/** All patterns together have taken too long to compare, or meet in too many ways; pointed at is the list with the most text. */
export function tooInvolved({ tasks }: Config, locate: Locate): Diagnostic {
  const lists = tasks.flatMap(({ id, reads, writes }) => [
    { id, field: 'writes' as const, list: writes, size: writes.join('').length },
    { id, field: 'reads' as const, list: reads, size: reads.join('').length },
  ]);
  const longest = lists.reduce((most, one) => (one.size > most.size ? one : most));
  return {
    message: 'the tasks have too many or too complex patterns to compare',
    place: locate(longest.id, longest.field, longest.list[0]),
    hint: 'use fewer and simpler ones, each below a folder that few tasks share, such as `packages/a/**`',
  };
}

/** Pairs that are told one by one; who has more of them has one thing wrong many times. */
const MAX_TOLD = 20;

export function refusals(
  refused: PairSets<PatternOverlap>,
  tasks: readonly Task[],
  locate: Locate,
): Diagnostic[] {
  const told: Diagnostic[] = [];
  for (const [one, two, meeting] of pairsOf(refused.toGroups(), MAX_TOLD))
    told.push(refusal(tasks[one] as Task, tasks[two] as Task, meeting, locate));
  const rest = refused.size - told.length;
  if (rest > 0) told.push({ message: `and ${rest} more pairs of tasks write the same files` });
  return told;
}

function refusal(one: Task, two: Task, meeting: PatternOverlap, locate: Locate): Diagnostic {
  const { witness, clash, patterns } = meeting;
  const both = clash
    ? `write ${clash.file} as a file and ${clash.below} below it`
    : `both write ${witness ?? patterns[0]}`;
  return {
    message: `\`${one.id}\` and \`${two.id}\` ${both}, but the conflict policy is error`,
    place: locate(two.id, 'writes', patterns[1]),
    hint: `add \`needs\` to one of them, make their \`writes\` differ, or set \`conflicts: serialize\``,
    related: [
      {
        message: `\`${one.id}\` writes \`${patterns[0]}\``,
        place: locate(one.id, 'writes', patterns[0]),
      },
    ],
  };
}
