// Whether the globs of a config are what they look like.

import type { Diagnostic } from '../base/diagnostic.ts';
import { checkList, checkPattern, isExclude, ownName } from '../plan/patterns/index.ts';
import { type Rule, tasksOf } from './rule.ts';
import type { Path, Syntax } from './syntax.ts';

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Names with at most a star or two in them, and `**`: nothing can be wrong with those, and most patterns are such. */
const EVERYDAY =
  /^!?(?!\.{0,2}(?:\/|$))(?:(?:[\w@.-]+|[\w@.-]*\*[\w@.-]*|\*\*)(?:\/(?!\.{0,2}(?:\/|$))|$))+$/;

/** Characters; what is longer is looked at, since a pattern can be too long. */
const LONGEST = 1_000;

export const isEveryday = (glob: string): boolean => glob.length <= LONGEST && EVERYDAY.test(glob);

function listProblems(globs: readonly string[], path: Path, syntax: Syntax): Diagnostic[] {
  const problems = globs.flatMap((glob, at): Diagnostic[] => {
    const problem = isEveryday(glob) ? undefined : checkPattern(glob);
    if (problem === undefined) return [];
    return [{ ...problem, message: lowerFirst(problem.message), place: syntax.placeOf([...path, at]) }];
  });
  const whole = problems.length > 0 ? undefined : checkList(globs.flatMap((glob) => [glob]));
  return whole
    ? [{ ...whole, message: lowerFirst(whole.message), place: syntax.placeOf(path, 'key') }]
    : problems;
}

/** What is git's, and ptask's, is never a task's to write: nothing would keep it, restore it or bring it into the tree. */
export const writesAreTheUsers: Rule = (input) =>
  tasksOf(input).flatMap(([id, { writes = [] }]) =>
    writes.flatMap((glob, at): Diagnostic[] => {
      const name = isExclude(glob) ? undefined : ownName(glob);
      if (name === undefined) return [];
      const [whose, hint] = OWNERS[name] as readonly [string, string];
      const message = `\`${glob}\` names files in \`${name}\`, which are ${whose}'s own and no task's to write`;
      return [{ message, place: input.syntax.placeOf(['tasks', id, 'writes', at]), hint }];
    }),
  );

const OWNERS: Readonly<Record<string, readonly [whose: string, hint: string]>> = {
  '.git': ['git', 'take it out; tasks that must not use git at the same time share one of the `resources:`'],
  '.ptask': ['ptask', 'take it out, and write to another folder'],
};

export const patternsAreSound: Rule = (input) => {
  const { syntax, written } = input;
  const problems = (globs: readonly string[] | undefined, path: Path): Diagnostic[] =>
    listProblems(globs ?? [], path, syntax);
  const ofTasks = tasksOf(input).flatMap(([id, task]) =>
    (['reads', 'writes'] as const).flatMap((field) => problems(task[field], ['tasks', id, field])),
  );
  const ofSteps = (written.validate ?? []).flatMap(({ when }, at): Diagnostic[] => {
    const path = ['validate', at, 'when', 'changed'];
    if (when?.changed?.length !== 0) return problems(when?.changed, path);
    const message = 'with an empty list this step would never run';
    return [{ message, place: syntax.placeOf(path), hint: 'add patterns, or take `when:` away' }];
  });
  const { onCollision } = written;
  const ofCollisions = (Array.isArray(onCollision) ? onCollision : []).flatMap(
    ({ path }, at): Diagnostic[] => {
      const here = ['onCollision', at, 'path'];
      if (path?.length !== 0) return problems(path, here);
      const message = 'with an empty list this entry is for no path';
      return [{ message, place: syntax.placeOf(here), hint: 'add patterns, such as `**` for every path' }];
    },
  );
  const ofCopies = problems(written.worktrees?.copy, ['worktrees', 'copy']);
  return [...ofTasks, ...ofSteps, ...ofCollisions, ...ofCopies];
};
