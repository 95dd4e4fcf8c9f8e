// From what is written of a server to what a connection is made from: variables get their values, certificates are read.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { codeOf } from '../base/error-code.ts';
import { reasonOf } from '../base/system-limits.ts';
import type { Connection } from '../config/config.ts';
import { addressOf } from '../config/remote-address.ts';
import { problemOfHeader } from '../config/remote-cache.ts';
import { lookupIn, unsetIn, valuesOf } from '../config/variables.ts';
import type { Endpoint, Tls } from './endpoint.ts';

const { createPrivateKey, X509Certificate } = process.getBuiltinModule('node:crypto');

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
  for (const [name, value] of Object.entries(headers)) {
    const sent = value.trim();
    const problem = problemOfHeader(name, sent, parsed.address.kind);
    if (problem !== undefined) return { ok: false, reason: `the header ${name}: ${problem}` };
    headers[name] = sent;
  }
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
    const problem = problemOfPem(name, tls[name] as Buffer);
    if (problem !== undefined) return { ok: false, reason: `${file} ${problem}` };
  }
  const { cert, key } = tls;
  if (cert && key && !new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
    return { ok: false, reason: `${written.tls.key} is not the key of ${written.tls.cert}` };
  try {
    createSecureContext(tls);
  } catch (error) {
    return { ok: false, reason: `its certificates cannot be used: ${reasonOf(error)}` };
  }
  return { ok: true, endpoint: { url, address: parsed.address, headers, tls, timeoutMs } };
}

/** A clause about the file: connections would take some of them in silence, and fail for others when it is late. */
function problemOfPem(name: keyof Tls, bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1');
  const what = name === 'key' ? 'key' : 'certificate';
  if (name === 'key' && /-----BEGIN ENCRYPTED|Proc-Type: .*ENCRYPTED/.test(text))
    return 'is a key with a passphrase, which nobody could be asked for';
  const begin =
    name === 'key' ? /-----BEGIN (?:\w+ )?PRIVATE KEY-----/ : /-----BEGIN (?:\w+ )?CERTIFICATE-----/;
  try {
    if (!begin.test(text)) return `is no ${what} in PEM`;
    if (name === 'key') createPrivateKey(bytes);
    else new X509Certificate(bytes);
    return undefined;
  } catch {
    return `is no ${what} in PEM`;
  }
}
