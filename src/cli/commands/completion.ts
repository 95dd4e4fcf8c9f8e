import { SCRIPTS } from '../completion/scripts.ts';
import type { Shell } from '../completion/shells.ts';
import { type Ended, print, type Session } from '../session.ts';

export default async function completion(session: Session, shell: Shell): Promise<Ended> {
  await print(session, SCRIPTS[shell]);
  return 0;
}
