// A cache on another machine: what the config says of it, and what the environment says instead.

import type { Diagnostic } from '../base/diagnostic.ts';
import { parseDuration } from '../base/duration.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { WrittenConfig } from '../model/written-config.ts';
import type { RemoteCache } from './config.ts';
import { type Address, addressOf } from './remote-address.ts';
import type { Rule } from './rule.ts';
import { literally, problemIn } from './variables.ts';

type Written = NonNullable<Exclude<WrittenConfig['cache'], boolean | undefined>['remote']>;

const TIMEOUT_MS = 2_000;

export const remoteCache = ({
  url,
  headers = {},
  tls = {},
  write = false,
  timeout,
}: Written): RemoteCache => ({
  ...{ url, headers, tls, write },
  timeoutMs: timeout === undefined ? TIMEOUT_MS : parseDuration(timeout),
});

/** https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
const HEADER_OF_GRPC = /^[A-Za-z0-9_.-]+$/;
const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
/** What is sent has one line, and nothing but ASCII in it. */
const VALUE = /^[\x20-\x7e\t]*$/;

interface Problem extends Diagnostic {
  hint: string;
  /** Where in it. */
  at: string[];
}

/** What is wrong with it. */
export function problemsOf({
  url,
  headers = {},
  tls = {},
  ...limits
}: Partial<Written & RemoteCache>): Problem[] {
  const problems: Problem[] = [];
  const { timeout, timeoutMs = timeout === undefined ? TIMEOUT_MS : parseDuration(timeout) } = limits;
  if (timeoutMs === 0)
    problems.push({ message: '`timeout` is 0', hint: 'use a duration such as 2s', at: ['timeout'] });
  const address = url === undefined ? undefined : addressOf(url);
  if (address?.ok === false)
    problems.push({ message: `\`${url}\` ${address.problem}`, hint: address.hint, at: ['url'] });
  const kind = address?.ok === true ? address.address.kind : undefined;
  for (const [name, value] of Object.entries(headers)) {
    const problem =
      typeof value === 'string' ? (problemIn(value) ?? problemOfHeader(name, value, kind)) : undefined;
    const hint = 'write `authorization: Bearer ${CACHE_TOKEN}`';
    if (problem !== undefined)
      problems.push({ message: `\`${name}\`: ${problem}`, hint, at: ['headers', name] });
  }
  const { ca, cert, key } = tls;
  if ((cert === undefined) !== (key === undefined))
    problems.push({
      message: cert === undefined ? '`key` is without its `cert`' : '`cert` is without its `key`',
      ...{ hint: 'name both files', at: ['tls'] },
    });
  const isPlain = address?.ok === true && !address.address.isSecure;
  if (isPlain && (ca ?? cert ?? key) !== undefined)
    problems.push({
      message: `\`tls\` is for grpcs:// and https://`,
      hint: 'remove it, or change `url`',
      at: ['tls'],
    });
  return problems;
}

/** @param kind of server; undefined where it is not known yet */
export function problemOfHeader(name: string, value: string, kind?: Address['kind']): string | undefined {
  if (!HEADER.test(name)) return 'is no name of a header';
  if (kind === 'grpc' && !HEADER_OF_GRPC.test(name))
    return 'is no name of a header for gRPC, which has letters, digits, dots, dashes and underscores';
  if (kind === 'grpc' && /-bin$/i.test(name)) return 'is a header for binary values, which are not supported';
  if (kind === 'grpc' && value.includes('\t')) return 'its value has a tab, which no header of gRPC can have';
  if (/^(?:grpc-|content-length$|host$|te$)/i.test(name)) return 'is set by the connection itself';
  return VALUE.test(value) ? undefined : 'its value has characters that no header can have';
}

export const remoteCacheIsReachable: Rule = ({ written: { cache }, syntax }) => {
  const remote = typeof cache === 'object' ? cache.remote : undefined;
  return problemsOf(remote ?? {}).map(({ at, ...said }) => ({
    ...said,
    place: syntax.placeOf(['cache', 'remote', ...at]),
  }));
};

type Environment = Readonly<Record<string, string | undefined>>;

