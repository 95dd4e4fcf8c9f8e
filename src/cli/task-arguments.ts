// What stands behind `--` is for the commands of the one task that is named.

import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Config, Task } from '../config/config.ts';
import { literally } from '../config/variables.ts';
import { shellWord } from '../run/process/platform.ts';

const VARIABLE = 'PTASK_ARGS';

/** Whether a command takes them where it wants them. */
const NAMES_THEM = new RegExp(`[$%]\\{?${VARIABLE}\\b`);

/**
 * The config as it is with these arguments: behind the last command of the task, unless one of its commands names the variable that
 * has them.
 * @param chosen the tasks that were named
 */
export function withArguments(
  config: Config,
  chosen: readonly Task[],
  passedOn: readonly string[],
): Result<Config> {
  const [task, ...others] = chosen;
  if (task === undefined || others.length > 0) return fail(notOne(chosen.length));
  const problem = whyNone(task);
  if (problem !== undefined) return fail(problem);
  const args = passedOn.map((word) => shellWord(word, task.shell)).join(' ');
  const last = task.run.length - 1;
  const run = task.run.some((command) => NAMES_THEM.test(command))
    ? task.run
    : task.run.with(last, `${task.run[last]?.trimEnd()} ${args}`);
  const given: Task = { ...task, run, env: { ...task.env, [VARIABLE]: literally(args) } };
  return ok({ ...config, tasks: config.tasks.map((each) => (each === task ? given : each)) });
}

const notOne = (count: number): Diagnostic => ({
  message: `arguments behind \`--\` are for one task, but ${count} are chosen`,
  hint: 'name one: ptask test -- --watch',
});

function whyNone({ id, run, assignment }: Task): Diagnostic | undefined {
  const message = (why: string): string => `\`${id}\` takes no arguments: ${why}`;
  if (assignment !== undefined)
    return { message: message('an agent does it'), hint: 'remove what stands behind `--`' };
  if (run.length === 0)
    return { message: message('it runs nothing itself'), hint: 'name one of the tasks that it needs' };
  return undefined;
}
