// The config of a watch: what it stands on as of now, and how its tasks run.

import { ok, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import { Watched } from '../watch/watched.ts';
import { planChosen } from './choose.ts';
import type { WatchFlags } from './options.ts';
import { configOf, type Session } from './session.ts';

/** The config and what its tasks read, as of now; fails where the config is wrong. */
export async function prepare(
  session: Session<WatchFlags>,
  words: readonly string[],
): Promise<Result<Watched>> {
  const loaded = await configOf(session, session.flags);
  if (!loaded.ok) return loaded;
  const chosen = await planChosen(session, loaded.value, words);
  return chosen.ok ? ok(await Watched.of(chosen.value.config, chosen.value.plan)) : chosen;
}

/** Somebody edits meanwhile: of what no task declares nobody can say whether a task has changed it. */
export const edited = (config: Config): Config => ({
  ...config,
  tasks: config.tasks.map((task) => ({ ...task, strays: 'ignore' })),
});
