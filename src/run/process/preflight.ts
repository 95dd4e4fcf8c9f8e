// What can be known to fail before anything runs: a command whose program is nowhere to be found.

import { resolve } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { trustedProgram } from '../../base/program.ts';
import { didYouMean } from '../../base/suggest.ts';
import type { Agent, Config, Locate, Task } from '../../config/config.ts';
import type { Plan } from '../../model/plan.ts';
import { pairsIn } from '../../model/task-pairs.ts';
import { type Environment, taskEnvironment } from './environment.ts';
import { isWindows } from './platform.ts';
import { isFound, SHELL_WORDS } from './program-search.ts';

/** What makes a command more than a program and its arguments: then it may run well without this program. */
const SYNTAX = /[|&;()<>$`\\"'#{}\n]/;

/** The program of a plain command; undefined where only the shell can know (assignments, quotes, variables, paths). */
export function programOf(command: string): string | undefined {
  if (SYNTAX.test(command.trim())) return undefined;
  const word = /^\s*([A-Za-z0-9_.+-]+)(?=\s|$)/.exec(command)?.[1];
  return word === undefined || SHELL_WORDS.has(word) || /^\.+$/.test(word) ? undefined : word;
}

const COMMON = [
  'npm',
  'npx',
  'node',
  'pnpm',
  'yarn',
  'bun',
  'git',
  'make',
  'docker',
  'tsc',
  'eslint',
  'prettier',
  'python3',
  'cargo',
  'go',
];

interface FirstCommand {
  command: string | undefined;
  field: 'run' | 'agent' | 'verify';
  agent: Agent | undefined;
}

/** What a task begins with, and its reviewer: nobody wants to hear of that one once the work is done. As little of one of the whole. */
function firstCommands({ run, assignment, review }: Task): (FirstCommand & { command: string })[] {
  const agent = assignment?.agent;
  const all: FirstCommand[] = [
    { command: run[0], field: agent === undefined ? 'run' : 'agent', agent },
    { command: review?.agent.run[0], field: 'verify', agent: review?.agent },
  ];
  return all.filter((each): each is FirstCommand & { command: string } => each.command !== undefined);
}

/** A shell that was chosen and is not there, once for each. */
function missingShells(config: Config, tasks: readonly Task[], base: Environment): Missing[] {
  const known = new Set<string>(['sh']);
  return tasks.flatMap(({ id, run, shell }): Missing[] => {
    if (run.length === 0 || known.has(shell)) return [];
    known.add(shell);
    if (trustedProgram(shell, config.root, base.PATH ?? '') !== undefined) return [];
    const at: Missing['at'] = shell === config.shell ? [id] : [id, 'shell'];
    const hint = 'install it, or choose another with `shell:`';
    return [{ message: `\`${id}\` is to be run by ${shell}, and there is no such shell`, at, hint }];
  });
}

const who = ({ id }: Task, agent: Agent | undefined): string =>
  agent === undefined ? `\`${id}\`` : `the agent \`${agent.name}\` of \`${id}\``;

/**
 * One problem for each plain command whose program does not exist. Only tasks that wait for nothing are looked at:
 * a program that others need may well be made by a task that comes first.
 */
export async function findMissingPrograms(
  config: Config,
  plan: Plan,
  tasks: readonly Task[],
  base: Environment,
): Promise<Diagnostic[]> {
  const all = isWindows ? [] : findMissing(config, plan, tasks, base);
  if (all.length === 0) return [];
  const locate = await config.places();
  return all.map(({ at, ...said }) => ({ ...said, place: locate(...at) }));
}

/** A problem whose place is looked up when it is told. */
interface Missing {
  message: string;
  at: Parameters<Locate>;
  hint: string;
}

function findMissing(config: Config, plan: Plan, tasks: readonly Task[], base: Environment): Missing[] {
  const later = new Set(plan.edges.flatMap(({ tasks }) => pairsIn(tasks).seconds));
  const known = new Map<string, boolean>();
  const shells = missingShells(config, tasks, base);
  const isThere = (program: string, { id, cwd, env }: Pick<Task, 'id' | 'cwd' | 'env'>): boolean => {
    const key = JSON.stringify([program, cwd, env]);
    let found = known.get(key);
    if (found === undefined) {
      const place = { runId: '', config, workdir: config.root, attempt: 1 };
      const { PATH } = taskEnvironment(base, { id, cwd, env }, place);
      found = isFound(program, resolve(config.root, cwd), PATH);
      known.set(key, found);
    }
    return found;
  };
  const programs = tasks.flatMap((task) => {
    if (later.has(task.id)) return [];
    return firstCommands(task).flatMap(({ command, field, agent }): Missing[] => {
      const program = programOf(command);
      if (program === undefined) return [];
      const env = { ...agent?.env, ...task.env };
      if (isThere(program, { ...task, env })) return [];
      return [{ ...missing(who(task, agent), program), at: [task.id, field, command] }];
    });
  });
  // Of a step that may turn out to be needless nobody need have the agent.
  const agents = new Map(
    config.validate.flatMap(({ review, changed }) =>
      review && changed === undefined ? [[review.agent.name, review.agent]] : [],
    ),
  );
  const reviewers = [...agents.values()].flatMap(({ name, run, env }): Missing[] => {
    const program = programOf(run[0] ?? '');
    if (program === undefined || isThere(program, { id: name, cwd: '.', env })) return [];
    return [{ ...missing(`the agent \`${name}\``, program), at: [undefined, 'agents', name] }];
  });
  return [...shells, ...programs, ...reviewers];
}

const missing = (whose: string, program: string): Omit<Missing, 'at'> => ({
  message: `${whose} runs \`${program}\`, and there is no such command`,
  hint: didYouMean(program, COMMON) ?? 'install it, or give its path',
});
