// What the schema cannot say: checks across fields, each small and named, all of them run, all failures told.

import type { Diagnostic } from '../base/diagnostic.ts';
import { RESERVED } from '../base/file-name.ts';
import { guesser } from '../base/suggest.ts';
import {
  agentsExist,
  agentsKnowWhatToDo,
  agentsRun,
  eitherRunOrAgent,
  stepsWithPromptsHaveAgents,
} from './agents.ts';
import { findCycles } from './cycle.ts';
import { dotenvIsSound } from './dotenv.ts';
import { variablesAreSound } from './environments.ts';
import type { TaskDraft } from './expand.ts';
import { foldersExist } from './folders.ts';
import { patternsAreSound, writesAreTheUsers } from './globs.ts';
import { listOf } from './lists.ts';
import { rawRunsAlone } from './raw.ts';
import { remoteHasServer, remoteIsPossible, remoteIsReachable } from './remote.ts';
import { remoteCacheIsReachable } from './remote-cache.ts';
import { type DiskInput, type DiskRule, each, type Rule } from './rule.ts';
import { readyIsForServices, readyIsOneThing, servicesAreNothingElse, servicesRun } from './services.ts';
import { stepNeedsExist, stepNeedsHaveNoCycle } from './step-needs.ts';
import { strictHasNoWorktree } from './strict.ts';
import { linksAreInside, worktreesAreOutside } from './worktrees.ts';
import { inYaml } from './yaml-format.ts';

const namesAreSafe: Rule = ({ tasks }) =>
  each(tasks, ({ id, source }) => {
    if (!RESERVED.test(id)) return undefined;
    const message = `\`${id}\` cannot be a task name: it is not valid as a file or branch name`;
    return { message, place: source.key, hint: 'rename it' };
  });

const namesDiffer: Rule = ({ tasks }) => {
  const seen = new Map<string, TaskDraft>();
  return each(tasks, (task) => {
    const { id, source } = task;
    const twin = seen.get(id.toLowerCase());
    if (twin === undefined) return void seen.set(id.toLowerCase(), task);
    const message = `\`${id}\` and \`${twin.id}\` differ only in case, so their files would be the same on some disks`;
    const related = [{ message: 'the other one', place: twin.source.key }];
    return { message, place: source.key, hint: 'rename one of them', related };
  });
};

const somethingToRun: Rule = ({ tasks }) =>
  each(tasks, ({ id, written: { run = [], agent, needs = [], service }, source, isBroken }) => {
    // Of services there is a rule of their own.
    if (run.length > 0 || agent !== undefined || needs.length > 0 || service || isBroken) return undefined;
    const hint = 'add `run:` or `agent:`, or `needs:` for a task that only gathers others';
    return { message: `\`${id}\` has nothing to run`, place: source.key, hint };
  });

/** Of a list that is written as one text. */
function severalIn(text: string, names: ReadonlySet<string>): string | undefined {
  const several = text.split(/[\s,]+/).filter(Boolean);
  return several.length > 1 && several.every((each) => names.has(each))
    ? `write a list: ${inYaml(several)}`
    : undefined;
}

const needsExist: Rule = ({ tasks, names }) => {
  const guess = guesser(names);
  const all = names.size <= 12 ? `the tasks are ${[...names].join(', ')}` : 'name a task of this config';
  return each(tasks, ({ id, written, source }) =>
    each(listOf(written.needs), (need, at) => {
      if (need !== id && names.has(need)) return undefined;
      const place = source.placeOf(['needs', at]);
      if (need === id) return { message: `\`${id}\` needs itself`, place, hint: 'remove it' };
      const message = `\`${id}\` needs \`${need}\`, but there is no such task`;
      return { message, place, hint: guess(need) ?? severalIn(need, names) ?? all };
    }),
  );
};

/** Of a long cycle, the links that are shown with their places, and the tasks that are named. */
const MOST_LINKS = 10;
const MOST_NAMED = 50;

const inOneLine = (cycle: readonly string[]): string =>
  cycle.length <= MOST_NAMED
    ? cycle.join(' → ')
    : [...cycle.slice(0, 20), `… ${cycle.length - 40} more …`, ...cycle.slice(-20)].join(' → ');

