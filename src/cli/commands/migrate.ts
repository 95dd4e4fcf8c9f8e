import { migrateFrom } from '../../init/propose.ts';
import { dieOf } from '../interrupt.ts';
import type { InitFlags } from '../options.ts';
import { placeFor, propose } from '../propose-config.ts';
import type { Ended, Session } from '../session.ts';

export default async function migrate(session: Session<InitFlags>, tool: string): Promise<Ended> {
  const place = placeFor(session);
  if (!place.ok) return place;
  const { root } = place.value;
  const nx = tool === 'nx' ? await (await import('../ask-nx.ts')).askNx(session, root) : undefined;
  if (nx !== undefined && 'signal' in nx) return dieOf(nx.signal);
  const draft = migrateFrom(root, tool, nx);
  if (!draft.ok) return draft;
  return propose(session, place.value, { command: `ptask migrate ${tool}`, draft: draft.value });
}
