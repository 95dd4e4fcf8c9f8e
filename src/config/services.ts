// Services: how one is told to be ready, and what a service cannot be as well.

import type { Diagnostic } from '../base/diagnostic.ts';
import { parseDuration } from '../base/duration.ts';
import type { Task as WrittenTask } from '../model/written-config.ts';
import type { Readiness, Service } from './config.ts';
import type { TaskDraft } from './expand.ts';
import { each, type Rule } from './rule.ts';

/** Undefined for a task that is no service. */
export function serviceOf({ service, ready = {} }: WrittenTask): Service | undefined {
  if (service !== true) return undefined;
  return { ready: readinessOf(ready), timeoutMs: parseDuration(ready.timeout ?? '30s') };
}

function readinessOf({ port, url, log, command }: NonNullable<WrittenTask['ready']>): Readiness {
  if (port !== undefined) return { by: 'port', ...addressOf(String(port)) };
  if (url !== undefined) return { by: 'url', url };
  if (log !== undefined) return { by: 'log', log };
  return command === undefined ? { by: 'started' } : { by: 'command', command };
}

/** Of `5432`, `db.local:5432` or `[::1]:5432`. */
function addressOf(written: string): { host: string | undefined; port: number } {
  const [, host, port] = /^(?:(.*):)?(\d+)$/.exec(written) ?? [];
  return { host: host?.replace(/^\[|\]$/g, ''), port: Number(port) };
}

/** What a line of its output is to contain or, between slashes, to match. Throws for what is no regular expression. */
export function logMatcher(log: string): (line: string) => boolean {
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/.exec(log) ?? [];
  if (source === undefined) return (line) => line.includes(log);
  // With g and y an expression remembers where it was.
  const pattern = new RegExp(source, flags?.replace(/[gy]/g, ''));
  return (line) => pattern.test(line);
}

const WAYS = ['port', 'url', 'log', 'command'] as const;

export const readyIsForServices: Rule = ({ tasks }) =>
  each(tasks, ({ id, written: { service, ready }, source, isBroken }) => {
    if (ready === undefined || service === true || isBroken) return undefined;
    const message = `\`ready\` is for services, and \`${id}\` is none`;
    return { message, place: source.placeOf(['ready'], 'key'), hint: 'add `service: true`, or remove it' };
  });

export const readyIsOneThing: Rule = ({ tasks }) =>
  each(tasks, ({ id, written: { ready }, source, isBroken }) => {
    if (ready === undefined || isBroken) return undefined;
    const ways = WAYS.filter((way) => ready[way] !== undefined);
    if (ways.length > 1) {
      const [first, second] = ways as [string, string];
      return {
        message: `\`ready\` of \`${id}\` has both \`${first}\` and \`${second}\``,
        place: source.placeOf(['ready', second], 'key'),
        hint: 'keep one of them; a command can check several things',
        related: [{ message: `\`${first}\``, place: source.placeOf(['ready', first], 'key') }],
      };
    }
    if (ways.length === 1) return whatIsWrong(ready, source.placeOf(['ready', ways[0] as string]));
    const message = `\`ready\` of \`${id}\` does not say what to wait for`;
    const hint = 'add `port:`, `url:`, `log:` or `command:`; without `ready` it is ready once it has started';
    return { message, place: source.placeOf(['ready'], 'key'), hint };
  });

function whatIsWrong(
  { port, url, log }: NonNullable<WrittenTask['ready']>,
  place: Diagnostic['place'],
): Diagnostic | undefined {
  const at = place === undefined ? {} : { place };
  if (port !== undefined && !isPort(addressOf(String(port)).port))
    return { message: `${port} is not a port`, ...at, hint: 'a port is a number from 1 to 65535' };
  if (url !== undefined && !URL.canParse(url))
    return {
      message: `\`${url}\` is not a URL`,
      ...at,
      hint: 'write one such as http://localhost:3000/health',
    };
  if (log === undefined) return undefined;
  try {
    logMatcher(log);
  } catch (error) {
    const why = (error as Error).message.replace(/^Invalid regular expression: /, '');
    const hint = 'mend it, or write a text without slashes around it';
    return { message: `this is not a regular expression: ${why}`, ...at, hint };
  }
  return undefined;
}

const isPort = (port: number): boolean => port >= 1 && port <= 65_535;

/** What a service cannot be as well, each with the reason and a way out. */
const NOT_BOTH: {
  key: string;
  isSet(task: WrittenTask): boolean;
  because: string;
  hint: string;
}[] = [
  {
    key: 'agent',
    isSet: ({ agent }) => agent !== undefined,
    because: 'an agent ends when its work is done',
    hint: 'write the command of the server: `run:`',
  },
  {
    key: 'verify',
    isSet: ({ verify }) => verify !== undefined,
    because: 'there is no result to check while it is up',
    hint: 'check it in a task that needs it, or wait for it with `ready: { command: … }`',
  },
  {
    key: 'timeout',
    isSet: ({ timeout }) => timeout !== undefined,
    because: 'a service is up as long as it is needed',
    hint: 'limit how long it takes to become ready: `ready: { …, timeout: 1m }`',
  },
  {
    key: 'cache',
    isSet: ({ cache }) => cache !== undefined && cache !== false,
    because: 'a server that is up has no result to keep',
    hint: 'remove `cache`; what needs the service can be cached',
  },
  {
    key: 'workspace',
    isSet: ({ workspace }) => workspace === 'worktree',
    because: 'a service works in your own folder',
    hint: 'remove `workspace`',
  },
  {
    key: 'strict',
    isSet: ({ strict }) => strict === true,
    because: 'a service works in your own folder',
    hint: 'remove `strict`',
  },
  {
    key: 'checkpoint',
    isSet: ({ checkpoint }) => checkpoint === true,
    because: 'a run that goes on from a checkpoint starts its services anew',
    hint: 'remove `checkpoint`',
  },
  {
    key: 'onFailure',
    isSet: ({ onFailure }) => onFailure === 'ask',
    because: 'what needs the service cannot wait for an answer',
    hint: 'use continue, rollback or abort',
  },
];

export const servicesAreNothingElse: Rule = ({ tasks }) =>
  each(tasks, ({ id, written, source }) => {
    if (written.service !== true) return undefined;
    return NOT_BOTH.filter(({ isSet }) => isSet(written)).map(({ key, because, hint }) => ({
      message: `the service \`${id}\` cannot have \`${key}\`: ${because}`,
      place: source.placeOf([key], 'key'),
      hint,
      related: [{ message: 'it is a service', place: source.placeOf(['service']) }],
    }));
  });

export const servicesRun: Rule = ({ tasks }) =>
  each(tasks, ({ id, written, source, isBroken }: TaskDraft) => {
    const { service, run = [], agent } = written;
    if (service !== true || run.length > 0 || agent !== undefined || isBroken) return undefined;
    const message = `the service \`${id}\` has nothing to run`;
    return {
      message,
      place: source.placeOf(['service'], 'key'),
      hint: 'write the command of the server: `run:`',
    };
  });
