// What all commands have in common: a session of their own, code that is loaded when it is asked for, an end.

import type { Command, Option } from 'commander';
import { choice, flags } from './flags.ts';
import { alias } from './foreign-flags.ts';
import type { GlobalFlags } from './options.ts';
import type { Ended, Session } from './session.ts';

/**
 * Has a command done in a session of its own. Its code is read only when it runs; commander gives it its words, and after
 * them its flags and itself.
 */
export function lazily<Flags extends GlobalFlags, Words extends unknown[]>(
  load: () => Promise<{ default: (session: Session<Flags>, ...words: Words) => Ended | Promise<Ended> }>,
) {
  return async (...given: [...words: Words, flags: object, command: Command]): Promise<void> => {
    const command = given.at(-1) as Command;
    const [{ default: work }, session] = await Promise.all([load(), openSession<Flags>(command)]);
    await end(command, await work(session, ...(given.slice(0, -2) as Words)), session);
  };
}

async function openSession<Flags extends GlobalFlags>(command: Command): Promise<Session<Flags>> {
  const session = await import('./session.ts');
  const names = command.parent?.commands.map((each) => each.name());
  return session.openSession(command.optsWithGlobals<Flags>(), names);
}

export async function end(command: Command, ended: Ended, opened?: Session): Promise<void> {
  if (typeof ended === 'number') process.exitCode = ended;
  else if (!ended.ok) {
    const { refuse } = await import('./session.ts');
    process.exitCode = await refuse(opened ?? (await openSession(command)), ended.diagnostics);
  }
}

export const TASKS = 'names of tasks, or patterns such as test:*';

/** In the order in which help shows them. */
export const withOptions = (command: Command, options: readonly Option[]): Command =>
  options.reduce((all, option) => all.addOption(option), command);

export const withChoice = (command: Command): Command =>
  withOptions(command, [...choice.map((option) => option()), alias('--exclude <tasks>', flags.except())]);
