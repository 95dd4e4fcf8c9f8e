// What the schema cannot say: checks across fields, each small and named, all of them run, all failures told.

import { statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/suggest.ts';
import type { WrittenConfig } from '../model/config.ts';
import { checkPattern, matcher, staticPrefix } from '../plan/patterns/index.ts';
import { findCycle } from './cycle.ts';
import type { Syntax } from './syntax.ts';

export interface RuleInput {
  written: WrittenConfig;
  syntax: Syntax;
  /** Absolute. */
  root: string;
}

type Rule = (input: RuleInput) => Diagnostic[];

const tasksOf = ({ written }: RuleInput) => Object.entries(written.tasks ?? {});

const needsExist: Rule = (input) =>
  tasksOf(input).flatMap(([id, task]) =>
    (task.needs ?? []).flatMap((need, at): Diagnostic[] => {
      const place = input.syntax.placeOf(['tasks', id, 'needs', at]);
      if (need === id) return [{ message: `\`${id}\` needs itself`, place, hint: 'take it away' }];
      if (Object.hasOwn(input.written.tasks, need)) return [];
      const hint = didYouMean(need, Object.keys(input.written.tasks)) ?? 'name a task of this config';
      return [{ message: `\`${id}\` needs \`${need}\`, and there is no such task`, place, hint }];
    }),
  );

const needsHaveNoCycle: Rule = (input) => {
  const cycle = findCycle(
    new Map(tasksOf(input).map(([id, task]) => [id, (task.needs ?? []).filter((need) => need !== id)])),
  );
  if (cycle === undefined) return [];
  const [first = '', second = ''] = cycle;
  const place = (id: string, need: string) =>
    input.syntax.placeOf([
      'tasks',
      id,
      'needs',
      Math.max(0, (input.written.tasks[id]?.needs ?? []).indexOf(need)),
    ]);
  const related = cycle.slice(1, -1).map((id, at) => {
    const need = cycle[at + 2] ?? first;
    return { message: `\`${id}\` needs \`${need}\``, place: place(id, need) };
  });
  return [
    {
      message: `the tasks need each other in a circle: ${cycle.join(' → ')}`,
      place: place(first, second),
      hint: 'one of these needs has to go',
      related,
    },
  ];
};

const patternsAreSound: Rule = (input) => {
  const lists = tasksOf(input).flatMap(([id, task]) =>
    (['reads', 'writes'] as const).map((field) => ({ path: ['tasks', id, field], globs: task[field] ?? [] })),
  );
  const steps = (input.written.validate ?? []).map((step, at) => ({
    path: ['validate', at, 'when', 'changed'],
    globs: step.when?.changed ?? [],
  }));
  return [...lists, ...steps].flatMap(({ path, globs }) => {
    const problems = globs.flatMap((glob, at): Diagnostic[] => {
      const problem = checkPattern(glob);
      return problem ? [{ ...problem, place: input.syntax.placeOf([...path, at]) }] : [];
    });
    const onlyExcludes =
      globs.length > 0 && globs.every((glob) => glob.startsWith('!') && !glob.startsWith('!('));
    if (!onlyExcludes || problems.length > 0) return problems;
    const place = input.syntax.placeOf([...path, 0]);
    return [
      {
        message: 'this list only excludes, so it matches nothing',
        place,
        hint: "add what it includes, such as '**'",
      },
    ];
  });
};

const somethingToRun: Rule = (input) =>
  tasksOf(input)
    .filter(([, task]) => task.run === undefined && (task.needs ?? []).length === 0)
    .map(([id]) => ({
      message: `\`${id}\` has nothing to run`,
      place: input.syntax.placeOf(['tasks', id], 'key'),
      hint: 'add `run:`, or `needs:` for a task that only gathers others',
    }));

const resourcesSuffice: Rule = (input) =>
  tasksOf(input).flatMap(([id, task]) =>
    Object.entries(task.resources ?? {}).flatMap(([name, use]): Diagnostic[] => {
      if (typeof use !== 'number') return [];
      const capacity = input.written.resources?.[name];
      const place = input.syntax.placeOf(['tasks', id, 'resources', name]);
      if (capacity === undefined && use > 1) {
        const hint = `say how many there are: resources: { ${name}: ${use} }`;
        return [
          { message: `\`${id}\` uses ${use} of \`${name}\`, which is not a counted resource`, place, hint },
        ];
      }
      if (capacity === undefined || use <= capacity) return [];
      const related = [
        { message: `there are ${capacity}`, place: input.syntax.placeOf(['resources', name]) },
      ];
      const message = `\`${id}\` uses ${use} of \`${name}\`, and there are only ${capacity}`;
      return [{ message, place, hint: 'it could never start', related }];
    }),
  );

const namesDiffer: Rule = (input) => {
  const seen = new Map<string, string>();
  return tasksOf(input).flatMap(([id]): Diagnostic[] => {
    const place = input.syntax.placeOf(['tasks', id], 'key');
    const twin = seen.get(id.toLowerCase());
    seen.set(id.toLowerCase(), id);
    if (twin === undefined) return [];
    const related = [{ message: 'the other one', place: input.syntax.placeOf(['tasks', twin], 'key') }];
    const message = `\`${id}\` and \`${twin}\` differ only in case, and their files would be one on some disks`;
    return [{ message, place, hint: 'rename one of them', related }];
  });
};

const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)|\.lock$|\.\./i;

