// Whether the globs of a config are what they look like.

import type { Diagnostic, Place } from '../base/diagnostic.ts';
import { checkList, checkPattern, Effort, isExclude, ownName } from '../plan/patterns/index.ts';
import type { Path } from './document.ts';
import { Source } from './expand.ts';
import { listOf } from './lists.ts';
import { each, type Rule } from './rule.ts';

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Names with at most a star or two in them, and `**`: nothing can be wrong with those, and most patterns are such. */
const EVERYDAY =
  /^!?(?!\.{0,2}(?:\/|$))(?:(?:[\w@.-]+|[\w@.-]*\*[\w@.-]*|\*\*)(?:\/(?!\.{0,2}(?:\/|$))|$))+$/;

/** Characters; what is longer is looked at, since a pattern can be too long. */
const LONGEST = 1_000;

export const isEveryday = (glob: string): boolean => glob.length <= LONGEST && EVERYDAY.test(glob);

function listProblems(globs: readonly string[], source: Source, path: Path): Diagnostic[] {
  const problems = each(globs, (glob, at) => {
    const problem = isEveryday(glob) ? undefined : checkPattern(glob);
    return (
      problem && { ...problem, message: lowerFirst(problem.message), place: source.placeOf([...path, at]) }
    );
  });
  const whole = problems.length > 0 ? undefined : checkList(globs.flatMap((glob) => [glob]));
  return whole
    ? [{ ...whole, message: lowerFirst(whole.message), place: source.placeOf(path, 'key') }]
    : problems;
}

/** What is git's, and ptask's, is never a task's to write: nothing would keep it, restore it or bring it into the tree. */
export const writesAreTheUsers: Rule = ({ tasks }) =>
  each(tasks, ({ written, source }) =>
    each(listOf(written.writes), (glob, at) => {
      const name = isExclude(glob) ? undefined : ownName(glob);
      if (name === undefined) return undefined;
      const [whose, hint] = OWNERS[name] as readonly [string, string];
      const message = `\`${glob}\` names files in \`${name}\`, which only ${whose} may write`;
      return { message, place: source.placeOf(['writes', at]), hint };
    }),
  );

const OWNERS: Readonly<Record<string, readonly [whose: string, hint: string]>> = {
  '.git': ['git', 'remove it; tasks that must not use git in parallel can share one of the `resources:`'],
  '.ptask': ['ptask', 'remove it, and write to another folder'],
};

/** Of looking into odd patterns, which comes to a few seconds. */
const MOST_STEPS = 5_000_000;

export const patternsAreSound: Rule = ({ syntax, written, tasks }) => {
  const config = new Source(syntax, []);
  let here = (): Place => config.key;
  const problems = (
    globs: string | readonly string[] | undefined,
    path: Path,
    source = config,
  ): Diagnostic[] => {
    here = () => source.placeOf(path, 'key');
    return listProblems(listOf(globs), source, path);
  };
  const all = (): Diagnostic[] => [
    ...tasks.flatMap((task) =>
      (['reads', 'writes'] as const).flatMap((field) => problems(task.written[field], [field], task.source)),
    ),
    ...each(written.validate, ({ when }, at) => {
      const path = ['validate', at, 'when', 'changed'];
      if (when?.changed?.length !== 0) return problems(when?.changed, path);
      const message = 'with an empty list this step would never run';
      return { message, place: syntax.placeOf(path), hint: 'add patterns, or remove `when:`' };
    }),
    ...each(Array.isArray(written.onCollision) ? written.onCollision : [], ({ path }, at) => {
      const entry = ['onCollision', at, 'path'];
      if (path?.length !== 0) return problems(path, entry);
      const message = 'with an empty list this entry is for no path';
      const hint = 'add patterns, such as `**` for every path';
      return { message, place: syntax.placeOf(entry), hint };
    }),
    ...problems(written.worktrees?.copy, ['worktrees', 'copy']),
    ...problems(written.remote?.inputs, ['remote', 'inputs']),
  ];
  return new Effort(MOST_STEPS).within(all) ?? [tooInvolved(here())];
};

const tooInvolved = (place: Place): Diagnostic => ({
  message: 'the patterns up to here are too many or too complex to check',
  place,
  hint: 'use fewer and simpler ones: names, `*` and `**`',
});
