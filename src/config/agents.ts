// Rules about agents: those that are named exist, and each knows what it is to do and has a command.

import type { Diagnostic, Place } from '../base/diagnostic.ts';
import { guesser } from '../base/suggest.ts';
import type { Task } from '../model/written-config.ts';
import type { Path } from './document.ts';
import { each, type Rule } from './rule.ts';

/** The reviewer of a task, where its `verify` names one. */
function reviewerOf({ verify }: Task): string | undefined {
  return typeof verify === 'object' && !Array.isArray(verify) ? verify.agent : undefined;
}

export const eitherRunOrAgent: Rule = ({ written, syntax, tasks }) => {
  const both = (whose: string, placeOf: (key: string) => Place): Diagnostic => ({
    message: `${whose} has both \`run\` and \`agent\``,
    place: placeOf('run'),
    hint: 'keep one of them',
    related: [{ message: 'the agent', place: placeOf('agent') }],
  });
  const isTorn = ({ run, agent }: { run?: unknown; agent?: unknown }): boolean =>
    run !== undefined && agent !== undefined;
  return [
    ...each(tasks, ({ id, written, source }) =>
      isTorn(written) ? both(`\`${id}\``, (key) => source.placeOf([key], 'key')) : undefined,
    ),
    ...each(written.validate, (step, at) =>
      isTorn(step)
        ? both(`the step \`${step.name}\``, (key) => syntax.placeOf(['validate', at, key], 'key'))
        : undefined,
    ),
  ];
};

/** Agents that a hint names. */
const MOST_LISTED = 12;

export const agentsExist: Rule = ({ written, syntax, tasks }) => {
  // As written, since an agent that is broken does exist.
  const known = new Set(syntax.keysOf(['agents']));
  const guess = guesser(known);
  const listed = [...known].slice(0, MOST_LISTED).join(', ');
  const hint = (name: string): string =>
    guess(name) ??
    (known.size > 0
      ? `the agents are ${listed}${known.size > MOST_LISTED ? ' and others' : ''}`
      : `say what runs it, at the top of the config: agents: { ${name}: { run: … } }`);
  const unknown = (name: string | undefined, placeOf: () => Place): Diagnostic | undefined =>
    name === undefined || known.has(name)
      ? undefined
      : { message: `there is no agent \`${name}\``, place: placeOf(), hint: hint(name) };
  return [
    ...each(tasks, ({ written, source }) => {
      const named: [string | undefined, Path][] = [
        [written.agent, ['agent']],
        [reviewerOf(written), ['verify', 'agent']],
      ];
      return each(named, ([name, path]) => unknown(name, () => source.placeOf(path)));
    }),
    ...each(written.validate, ({ agent }, at) =>
      unknown(agent, () => syntax.placeOf(['validate', at, 'agent'])),
    ),
  ];
};

export const agentsRun: Rule = ({ written, syntax }) =>
  each(Object.entries(written.agents ?? {}), ([name, { run }]) => {
    if (run === undefined || run.length > 0) return undefined;
    const place = syntax.placeOf(['agents', name, 'run']);
    return { message: `the agent \`${name}\` has nothing to run`, place, hint: 'write a command' };
  });

const OF_AGENTS = ['prompt', 'instructions', 'requirements'] as const;

/** A review of the whole has the tasks to look at; a command has no prompt. */
export const stepsWithPromptsHaveAgents: Rule = ({ written, syntax }) =>
  each(written.validate, ({ name, run, agent, prompt, instructions }, at) => {
    const stray = prompt !== undefined ? 'prompt' : instructions?.length ? 'instructions' : undefined;
    // What has nothing to run either is told so.
    if (agent !== undefined || run === undefined || stray === undefined) return undefined;
    const message = `\`${stray}\` is for agents, but the step \`${name}\` has none`;
    const place = syntax.placeOf(['validate', at, stray], 'key');
    return { message, place, hint: 'add `agent:`, or remove it' };
  });

export const agentsKnowWhatToDo: Rule = ({ tasks }) =>
  each(tasks, ({ id, written, source, isBroken }) => {
    if (isBroken) return undefined;
    const { agent, prompt, description, instructions } = written;
    const place = (key: string) => source.placeOf([key], 'key');
    if (agent !== undefined) {
      if (prompt !== undefined || description !== undefined || instructions?.length) return undefined;
      const message = `the agent of \`${id}\` has no prompt`;
      return { message, place: place('agent'), hint: 'add `prompt:`' };
    }
    const stray = OF_AGENTS.find((key) => written[key]?.length);
    if (stray === undefined) return undefined;
    const message = `\`${stray}\` is for agents, but \`${id}\` has none`;
    return { message, place: place(stray), hint: 'add `agent:`, or remove it' };
  });
