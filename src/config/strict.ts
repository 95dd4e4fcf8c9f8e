// What a strict task cannot be as well.

import { each, type Rule } from './rule.ts';

/** Both are a place to work in. */
export const strictHasNoWorktree: Rule = ({ tasks }) =>
  each(tasks, ({ id, written: { strict, workspace }, source }) => {
    if (strict !== true || workspace !== 'worktree') return undefined;
    return {
      message: `\`${id}\` is strict and has \`workspace: worktree\`, but a strict task has a scratch folder of its own`,
      place: source.placeOf(['workspace']),
      hint: 'remove `workspace`: strict tasks that write the same files run one after the other',
      related: [{ message: 'it is strict', place: source.placeOf(['strict']) }],
    };
  });