const needsHaveNoCycle: Rule = ({ tasks }) => {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const needs = new Map(
    tasks.map(({ id, written }) => [id, listOf(written.needs).filter((need) => need !== id)]),
  );
  return findCycles(needs).map((cycle) => {
    const links = cycle.slice(0, -1).map((id, at) => {
      const need = cycle[at + 1] ?? '';
      const { written, source } = byId.get(id) as TaskDraft;
      const place = () => source.placeOf(['needs', listOf(written.needs).indexOf(need)]);
      return { message: `\`${id}\` needs \`${need}\``, place };
    });
    return {
      message: `dependency cycle: ${inOneLine(cycle)}`,
      ...(links[0] ? { place: links[0].place() } : {}),
      hint: 'remove one of these needs',
      related: links.slice(1, MOST_LINKS).map(({ message, place }) => ({ message, place: place() })),
    };
  });
};

const resourcesSuffice: Rule = ({ written, syntax, tasks }) => {
  const capacities = new Map(Object.entries(written.resources ?? {}));
  return each(tasks, ({ id, written: { resources = {} }, source }) =>
    each(Object.entries(resources), ([name, use]) => {
      const capacity = capacities.get(name);
      if (typeof use !== 'number' || use <= (capacity ?? 1)) return undefined;
      const place = source.placeOf(['resources', name]);
      if (capacity === undefined) {
        const message = `\`${id}\` uses ${use} of \`${name}\`, which is not a counted resource`;
        const hint = `say how many there are, at the top of the config: resources: { ${name}: ${use} }`;
        return { message, place, hint };
      }
      const message = `\`${id}\` uses ${use} of \`${name}\`, but there ${capacity === 1 ? 'is' : 'are'} only ${capacity}`;
      const related = [{ message: `\`${name}\` is counted`, place: syntax.placeOf(['resources', name]) }];
      return { message, place, hint: 'use fewer, or raise the number: the task could never start', related };
    }),
  );
};

const stepsRun: Rule = ({ written, syntax }) =>
  each(written.validate, ({ run, agent, name, prompt }, at) => {
    if (name === undefined || agent !== undefined || (run !== undefined && run.length > 0)) return undefined;
    const place = syntax.placeOf(['validate', at, run === undefined ? 'name' : 'run']);
    const wants = prompt === undefined ? 'add `run:` and a command, or `agent:`' : 'add `agent:`';
    const hint = run === undefined ? wants : 'write a command';
    return { message: `the step \`${name}\` has nothing to run`, place, hint };
  });

const stepNamesDiffer: Rule = ({ written, syntax }) => {
  const seen = new Map<string, number>();
  return each(written.validate, ({ name }, at) => {
    const first = seen.get(name);
    if (name === undefined || first === undefined) return void seen.set(name, at);
    const place = (index: number) => syntax.placeOf(['validate', index, 'name']);
    const related = [{ message: 'the first one', place: place(first) }];
    const message = `there are two validation steps \`${name}\``;
    return { message, place: place(at), hint: 'rename one of them', related };
  });
};

const RULES: Rule[] = [
  namesAreSafe,
  namesDiffer,
  somethingToRun,
  eitherRunOrAgent,
  agentsRun,
  agentsExist,
  agentsKnowWhatToDo,
  stepsWithPromptsHaveAgents,
  needsExist,
  needsHaveNoCycle,
  patternsAreSound,
  writesAreTheUsers,
  resourcesSuffice,
  stepsRun,
  stepNamesDiffer,
  stepNeedsExist,
  stepNeedsHaveNoCycle,
  linksAreInside,
  strictHasNoWorktree,
  rawRunsAlone,
  remoteIsReachable,
  remoteHasServer,
  remoteIsPossible,
  variablesAreSound,
  readyIsForServices,
  readyIsOneThing,
  servicesAreNothingElse,
  servicesRun,
  remoteCacheIsReachable,
];

/** For who remembers a text `remembered.ts` asks the same. */
const DISK_RULES: DiskRule[] = [foldersExist, dotenvIsSound, worktreesAreOutside];

/** What an alias repeats is told once: a rule speaks of one place once. */
function onePerPlace(problems: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return problems.filter(({ place }) => {
    const key = `${place?.file}:${place?.line}:${place?.column}`;
    return place === undefined || (!seen.has(key) && seen.add(key));
  });
}

export const checkRules = (input: DiskInput): Diagnostic[] =>
  [...RULES, ...DISK_RULES].flatMap((rule) => onePerPlace(rule(input)));