/** A URL for this run, or `off`. */
export const REMOTE = 'PTASK_REMOTE';
export const REMOTE_WRITE = 'PTASK_REMOTE_WRITE';
/** `name: value`, a line for each. */
export const REMOTE_HEADER = 'PTASK_REMOTE_HEADER';
export const REMOTE_TIMEOUT = 'PTASK_REMOTE_TIMEOUT';
const FILES = { ca: 'PTASK_REMOTE_CA', cert: 'PTASK_REMOTE_CERT', key: 'PTASK_REMOTE_KEY' } as const;

const WRITES: Readonly<Record<string, RemoteCache['write']>> = {
  ...{ true: true, '1': true, false: false, '0': false, ci: 'ci' },
};

/**
 * The remote cache of a run: the config's, with what the environment says in its place. A URL of the environment takes no headers and
 * no certificates of the config with it: they are for another server. Undefined where there is none.
 */
export function remoteCacheFor(
  written: RemoteCache | undefined,
  env: Environment,
): Result<RemoteCache | undefined> {
  const { [REMOTE]: url = '', [REMOTE_WRITE]: write = '', [REMOTE_TIMEOUT]: timeout = '' } = env;
  if (url === 'off') return ok(undefined);
  const base = url === '' || url === written?.url ? written : remoteCache({ url });
  if (base === undefined) return ok(undefined);
  if (write !== '' && !Object.hasOwn(WRITES, write))
    return fail({ message: `${REMOTE_WRITE} is \`${write}\``, hint: 'use true, false or ci' });
  if (timeout !== '' && !/^\d+(?:\.\d+)?(?:ms|s|m|h)?$/.test(timeout))
    return fail({ message: `${REMOTE_TIMEOUT} is \`${timeout}\``, hint: 'use a duration such as 5s' });
  const headers = headersIn(env[REMOTE_HEADER] ?? '');
  if (!headers.ok) return headers;
  const tls = { ...base.tls };
  for (const [name, variable] of Object.entries(FILES))
    if (env[variable]) tls[name as keyof typeof FILES] = env[variable];
  const remote: RemoteCache = {
    ...{ ...base, tls, headers: mergedHeaders(base.headers, headers.value) },
    ...(write !== '' && { write: WRITES[write] as RemoteCache['write'] }),
    ...(timeout !== '' && { timeoutMs: parseDuration(/\d$/.test(timeout) ? `${timeout}s` : timeout) }),
  };
  const problems = problemsOf(remote);
  if (problems.length === 0) return ok(remote);
  return fail(
    ...problems.map(({ message, hint, at }) => ({ message: `${variableOf(at)}: ${message}`, hint })),
  );
}

type Headers = Readonly<Record<string, string>>;

/** One takes the place of another of the same name, in whatever spelling. */
export function mergedHeaders(headers: Headers, over: Headers): Record<string, string> {
  const replaced = new Set(Object.keys(over).map((name) => name.toLowerCase()));
  const staying = Object.entries(headers).filter(([name]) => !replaced.has(name.toLowerCase()));
  return { ...Object.fromEntries(staying), ...over };
}

function variableOf([field, name = '']: readonly string[]): string {
  if (field === 'url') return REMOTE;
  if (field === 'timeout') return REMOTE_TIMEOUT;
  return field === 'headers' ? REMOTE_HEADER : (FILES[name as keyof typeof FILES] ?? FILES.cert);
}

function headersIn(lines: string): Result<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const line of lines.split('\n').filter((each) => each.trim() !== '')) {
    const [, name, value = ''] = /^\s*([^\s:]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined)
      // It may hold a secret: the value is not shown.
      return fail({
        message: `${REMOTE_HEADER} has a line without a colon`,
        hint: 'write authorization: Bearer …',
      });
    const problem = problemOfHeader(name, value);
    if (problem !== undefined)
      return fail({
        message: `${REMOTE_HEADER}: \`${name}\`: ${problem}`,
        hint: 'write authorization: Bearer …',
      });
    // It has its value already: what looks like a variable is none.
    headers[name] = literally(value);
  }
  return ok(headers);
}
