// The tasks of a config from flags to an exit code: planned, run, shown, reported.

import type { Diagnostic } from '../base/diagnostic.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { nearest } from '../base/suggest.ts';
import type { Config } from '../config/config.ts';
import { NO_CONFIG } from '../config/config-file.ts';
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
  const ids = loaded.ok ? loaded.value.tasks.map(({ id }) => id) : [];
  const mistyped = mistypedCommand(words[0], ids, session.commands);
  // Without a config there is no task that the word could be.
  if (mistyped && (loaded.ok || loaded.diagnostics[0]?.message === NO_CONFIG)) return fail(mistyped);
  if (!loaded.ok) return loaded;
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

/** A flag, which other tools have as a command. */
const VERSION = 'version';

/** `ptask pln`: what is no task, and nearly a command. */
function mistypedCommand(
  word: string | undefined,
  ids: readonly string[],
  names: readonly string[],
): Diagnostic | undefined {
  // Commands are plain words, and a pattern is none.
  if (word === undefined || !/^[a-z]+$/i.test(word)) return undefined;
  if (ids.includes(word)) return undefined;
  if (names.includes(word)) return undefined;
  const meant = nearest(word, [...ids, ...names, VERSION]);
  if (meant === undefined || ids.includes(meant)) return undefined;
  const command = meant === VERSION ? `--${VERSION}` : meant;
  return {
    message: `\`${word}\` is neither a command nor a task`,
    hint: `did you mean \`ptask ${command}\`?`,
  };
}
