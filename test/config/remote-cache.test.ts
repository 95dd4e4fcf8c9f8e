/** A cache on another machine: what the config says of it, and what the environment says instead. */

import { cacheUse } from '../../src/cli/flag-values.ts';
import { cacheUseOf } from '../../src/cli/options.ts';
import type { RemoteCache } from '../../src/config/config.ts';
import { addressOf } from '../../src/config/remote-address.ts';
import { remoteCacheFor } from '../../src/config/remote-cache.ts';
import { assert, suite } from '../support/suite.ts';
import { config, problems } from './support.ts';

const test = suite('config/remote-cache');

const remoteOf = (fields: string) =>
  config(`cache: { remote: { ${fields} } }\ntasks: { a: { run: x } }\n`).cache.remote;

const saidOf = (fields: string): string[] =>
  problems(`cache:\n  remote: { ${fields} }\ntasks: { a: { run: x } }\n`);

test('it is read-only and waits two seconds, unless it is told otherwise', () => {
  assert.equal(remoteOf('url: grpcs://h/main'), {
    ...{ url: 'grpcs://h/main', headers: {}, tls: {}, write: false, timeoutMs: 2_000 },
  });
  const all = "url: https://h, write: ci, timeout: 5s, headers: { a: '${B}' }, tls: { ca: x.pem }";
  assert.equal(remoteOf(all), {
    ...{ url: 'https://h', headers: { a: '${B}' }, tls: { ca: 'x.pem' }, write: 'ci', timeoutMs: 5_000 },
  });
  assert.is(config('cache: true\ntasks: { a: { run: x } }\n').cache.remote, undefined);
});

test('where a server is', () => {
  const told = (url: string): string => {
    const parsed = addressOf(url);
    if (!parsed.ok) return parsed.problem;
    const { address } = parsed;
    const where = address.kind === 'grpc' ? `${address.target} ${address.instance}` : address.base.href;
    return `${address.kind} ${address.isSecure ? 'tls' : 'plain'} ${where}`;
  };
  assert.is(told('grpcs://cache.example.com'), 'grpc tls cache.example.com:443 ');
  assert.is(told('grpc://cache:9092/a/b/'), 'grpc plain cache:9092 a/b');
  assert.is(told('GRPC://[::1]:7/'), 'grpc plain [::1]:7 ');
  assert.is(told('grpcs://h/a%20b'), 'grpc tls h:443 a b');
  assert.is(told('https://h/cache/'), 'http tls https://h/cache/');
  assert.is(told('cache.example.com:443'), 'is no URL');
  assert.is(told('grpc://'), 'is no URL');
  assert.is(told('grpc://h:99999'), 'is no URL');
  assert.is(told('grpc://h/%zz'), 'is no URL');
  assert.is(told('s3://bucket'), 'has the unknown scheme s3://');
  assert.is(told('https://me:secret@h/'), 'holds a name or a password');
  assert.is(told('grpc://h/x?y'), 'has a query or a fragment');
  assert.is(told('grpc://h/a/blobs'), 'has an instance with the reserved part blobs');
});

