import type { Config, Task } from '../../config/config.ts';
import type { Forecast } from '../../model/forecast.ts';
import type { PlannedTask } from '../../model/plan.ts';
import { explain, findPair, toExplain } from '../../plan/explain.ts';
import { linksOf } from '../../plan/file-system.ts';
import { listTree } from '../../plan/listing.ts';
import { planWithGit } from '../../plan/plan-with-git.ts';
import { wantsOf } from '../../plan/touches.ts';
import { explainDocument } from '../../present/explain-document.ts';
import { documentText } from '../../ui/document-lines.ts';
import { lookOf } from '../../ui/layout.ts';
import type { PlanFlags } from '../options.ts';
import { maskerOf } from '../secrets.ts';
import { configOf, type Ended, print, printJson, type Session } from '../session.ts';

export default async function explainTasks(
  session: Session<PlanFlags>,
  a: string,
  b: string | undefined,
): Promise<Ended> {
  const config = await configOf(session);
  if (!config.ok) return config;
  return b === undefined ? explainTask(session, config.value, a) : explainPair(session, config.value, a, b);
}

/** What it is, and whether its result is in the cache. */
async function explainTask(session: Session<PlanFlags>, config: Config, id: string): Promise<Ended> {
  const plan = await planWithGit(toExplain(config), { tasks: [id] });
  if (!plan.ok) return plan;
  const { forecastsOf } = await import('../forecasts.ts');
  const { forecastDocument } = await import('../../present/forecast-document.ts');
  const { taskRows } = await import('../../present/task-facts.ts');
  const masker = await maskerOf(config);
  const told = masker.all((await forecastsOf(config, plan.value)).find((each) => each.id === id) as Forecast);
  const task = config.tasks.find((each) => each.id === id) as Task;
  const planned = plan.value.tasks.find((each) => each.id === id) as PlannedTask;
  if (session.flags.json) {
    const { description, run, cwd, tags, needs } = task;
    const { reads, writes } = planned;
    const about = masker.all({ description, run, cwd, tags, needs, reads, writes });
    await printJson(session, { schemaVersion: 1, ...told, ...about });
    return 0;
  }
  const document = forecastDocument(
    told,
    Date.now(),
    masker.all(taskRows(task, planned, plan.value, config.remote !== undefined)),
  );
  await print(session, documentText(document, lookOf(session.out), true));
  return 0;
}

async function explainPair(
  session: Session<PlanFlags>,
  config: Config,
  a: string,
  b: string,
): Promise<Ended> {
  const { flags } = session;
  const pair = findPair(config, [a, b]);
  if (!pair.ok) return pair;
  const plan = await planWithGit(toExplain(config));
  if (!plan.ok) return plan;
  const wants = pair.value.flatMap(({ reads, writes }) => [...wantsOf(reads), ...wantsOf(writes)]);
  const listing = listTree(config.root, wants);
  const links = linksOf(config.root, listing.links);
  const locate = await config.places();
  const masker = await maskerOf(config);
  const explanation = masker.all(
    explain({ config: config, plan: plan.value, listing, links, locate }, pair.value),
  );
  if (flags.json) {
    await printJson(session, explanation);
    return 0;
  }
  const isAll = flags.verbose ?? false;
  const document = explainDocument(explanation, isAll ? Infinity : undefined);
  await print(session, documentText(document, lookOf(session.out), isAll));
  return 0;
}
