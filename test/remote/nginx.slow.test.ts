// The remote cache behind nginx, over TLS: who is trusted, who is let in, and what is said where one of them is not.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RemoteCache } from '../../src/config/config.ts';
import type { Report } from '../../src/model/report.ts';
import { probe } from '../../src/remote/probe.ts';
import { describeResult, type Project, project } from '../support/cli.ts';
import { fakeRemote } from '../support/fake-remote.ts';
import { certificates, nginx, noNginx } from '../support/nginx.ts';
import { assert, suite } from '../support/suite.ts';
import { tempDir } from '../support/tmp.ts';

const test = suite('remote/nginx.slow');
const missing = noNginx();

const TLS = `
  ssl_certificate CERTS/server.pem; ssl_certificate_key CERTS/server.key;
  ssl_client_certificate CERTS/ca.pem; ssl_verify_client on;
  client_max_body_size 0;
  if ($http_authorization = "Bearer expired") { return 401; }
  if ($http_authorization != "Bearer good") { return 403; }
`;

interface Behind {
  url: string;
  certs: string;
}

/** A server of either kind behind nginx, to whoever has a certificate and a token. */
const KINDS: Record<string, () => Promise<Behind>> = {
  async grpc() {
    const [server, certs] = [await fakeRemote(), certificates()];
    const inside = `listen 127.0.0.1:PORT ssl http2; ${TLS} location / { grpc_pass ${server.url}; }`;
    const { port } = await nginx(tempDir('nginx-'), inside.replaceAll('CERTS', certs));
    return { url: `grpcs://127.0.0.1:${port}`, certs };
  },
  async http() {
    const certs = certificates();
    const files = 'root DIR/files; dav_methods PUT; create_full_put_path on;';
    const inside = `listen 127.0.0.1:PORT ssl; ${TLS} location ~ ^/(ac|cas)/ { ${files} }`;
    const { port } = await nginx(tempDir('nginx-'), inside.replaceAll('CERTS', certs));
    return { url: `https://127.0.0.1:${port}`, certs };
  },
};

const connectionOf = ({ url, certs }: Behind): RemoteCache => ({
  ...{ url, write: true, timeoutMs: 20_000, headers: { authorization: 'Bearer good' } },
  tls: { ca: join(certs, 'ca.pem'), cert: join(certs, 'client.pem'), key: join(certs, 'client.key') },
});

const config = (remote: RemoteCache): string => `
cache:
  enabled: true
  remote: ${JSON.stringify({ url: remote.url, headers: remote.headers, tls: remote.tls, write: true, timeout: '20s' })}
tasks:
  build: { run: 'mkdir -p out && echo built > out/a && head -c 6000000 /dev/zero > out/b', reads: [], writes: [out/**] }
`;

const cachedIn = ({ dir }: Project): unknown => {
  const report: Report = JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8'));
  return report.tasks.map(({ cached }) => cached?.isRemote ?? false);
};

if (missing === undefined)
  for (const [name, open] of Object.entries(KINDS)) {
    test(`${name}: with certificates on both sides and a token results are shared`, async () => {
      const remote = connectionOf(await open());
      for (const isThere of [false, true]) {
        const clone = project(config(remote));
        const result = await clone.ptask('run', '--report', 'json=report.json', { timeout: 60_000 });
        assert.is(result.code, 0, describeResult(result));
        assert.not.match(result.stderr, /remote cache|\(node:/, describeResult(result));
        assert.equal(cachedIn(clone), [isThere]);
      }
    });

    test(`${name}: what is refused is said by its cause`, async () => {
      const behind = await open();
      const right = connectionOf(behind);
      const problemOf = async (change: Partial<RemoteCache>): Promise<string | undefined> =>
        (await probe({ ...right, ...change }, { outer: {}, dotenv: {} }, behind.certs)).problem;
      assert.is(await problemOf({}), undefined);
      const { ca: _, ...unknown } = right.tls;
      assert.match(
        (await problemOf({ tls: unknown })) ?? '',
        /^its certificate or ours was refused \(.*certificate/,
      );
      const wrong = { ...right.tls, ca: join(behind.certs, 'other.pem') };
      assert.match((await problemOf({ tls: wrong })) ?? '', /^its certificate or ours was refused/);
      // nginx answers with 400, or hangs up before that is read.
      assert.ok(await problemOf({ tls: { ca: right.tls.ca as string } }));
      const headers = (authorization: string) => ({ headers: { authorization } });
      assert.match((await problemOf(headers('Bearer expired'))) ?? '', /^it wants a valid token \(.*401/);
      assert.match((await problemOf(headers('Bearer other'))) ?? '', /^it forbids this \(.*403/);
      assert.match((await problemOf({ headers: {} })) ?? '', /^it forbids this \(.*403/);
      const plain = behind.url.replace(/^(\w+)s:/, '$1:');
      assert.ok(await problemOf({ url: plain, tls: {} }));
    });
  }
else test.skip('results are shared, and refusals are told by their cause', missing);