test('what cannot be one is said where it stands', () => {
  assert.equal(saidOf('url: h:1'), [
    '2:18 [h:1] `h:1` is no URL | → use grpcs://, grpc://, https:// or http://, for example grpcs://cache.example.com/main',
  ]);
  assert.equal(saidOf('url: s3://h'), [
    '2:18 [s3://h] `s3://h` has the unknown scheme s3:// | → use grpcs://, grpc://, https:// or http://',
  ]);
  const hint = '→ write `authorization: Bearer ${CACHE_TOKEN}`';
  const headers = (written: string): string[] =>
    saidOf(`url: grpcs://h, headers: { ${written} }`).map((each) => each.replace(/^\S+ \[.*?\] /, ''));
  assert.equal(headers("a: '${'"), [`\`a\`: a \`\${\` is not closed | ${hint}`]);
  assert.equal(headers("'a b': c"), [`\`a b\`: is no name of a header | ${hint}`]);
  assert.equal(headers('host: c'), [`\`host\`: is set by the connection itself | ${hint}`]);
  assert.equal(headers('a: "b\\nc"'), [`\`a\`: its value has characters that no header can have | ${hint}`]);
  assert.match(headers('x!y: c')[0] ?? '', /^`x!y`: is no name of a header for gRPC/);
  assert.match(headers('x-foo-bin: c')[0] ?? '', /^`x-foo-bin`: is a header for binary values/);
  assert.match(headers('a: "b\\tc"')[0] ?? '', /^`a`: its value has a tab/);
  assert.equal(saidOf('url: https://h, headers: { x!y: c, x-foo-bin: c, a: "b\\tc" }'), []);
  const tls = (written: string): string[] =>
    saidOf(written).map((each) => each.replace(/^\S+ \[.*?\] /s, ''));
  assert.match(
    tls('url: grpcs://h, tls: { cert: x }')[0] ?? '',
    /`cert` is without its `key` \| → name both files$/,
  );
  assert.match(tls('url: grpc://h, tls: { ca: x }')[0] ?? '', /`tls` is for grpcs:\/\/ and https:\/\//);
  assert.match(tls('url: grpcs://h, timeout: 0')[0] ?? '', /`timeout` is 0/);
});

const IN_CONFIG: RemoteCache = {
  ...{ url: 'grpcs://h', headers: { a: '1' }, tls: { ca: 'ca.pem' }, write: 'ci', timeoutMs: 2_000 },
};

const resolved = (env: Record<string, string>, written: RemoteCache | 'none' = IN_CONFIG) => {
  const found = remoteCacheFor(written === 'none' ? undefined : written, env);
  return found.ok ? found.value : found.diagnostics.map(({ message }) => message);
};

test('the environment has the last word, and another server gets nothing that is for the one of the config', () => {
  assert.equal(resolved({}), IN_CONFIG);
  assert.equal(resolved({ PTASK_REMOTE: '' }), IN_CONFIG);
  assert.is(resolved({ PTASK_REMOTE: 'off' }), undefined);
  assert.is(resolved({ PTASK_REMOTE_WRITE: 'true' }, 'none'), undefined);
  const other = { url: 'http://o', headers: {}, tls: {}, write: false, timeoutMs: 2_000 };
  assert.equal(resolved({ PTASK_REMOTE: 'http://o' }), other);
  assert.equal(resolved({ PTASK_REMOTE: 'http://o' }, 'none'), other);
  assert.equal(
    resolved({ PTASK_REMOTE_HEADER: 'b: x: y\n\n c:z ', PTASK_REMOTE_WRITE: '1', PTASK_REMOTE_TIMEOUT: '3' }),
    { ...IN_CONFIG, headers: { a: '1', b: 'x: y', c: 'z' }, write: true, timeoutMs: 3_000 },
  );
  assert.equal(resolved({ PTASK_REMOTE_CERT: 'c', PTASK_REMOTE_KEY: 'k' }), {
    ...IN_CONFIG,
    tls: { ca: 'ca.pem', cert: 'c', key: 'k' },
  });
  // It takes the place of the config's of that name.
  assert.equal(resolved({ PTASK_REMOTE_HEADER: 'A: 2' }), { ...IN_CONFIG, headers: { A: '2' } });
  assert.equal(resolved({ PTASK_REMOTE_HEADER: 'x!y: 2' }), [
    'PTASK_REMOTE_HEADER: `x!y`: is no name of a header for gRPC, which has letters, digits, dots, dashes and underscores',
  ]);
  // What looks like a variable is a part of the value.
  assert.equal(resolved({ PTASK_REMOTE_HEADER: 'b: ${X}' }), {
    ...IN_CONFIG,
    headers: { a: '1', b: '$${X}' },
  });
});

test('what the environment says wrong is said with its variable, and without what may be secret', () => {
  assert.equal(resolved({ PTASK_REMOTE: 'nowhere' }), ['PTASK_REMOTE: `nowhere` is no URL']);
  assert.equal(resolved({ PTASK_REMOTE_WRITE: 'yes' }), ['PTASK_REMOTE_WRITE is `yes`']);
  assert.equal(resolved({ PTASK_REMOTE_WRITE: 'constructor' }), ['PTASK_REMOTE_WRITE is `constructor`']);
  assert.equal(resolved({ PTASK_REMOTE_TIMEOUT: 'x' }), ['PTASK_REMOTE_TIMEOUT is `x`']);
  assert.equal(resolved({ PTASK_REMOTE_TIMEOUT: '0' }), ['PTASK_REMOTE_TIMEOUT: `timeout` is 0']);
  assert.equal(resolved({ PTASK_REMOTE_HEADER: 'token' }), [
    'PTASK_REMOTE_HEADER has a line without a colon',
  ]);
  assert.equal(resolved({ PTASK_REMOTE_KEY: 'k' }), ['PTASK_REMOTE_CERT: `key` is without its `cert`']);
});

test('tiers of the cache on the command line', () => {
  const both = { reads: true, writes: true };
  assert.equal(cacheUse('local:r'), { reads: true, writes: false });
  assert.equal(cacheUse('remote:off'), { ...both, remote: { reads: false, writes: false } });
  assert.equal(cacheUse('local:off, remote:rw'), { reads: false, writes: false, remote: both });
  for (const wrong of ['', 'local', 'far:r', 'local:r,local:w', 'local:r,', 'remote:x'])
    assert.throws(() => cacheUse(wrong), /Expected tiers and their uses/);
  assert.equal(cacheUseOf({ force: true, cache: cacheUse('remote:rw') }), {
    ...{ reads: false, writes: true, remote: { reads: false, writes: true } },
  });
  assert.equal(cacheUseOf({ cache: false }).remote, { reads: false, writes: false });
});
