// `-i`: a person chooses among the tasks that are asked for.

import { fail, ok, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import { chooseTasks } from '../plan/select.ts';
import { aboutTask } from '../present/about-task.ts';
import { pickFrom } from '../ui/task-picker.ts';
import type { PlanFlags } from './options.ts';
import { maskerOf } from './secrets.ts';
import type { Session } from './session.ts';

/** Undefined where the person has thought better of it. */
export async function pickTasks(
  { flags, err }: Session<PlanFlags>,
  config: Config,
  words: readonly string[],
): Promise<Result<string[] | undefined>> {
  if (!process.stdin.isTTY || !err.interactive)
    return fail({
      message: '`--interactive` asks a person, and nobody is there: this is no terminal',
      hint: 'name the tasks, or patterns of them',
    });
  const { tag: tags, except } = flags;
  const asked = chooseTasks(config, { tasks: words, tags, except });
  if (!asked.ok) return asked;
  const masker = await maskerOf(config);
  const choices = asked.value.map((task) => ({ value: task.id, about: masker.text(aboutTask(task)) }));
  return ok(await pickFrom(choices, err));
}
