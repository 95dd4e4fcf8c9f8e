import type { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import type { Plan } from '../../model/plan.ts';
import { planWithGit } from '../../plan/isolation-facts.ts';
import { planDocument } from '../../present/plan-document.ts';
import { documentText } from '../../ui/document-lines.ts';
import { lookOf } from '../../ui/layout.ts';
import { jsonPieces } from '../json-pieces.ts';
import { mentionKilledRuns } from '../killed-runs.ts';
import type { PlanFlags, PromptFlags } from '../options.ts';
import { maskerOf } from '../secrets.ts';
import {
  configOf,
  openSession,
  print,
  printJson,
  printJsonPieces,
  refuse,
  type Session,
} from '../session.ts';

export default async function plan(tasks: string[], _flags: object, command: Command): Promise<number> {
  const flags = command.optsWithGlobals<PlanFlags & PromptFlags>();
  const session = openSession(flags);
  const config = configOf(session, flags);
  if (!config.ok) return refuse(session, config.diagnostics);
  const made = await planWithGit(config.value, {
    tasks,
    strategy: flags.strategy,
    requireStrategy: flags.requireStrategy,
  });
  if (!made.ok) return refuse(session, made.diagnostics);
  if (flags.prompts) await showPrompts(session, config.value, made.value, flags);
  else await showPlan(session, config.value, made.value, flags);
  mentionKilledRuns(session, config.value.root);
  return 0;
}

export async function showPlan(
  session: Session,
  config: Config,
  made: Plan,
  flags: PlanFlags,
): Promise<void> {
  const plan = (await maskerOf(config)).plan(made);
  if (flags.json) return printJsonPieces(session, jsonPieces(plan));
  const locate = (task: string, field: 'reads' | 'writes', pattern: string): string => {
    const { file, line, column } = config.locate(task, field, pattern);
    return `${file}:${line}:${column}`;
  };
  const isAll = flags.verbose ?? false;
  const document = planDocument(plan, { locate, ...(isAll && { much: Infinity }) });
  await print(session, documentText(document, lookOf(session.out), isAll));
}

/** What each agent would be told. */
async function showPrompts(session: Session, config: Config, plan: Plan, { json }: PlanFlags): Promise<void> {
  const { plannedPrompts } = await import('../../run/agents/planned-prompts.ts');
  // A run writes them masked, so this is what each will read.
  const prompts = (await maskerOf(config)).all(plannedPrompts(config, plan));
  if (json) return printJson(session, { schemaVersion: 1, prompts });
  const texts = prompts.flatMap(({ prompt, reviewPrompt }) => [prompt, reviewPrompt]);
  const found = texts.filter((text) => text !== undefined);
  await print(session, found.length > 0 ? found.join('\n') : 'no task of this plan has an agent\n');
}
