// What the schema cannot say of the `needs` of validation steps. Unaware of tasks, but for a name that is one.

import { guesser } from '../base/suggest.ts';
import { findCycles } from './cycle.ts';
import { listOf } from './lists.ts';
import { each, type Rule } from './rule.ts';

export const stepNeedsExist: Rule = ({ written, syntax }) => {
  const steps = written.validate ?? [];
  const known = new Set(steps.flatMap(({ name }) => name ?? []));
  const guess = guesser(known);
  // A step that the schema objects to may be the one that is meant.
  const isWhole = steps.flatMap(({ name }) => name ?? []).length === steps.length;
  return each(steps, ({ name, needs }, at) =>
    each(listOf(needs), (need, entry) => {
      if (need !== name && (known.has(need) || !isWhole)) return undefined;
      const place = syntax.placeOf(['validate', at, 'needs', entry]);
      if (need === name) return { message: `the step \`${name}\` needs itself`, place, hint: 'remove it' };
      const message = `the step \`${name}\` needs \`${need}\`, but there is no such validation step`;
      const hint = Object.hasOwn(written.tasks ?? {}, need)
        ? 'remove it: it is a task, and all tasks finish before the first step'
        : (guess(need) ?? 'name another step of `validate:`');
      return { message, place, hint };
    }),
  );
};

export const stepNeedsHaveNoCycle: Rule = ({ written, syntax }) => {
  const steps = (written.validate ?? []).flatMap(({ name, needs }, at) => [
    { name, needs: listOf(needs), at },
  ]);
  const needs = new Map(steps.map(({ name, needs }) => [name, needs.filter((need) => need !== name)]));
  return findCycles(needs).map((cycle) => {
    const [first = '', second = ''] = cycle;
    const step = steps.find(({ name }) => name === first);
    return {
      message: `dependency cycle: ${cycle.join(' → ')}`,
      place: syntax.placeOf(['validate', step?.at ?? 0, 'needs', step?.needs.indexOf(second) ?? 0]),
      hint: 'remove one of these needs',
    };
  });
};