const namesAreSafe: Rule = (input) =>
  tasksOf(input)
    .filter(([id]) => RESERVED.test(id))
    .map(([id]) => ({
      message: `\`${id}\` cannot be a task name: as the name of a file or of a branch it is reserved`,
      place: input.syntax.placeOf(['tasks', id], 'key'),
      hint: 'rename it',
    }));

/** A folder that is missing today is fine when some task says that it will write in it. */
function isMade(folder: string, input: RuleInput): boolean {
  return tasksOf(input).some(([, task]) => {
    const writes = task.writes ?? [];
    return (
      writes.some((glob) => !glob.startsWith('!') && `${staticPrefix(glob)}/`.startsWith(`${folder}/`)) ||
      matcher(writes)(`${folder}/x`)
    );
  });
}

const foldersExist: Rule = (input) =>
  tasksOf(input).flatMap(([id, task]): Diagnostic[] => {
    if (task.cwd === undefined) return [];
    const place = input.syntax.placeOf(['tasks', id, 'cwd']);
    const folder = relative(input.root, resolve(input.root, task.cwd)).replaceAll('\\', '/');
    if (isAbsolute(task.cwd) || folder === '..' || folder.startsWith('../')) {
      return [
        {
          message: `\`${task.cwd}\` leaves the folder of the config`,
          place,
          hint: 'a cwd is relative to the config and lies below it',
        },
      ];
    }
    try {
      if (statSync(join(input.root, folder)).isDirectory()) return [];
      return [{ message: `\`${task.cwd}\` is not a folder`, place }];
    } catch {
      if (isMade(folder, input)) return [];
      const hint = 'create it, or let the task that makes it list it under `writes:`';
      return [{ message: `there is no folder \`${task.cwd}\``, place, hint }];
    }
  });

const stepNamesDiffer: Rule = (input) => {
  const names = (input.written.validate ?? []).map((step) => step.name);
  return names.flatMap((name, at): Diagnostic[] => {
    if (name === undefined || names.indexOf(name) === at) return [];
    return [
      {
        message: `there are two validation steps \`${name}\``,
        place: input.syntax.placeOf(['validate', at, 'name']),
        hint: 'rename one of them',
      },
    ];
  });
};

const RULES: Rule[] = [
  namesAreSafe,
  namesDiffer,
  somethingToRun,
  needsExist,
  needsHaveNoCycle,
  patternsAreSound,
  resourcesSuffice,
  foldersExist,
  stepNamesDiffer,
];

export const checkRules = (input: RuleInput): Diagnostic[] => RULES.flatMap((rule) => rule(input));
