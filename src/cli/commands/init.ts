import { proposeConfig } from '../../init/propose.ts';
import type { InitFlags } from '../options.ts';
import { placeFor, propose } from '../propose-config.ts';
import type { Ended, Session } from '../session.ts';

export default async function init(session: Session<InitFlags>): Promise<Ended> {
  const place = placeFor(session);
  if (!place.ok) return place;
  const draft = proposeConfig(place.value.root);
  if (!draft.ok) return draft;
  return propose(session, place.value, { command: 'ptask init', draft: draft.value });
}
