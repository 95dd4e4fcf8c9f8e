// From what is written of a server to what a connection is made from: variables get their values, certificates are read.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { codeOf } from '../base/error-code.ts';
import { reasonOf } from '../base/system-limits.ts';
import type { Connection } from '../config/config.ts';
import { addressOf } from '../config/remote-address.ts';
import { lookupIn, unsetIn, valuesOf } from '../config/variables.ts';
import type { Endpoint, Tls } from './endpoint.ts';

export type OpenedEndpoint =
  | { ok: true; endpoint: Endpoint }
  /** Why there is none, a clause. */
  | { ok: false; reason: string };

/** @param root what the names of files are relative to */
export function openEndpoint(
  written: Connection & { url: string; timeoutMs: number },
  env: Readonly<Record<string, string | undefined>>,
  root: string,
): OpenedEndpoint {
  const { url, timeoutMs } = written;
  const parsed = addressOf(url);
  if (!parsed.ok) return { ok: false, reason: `${url} ${parsed.problem}` };
  const lookup = lookupIn(env);
  const [unset] = unsetIn(written.headers, lookup);
  if (unset !== undefined) return { ok: false, reason: `${unset.unset} is not set` };
  const headers = valuesOf(written.headers, lookup);
  // A line break at the end is what comes of a secret that was read from a file.
  for (const [name, value] of Object.entries(headers))
    if (!/^[\x20-\x7e\t]*$/.test(value.trim()))
      return { ok: false, reason: `the header ${name} has characters that no header can have` };
    else headers[name] = value.trim();
  const tls: Tls = {};
  for (const name of ['ca', 'cert', 'key'] as const) {
    const file = written.tls[name];
    if (file === undefined) continue;
    try {
      tls[name] = readFileSync(resolve(root, file));
    } catch (error) {
      const reason = codeOf(error) === 'ENOENT' ? 'is not there' : `cannot be read: ${reasonOf(error)}`;
      return { ok: false, reason: `${file} ${reason}` };
    }
  }
  return { ok: true, endpoint: { url, address: parsed.address, headers, tls, timeoutMs } };
}
