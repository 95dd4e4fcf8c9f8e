/** A web server that keeps files: GET, HEAD and PUT, as nginx with WebDAV. In the test's own process. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEnd } from './cleanup.ts';

export interface HttpFiles {
  url: string;
  /** By path: `/ac/…`, `/cas/…`. */
  files: Map<string, Buffer>;
  /** `PUT /ac/…`, in order. */
  calls: string[];
  /** A status instead of an answer. */
  refuse(why: (request: IncomingMessage) => number | undefined): void;
  stop(): void;
}

export async function httpFiles(): Promise<HttpFiles> {
  const files = new Map<string, Buffer>();
  const calls: string[] = [];
  let refusal: (request: IncomingMessage) => number | undefined = () => undefined;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = request;
    calls.push(`${method} ${url}`);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const refused = refusal(request);
    if (method === 'PUT' && refused === undefined) files.set(url, Buffer.concat(parts));
    const found = files.get(url);
    response.statusCode = refused ?? (method === 'PUT' ? 201 : found === undefined ? 404 : 200);
    if (method === 'HEAD' && found !== undefined) response.setHeader('content-length', found.length);
    response.end(method === 'GET' && response.statusCode === 200 ? found : undefined);
  };
  const server: Server = createServer((request, response) => void answer(request, response).catch(() => {}));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  atEnd('stop the web server', async () => stop());
  const { port } = server.address() as AddressInfo;
  const refuse = (why: typeof refusal): void => {
    refusal = why;
  };
  return { url: `http://127.0.0.1:${port}/cache`, files, calls, refuse, stop };
}
