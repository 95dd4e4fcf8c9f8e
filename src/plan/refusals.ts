// Why a plan is not made, as problems with a way out.

import type { Diagnostic } from '../base/diagnostic.ts';
import type { Config, Task } from '../config/config.ts';
import type { Plan } from '../model/plan.ts';
import type { FileHazards } from './hazards.ts';
import { nameStrategy, type Shape } from './strategy.ts';

export const noWorktrees: Diagnostic = {
  message: 'strategy B, isolation in git worktrees, is not there yet in this version of ptask',
  hint: 'leave the strategy to auto: tasks that write the same files then run one after the other',
};

export function notParallel(shape: Shape): Diagnostic {
  const { reasons } = nameStrategy(shape, undefined);
  return { message: 'strategy A would not be safe', reasons, hint: 'leave the strategy to auto' };
}

export function notGoodEnough(
  { letter, name, reasons }: Plan['strategy'],
  required: readonly string[],
): Diagnostic {
  return {
    message: `the plan is strategy ${letter} (${name}), and ${required.join(' or ')} is required`,
    reasons,
    hint: 'ptask plan shows what stands in the way',
  };
}

export function refusal(
  { a, b, meeting }: FileHazards['refused'][number],
  tasks: readonly Task[],
  config: Config,
): Diagnostic {
  const [one, two] = [tasks[a] as Task, tasks[b] as Task];
  const path = meeting.witness ?? meeting.patterns[0];
  return {
    message: `\`${one.id}\` and \`${two.id}\` both write ${path}, and the policy for conflicts is error`,
    place: config.locate(two.id, 'writes', meeting.patterns[1]),
    hint: `let one of them need the other, make their \`writes\` differ, or set conflicts: serialize`,
    related: [
      {
        message: `\`${one.id}\` writes \`${meeting.patterns[0]}\``,
        place: config.locate(one.id, 'writes', meeting.patterns[0]),
      },
    ],
  };
}
