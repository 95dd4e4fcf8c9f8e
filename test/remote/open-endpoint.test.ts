// From what is written of a server to what a connection is made from: what is of no use is said with its file or header.

import { generateKeyPairSync } from 'node:crypto';
import { openEndpoint } from '../../src/remote/open-endpoint.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir, write } from '../support/tmp.ts';

const test = suite('remote/open-endpoint');

const dir = tempDir();
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = { type: 'pkcs8', format: 'pem' } as const;
write(dir, {
  'key.pem': privateKey.export(pem).toString(),
  'locked.pem': privateKey.export({ ...pem, cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
  'text.pem': 'no certificate',
  'broken.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
});

const said = (
  more: { url?: string; headers?: Record<string, string>; tls?: Record<string, string> },
  env = {},
) => {
  const opened = openEndpoint(
    { url: 'grpcs://h', headers: {}, tls: {}, timeoutMs: 1_000, ...more },
    env,
    dir,
  );
  return opened.ok ? opened.endpoint.headers : opened.reason;
};

test('certificates and keys are in PEM, or it is said which file is not', () => {
  assert.equal(said({}), {});
  assert.is(said({ tls: { ca: 'none.pem' } }), 'none.pem is not there');
  for (const ca of ['text.pem', 'broken.pem', 'key.pem'])
    assert.is(said({ tls: { ca } }), `${ca} is no certificate in PEM`);
  assert.is(said({ tls: { cert: 'text.pem', key: 'key.pem' } }), 'text.pem is no certificate in PEM');
  assert.is(said({ tls: { key: 'text.pem' } }), 'text.pem is no key in PEM');
  assert.match(said({ tls: { key: 'locked.pem' } }) as string, /^locked.pem is a key with a passphrase/);
});

test('headers are what their server can be sent', () => {
  const headers = { authorization: 'Bearer ${WORD}' };
  assert.equal(said({ headers }, { WORD: 'abc\n' }), { authorization: 'Bearer abc' });
  assert.is(said({ headers }), 'WORD is not set');
  assert.match(
    said({ headers }, { WORD: 'a\nb' }) as string,
    /^the header authorization: its value has characters/,
  );
  assert.match(
    said({ headers }, { WORD: 'a\tb' }) as string,
    /^the header authorization: its value has a tab/,
  );
  assert.equal(said({ url: 'https://h', headers }, { WORD: 'a\tb' }), { authorization: 'Bearer a\tb' });
  assert.match(
    said({ headers: { 'x!y': 'z' } }) as string,
    /^the header x!y: is no name of a header for gRPC/,
  );
  assert.equal(said({ url: 'http://h', headers: { 'x!y': 'z' } }), { 'x!y': 'z' });
});
