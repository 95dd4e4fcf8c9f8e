// Whether a remote cache is there for us, and what we may do: for whoever asks without a run.

import type { RemoteCache } from '../config/config.ts';
import { RemoteFailure } from './failure.ts';
import { mayWrite } from './may-write.ts';
import { openEndpoint } from './open-endpoint.ts';
import { openServer } from './open-server.ts';

export interface Probed {
  url: string;
  /** Whether a run would store results there, and why, a clause. */
  writes: boolean;
  because: string;
  /** Why it cannot be used, a clause; undefined where it answers. */
  problem: string | undefined;
}

/** No result has the name of what nobody has asked for. */
const NOTHING = { hash: '0'.repeat(64), size: 1 };

type Environment = Readonly<Record<string, string | undefined>>;

/** Ends within its timeout, more or less. */
export async function probe(
  written: RemoteCache,
  { outer, dotenv }: Readonly<Record<'outer' | 'dotenv', Environment>>,
  root: string,
): Promise<Probed> {
  const { url } = written;
  const may = mayWrite(written.write, outer);
  const opened = openEndpoint(written, { ...dotenv, ...outer }, root);
  if (!opened.ok) return { url, ...may, problem: opened.reason };
  try {
    const server = openServer(opened.endpoint, 'probe');
    try {
      const { storesResults } = await server.abilities();
      await server.getActionResult(NOTHING);
      const refusal = { writes: false, because: 'the server stores no results of clients' };
      return { url, ...(may.writes && !storesResults ? refusal : may), problem: undefined };
    } finally {
      server.close();
    }
  } catch (error) {
    if (error instanceof RemoteFailure) return { url, ...may, problem: error.message };
    throw error;
  }
}
