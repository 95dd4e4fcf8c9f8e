import type { Command } from 'commander';
import { explain, findPair, toExplain } from '../../plan/explain.ts';
import { linksOf } from '../../plan/file-system.ts';
import { planWithGit } from '../../plan/isolation-facts.ts';
import { listTree } from '../../plan/listing.ts';
import { wantsOf } from '../../plan/touches.ts';
import { explainDocument } from '../../present/explain-document.ts';
import { documentText } from '../../ui/document-lines.ts';
import { lookOf } from '../../ui/layout.ts';
import type { GlobalFlags } from '../options.ts';
import { maskerOf } from '../secrets.ts';
import { configOf, openSession, print, printJson, refuse } from '../session.ts';

export default async function explainPair(
  a: string,
  b: string,
  _flags: object,
  command: Command,
): Promise<number> {
  const flags = command.optsWithGlobals<GlobalFlags & { json?: boolean }>();
  const session = openSession(flags);
  const config = configOf(session);
  if (!config.ok) return refuse(session, config.diagnostics);
  const pair = findPair(config.value, [a, b]);
  if (!pair.ok) return refuse(session, pair.diagnostics);
  const plan = await planWithGit(toExplain(config.value));
  if (!plan.ok) return refuse(session, plan.diagnostics);
  const wants = pair.value.flatMap(({ reads, writes }) => [...wantsOf(reads), ...wantsOf(writes)]);
  const listing = listTree(config.value.root, wants);
  const links = linksOf(config.value.root, listing.links);
  const masker = await maskerOf(config.value);
  const explanation = masker.all(
    explain({ config: config.value, plan: plan.value, listing, links }, pair.value),
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
