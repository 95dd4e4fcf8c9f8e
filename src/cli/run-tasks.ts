// The tasks of a config from flags to an exit code: planned, run, shown, reported.

import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { nearest } from '../base/suggest.ts';
import type { Config } from '../config/config.ts';
import { exitCode } from '../report/exit-code.ts';
import type { Hook } from '../run/records/options.ts';
import { planChosen, tellNothing } from './choose.ts';
import { dieOf, watchSignals } from './interrupt.ts';
import type { RunFlags } from './options.ts';
import { configOf, type Ended, type Session } from './session.ts';
import { showRun } from './show-run.ts';

export async function runTasks(
  session: Session<RunFlags>,
  words: string[],
  hook: Hook | undefined,
): Promise<Ended> {
  const { flags } = session;
  const loaded = await configOf(session, flags);
  if (!loaded.ok) return loaded;
  const mistyped = mistypedCommand(words[0], loaded.value, session.commands);
  if (mistyped) return fail(mistyped);
  const tasks = flags.interactive ? await picked(session, loaded.value, words) : ok(words);
  if (!tasks.ok) return tasks;
  if (tasks.value === undefined) return dieOf();
  const chosen = await planChosen(session, loaded.value, tasks.value);
  if (!chosen.ok) return chosen;
  const { config, plan, nothing } = chosen.value;
  if (nothing !== undefined) return tellNothing(session, chosen.value);
  if (flags.dryRun) {
    const { showPlan } = await import('./commands/plan.ts');
    await showPlan(session, config, plan);
    return 0;
  }

  const signals = watchSignals();
  const ran = await showRun(session, config, plan, {
    ...signals.aborts,
    hook,
    lendInterrupts: signals.lend,
    onOver: signals.release,
  });
  // Ctrl-C while another run was waited for.
  if (!ran.ok && signals.received() !== undefined) return dieOf(signals.received());
  if (!ran.ok) return ran;
  const signal = signals.received();
  return ran.value.status === 'interrupted' && signal !== undefined ? dieOf(signal) : exitCode(ran.value);
}

async function picked(
  session: Session<RunFlags>,
  config: Config,
  words: readonly string[],
): Promise<Result<string[] | undefined>> {
  const { pickTasks } = await import('./pick.ts');
  return pickTasks(session, config, words);
}

/** `ptask pln`: what is no task, and nearly a command. */
function mistypedCommand(
  word: string | undefined,
  config: Config,
  names: readonly string[],
): Diagnostic | undefined {
  // Commands are plain words, and a pattern is none.
  if (word === undefined || !/^[a-z]+$/i.test(word)) return undefined;
  if (config.tasks.some(({ id }) => id === word)) return undefined;
  if (names.includes(word)) return undefined;
  const meant = nearest(word, [...config.tasks.map(({ id }) => id), ...names]);
  if (meant === undefined || !names.includes(meant)) return undefined;
  return { message: `\`${word}\` is neither a command nor a task`, hint: `did you mean \`ptask ${meant}\`?` };
}
