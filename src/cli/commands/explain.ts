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

export default async function explainPair(session: Session<PlanFlags>, a: string, b: string): Promise<Ended> {
  const { flags } = session;
  const config = await configOf(session);
  if (!config.ok) return config;
  const pair = findPair(config.value, [a, b]);
  if (!pair.ok) return pair;
  const plan = await planWithGit(toExplain(config.value));
  if (!plan.ok) return plan;
  const wants = pair.value.flatMap(({ reads, writes }) => [...wantsOf(reads), ...wantsOf(writes)]);
  const listing = listTree(config.value.root, wants);
  const links = linksOf(config.value.root, listing.links);
  const locate = await config.value.places();
  const masker = await maskerOf(config.value);
  const explanation = masker.all(
    explain({ config: config.value, plan: plan.value, listing, links, locate }, pair.value),
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
