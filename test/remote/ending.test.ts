// A command that asks a server which never gets as far as being connected ends by itself.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { atEnd } from '../support/cleanup.ts';
import { describeResult, project } from '../support/cli.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('remote/ending');

const config = (url: string): string =>
  `cache: { enabled: true, remote: { url: '${url}', timeout: 200ms } }\ntasks: { a: { run: 'true', reads: [], writes: [] } }\n`;

/** Takes connections and says nothing. */
async function silent(): Promise<number> {
  const server = createServer(() => {});
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  atEnd('stop the silent server', async () => void server.close());
  return (server.address() as AddressInfo).port;
}

const DEAF = `
const server = require('node:net').createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  require('node:fs').writeSync(1, String(server.address().port));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
`;

/** Takes no connections: nothing comes back of what is sent there, as from behind a firewall. */
async function deaf(): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, ['-e', DEAF], { stdio: ['ignore', 'pipe', 'inherit'] });
  const sockets: Socket[] = [];
  atEnd('stop the deaf server', async () => {
    for (const socket of sockets) socket.destroy();
    child.kill('SIGKILL');
  });
  const [port] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  // More than its queue holds: from the first that is not taken on none is.
  for (let at = 0; at < 4; at++) {
    const socket = connect(Number(port), '127.0.0.1').on('error', () => {});
    sockets.push(socket);
    if (at < 2) await once(socket, 'connect');
  }
  return Number(port);
}

for (const scheme of ['grpcs', 'grpc', 'https', 'http'])
  test(`with a server that takes a connection and says nothing, by ${scheme}`, async () => {
    const { ptask } = project(config(`${scheme}://127.0.0.1:${await silent()}`));
    const result = await ptask('cache', { timeout: 20_000 });
    assert.is(result.signal ?? null, null, describeResult(result));
    assert.match(result.all, /did not answer in time|cannot be reached/);
  });

for (const scheme of ['grpcs', 'grpc', 'http'])
  test(`with a server to which nothing gets through, by ${scheme}`, async () => {
    const { ptask } = project(config(`${scheme}://127.0.0.1:${await deaf()}`));
    const result = await ptask('cache', { timeout: 20_000 });
    assert.is(result.signal ?? null, null, describeResult(result));
    assert.match(result.all, /did not answer in time|cannot be reached/);
  });
