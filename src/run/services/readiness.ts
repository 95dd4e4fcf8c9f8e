// Whether a service is ready, looked at from outside: a port, a URL, its output or a command. Unaware of how it was started.

import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';
import type { Readiness } from '../../config/config.ts';
import { logMatcher } from '../../config/services.ts';
import type { CommandResult } from '../process/executor.ts';

/** Why it is not ready yet, a clause; undefined where it is. */
export type Look = (stop: AbortSignal) => Promise<string | undefined>;

export interface LookOptions {
  /** Runs a command in the place of the service. */
  runCommand(command: string, stop: AbortSignal): Promise<CommandResult>;
  log: LogWatch;
}

export function lookFor(ready: Readiness, { runCommand, log }: LookOptions): Look {
  switch (ready.by) {
    case 'started':
      return async () => undefined;
    case 'log':
      return async () => (log.isMatched ? undefined : `no line of its output has ${quoted(ready.log)}`);
    case 'port': {
      const { host, port } = ready;
      const where = host === undefined ? `port ${port}` : `${host}:${port}`;
      return async (stop) => ((await accepts(ready, stop)) ? undefined : `nothing listens on ${where}`);
    }
    case 'url':
      return (stop) => whyNotAnswered(ready.url, stop);
    case 'command':
      return async (stop) => {
        const { exitCode, signal, error } = await runCommand(ready.command, stop);
        if (exitCode === 0) return undefined;
        const how = error ?? (signal === undefined ? `exit code ${exitCode}` : `killed by ${signal}`);
        return `${quoted(ready.command)} says no (${how})`;
      };
  }
}

const quoted = (text: string): string => `\`${text}\``;

const LOCAL = ['127.0.0.1', '::1'];
const isLocal = (host: string): boolean => host === 'localhost' || LOCAL.includes(host);

/** The port of this machine that it will listen on, where that is known. */
export function localPort(ready: Readiness): number | undefined {
  if (ready.by === 'port') return ready.host === undefined || isLocal(ready.host) ? ready.port : undefined;
  if (ready.by !== 'url') return undefined;
  const { hostname, port, protocol } = new URL(ready.url);
  if (!isLocal(hostname.replace(/^\[|\]$/g, ''))) return undefined;
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

interface Address {
  host: string | undefined;
  port: number;
}

/** Whether somebody accepts connections there. A server of this machine may listen for one of the two kinds of addresses only. */
export async function accepts({ host, port }: Address, stop: AbortSignal): Promise<boolean> {
  const hosts = host === undefined || host === 'localhost' ? LOCAL : [host];
  const all = await Promise.all(hosts.map((each) => acceptsAt(each, port, stop)));
  return all.includes(true);
}

/** Milliseconds for one look: who listens and does not answer is not ready. */
const LOOK_MS = 2_000;

function acceptsAt(host: string, port: number, stop: AbortSignal): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host, port, timeout: LOOK_MS });
    const end = (isThere: boolean): void => {
      stop.removeEventListener('abort', onStop);
      socket.destroy();
      done(isThere);
    };
    const onStop = (): void => end(false);
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
    stop.addEventListener('abort', onStop, { once: true });
    if (stop.aborted) end(false);
  });
}

function whyNotAnswered(url: string, stop: AbortSignal): Promise<string | undefined> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((done) => {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(LOOK_MS)]);
    // It is asked whether it answers, not who it is: servers of developers sign for themselves.
    const asked = request(url, { signal, agent: false, rejectUnauthorized: false }, (response) => {
      const { statusCode = 0 } = response;
      response.destroy();
      done(statusCode >= 200 && statusCode < 400 ? undefined : `${url} answers with ${statusCode}`);
    });
    asked.once('error', () => done(`${url} does not answer`));
    asked.end();
  });
}

/** Characters of a line that has no end. */
const MOST = 64 * 1024;

/** Looks at what a service prints, line by line and without colors, a line that is not ended yet included. */
export class LogWatch {
  readonly #matches: ((line: string) => boolean) | undefined;
  readonly #decoder = new StringDecoder('utf8');
  #line = '';
  isMatched = false;

  constructor(ready: Readiness) {
    this.#matches = ready.by === 'log' ? logMatcher(ready.log) : undefined;
  }

  hear(chunk: Buffer): void {
    if (this.#matches === undefined || this.isMatched) return;
    const lines = (this.#line + this.#decoder.write(chunk)).split(/\r?\n|\r/);
    this.#line = (lines.at(-1) as string).slice(-MOST);
    this.isMatched = lines.map(stripVTControlCharacters).some(this.#matches);
  }
}
