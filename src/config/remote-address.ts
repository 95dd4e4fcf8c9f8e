// Where a server is, from its URL. Pure.

export type Address =
  /** The Remote Execution API: `grpcs://host:port/instance`, without TLS `grpc://`. */
  | { kind: 'grpc'; target: string; isSecure: boolean; instance: string }
  /** Bazel's plain HTTP cache: `https://host/path`, in which `/ac` and `/cas` lie. */
  | { kind: 'http'; base: URL; isSecure: boolean };

export type ParsedAddress =
  | { ok: true; address: Address }
  /** What is wrong, a clause, and a way out. */
  | { ok: false; problem: string; hint: string };

const SCHEMES = 'use grpcs://, grpc://, https:// or http://';
const FORM = 'for example grpcs://cache.example.com/main';

/** Words that tell the parts of a name apart, which no part of an instance may be. */
const KEYWORDS = /^(?:blobs|uploads|actions|actionResults|operations|capabilities|compressed-blobs)$/;

export function addressOf(url: string): ParsedAddress {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return { ok: false, problem: 'is no URL', hint: `${SCHEMES}, ${FORM}` };
  const isGrpc = scheme === 'grpc' || scheme === 'grpcs';
  const isHttp = scheme === 'http' || scheme === 'https';
  if (!isGrpc && !isHttp) return { ok: false, problem: `has the unknown scheme ${scheme}://`, hint: SCHEMES };
  const isSecure = scheme === 'grpcs' || scheme === 'https';
  // Other schemes than those of the web have no ports of their own, and their hosts are not looked at.
  const parsed = parse(isSecure ? 'https' : 'http', url.slice(scheme.length));
  if (parsed === undefined) return { ok: false, problem: 'is no URL', hint: FORM };
  if (parsed.username !== '' || parsed.password !== '')
    return { ok: false, problem: 'holds a name or a password', hint: 'use `headers` with a variable for it' };
  if (parsed.search !== '' || parsed.hash !== '')
    return { ok: false, problem: 'has a query or a fragment', hint: FORM };
  if (isHttp) return { ok: true, address: { kind: 'http', base: parsed, isSecure } };
  const instance = decodeURIComponent(parsed.pathname).replace(/^\/+|\/+$/g, '');
  const keyword = instance.split('/').find((part) => KEYWORDS.test(part));
  if (keyword !== undefined)
    return { ok: false, problem: `has an instance with the reserved part ${keyword}`, hint: FORM };
  const port = parsed.port === '' ? (isSecure ? '443' : '80') : parsed.port;
  return { ok: true, address: { kind: 'grpc', target: `${parsed.hostname}:${port}`, isSecure, instance } };
}

function parse(scheme: string, rest: string): URL | undefined {
  try {
    const url = new URL(scheme + rest);
    // What cannot be decoded is no name of an instance either.
    decodeURIComponent(url.pathname);
    return url;
  } catch {
    return undefined;
  }
}
