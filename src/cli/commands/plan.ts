import type { Config } from '../../config/config.ts';
import type { Plan } from '../../model/plan.ts';
import { planDocument } from '../../present/plan-document.ts';
import { documentText } from '../../ui/document-lines.ts';
import { lookOf } from '../../ui/layout.ts';
import { planChosen, tellNothing } from '../choose.ts';
import type { PlanFlags, PromptFlags } from '../options.ts';
import { mentionKilledRuns } from '../past-runs.ts';
import { maskerOf } from '../secrets.ts';
import { configOf, type Ended, print, printJson, printJsonPieces, type Session } from '../session.ts';

/** Of which it is told what the cache has. */
const MOST_TASKS = 200;

export default async function planTasks(
  session: Session<PlanFlags & PromptFlags>,
  tasks: string[],
): Promise<Ended> {
  const { prompts, cache } = session.flags;
  const loaded = await configOf(session, session.flags);
  if (!loaded.ok) return loaded;
  const chosen = await planChosen(session, loaded.value, tasks);
  if (!chosen.ok) return chosen;
  const { config, plan, nothing } = chosen.value;
  if (nothing !== undefined) {
    await tellNothing(session, chosen.value);
    return 0;
  }
  await (prompts ? showPrompts : cache ? showCache : showPlan)(session, config, plan);
  mentionKilledRuns(session, config.root);
  return 0;
}

export async function showPlan(session: Session<PlanFlags>, config: Config, made: Plan): Promise<void> {
  const { json, verbose = false } = session.flags;
  const plan = (await maskerOf(config)).plan(made);
  if (json) return printJsonPieces(session, plan);
  // To read a remembered config once more takes time, and only conflicts are told with their places.
  const locateIn = plan.conflicts.length > 0 ? await config.places() : undefined;
  const locate =
    locateIn &&
    ((task: string, field: 'reads' | 'writes', pattern: string): string => {
      const { file, line, column } = locateIn(task, field, pattern);
      return `${file}:${line}:${column}`;
    });
  const document = planDocument(plan, { locate, ...(verbose && { much: Infinity }) });
  await print(session, documentText(document, lookOf(session.out), verbose));
}

/** What the cache has of each task. */
async function showCache(session: Session<PlanFlags>, config: Config, plan: Plan): Promise<void> {
  const { forecastsOf } = await import('../forecasts.ts');
  const { forecastsDocument } = await import('../../present/forecast-document.ts');
  const cache = (await maskerOf(config)).all(await forecastsOf(config, plan));
  const { json, verbose = false } = session.flags;
  if (json) return printJson(session, { schemaVersion: 1, cache });
  const document = forecastsDocument(cache, verbose ? Infinity : MOST_TASKS);
  await print(session, documentText(document, lookOf(session.out), verbose));
}

/** What each agent would be told. */
async function showPrompts(session: Session<PlanFlags>, config: Config, plan: Plan): Promise<void> {
  const { plannedPrompts } = await import('../../run/agents/planned-prompts.ts');
  // A run writes them masked, so this is what each will read.
  const prompts = (await maskerOf(config)).all(plannedPrompts(config, plan));
  if (session.flags.json) return printJson(session, { schemaVersion: 1, prompts });
  const texts = prompts.flatMap(({ prompt, reviewPrompt }) => [prompt, reviewPrompt]);
  const found = texts.filter((text) => text !== undefined);
  await print(
    session,
    found.length > 0 ? found.join('\n') : 'no task and no step of this plan has an agent\n',
  );
}
