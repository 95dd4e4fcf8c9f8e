// Which tasks may run on another machine, and what keeps the others here.

import type { WrittenConfig, Task as WrittenTask } from '../model/written-config.ts';
import type { Remote, Task } from './config.ts';
import { listOf } from './lists.ts';
import { addressOf } from './remote-address.ts';
import { problemsOf } from './remote-cache.ts';
import { each, type Rule } from './rule.ts';

export function remoteOf({ remote }: Pick<WrittenConfig, 'remote'>): Remote | undefined {
  if (remote === undefined) return undefined;
  const { url, headers = {}, tls = {}, platform = {}, inputs, jobs = 32, fallback = 'local' } = remote;
  return { url, headers, tls, platform, inputs: [...listOf(inputs)], jobs, fallback, use: 'asked' };
}

export const taskRemote = (task: WrittenTask, config: WrittenConfig): Task['remote'] => ({
  isAsked: task.remote ?? false,
  obstacle: obstacleOf(task, config)?.why,
});

/** What a service is to the tasks that need it is there on this machine alone. */
export function withLocalServices(tasks: Task[]): Task[] {
  const services = new Set(tasks.filter(({ service }) => service !== undefined).map(({ id }) => id));
  if (services.size === 0) return tasks;
  return tasks.map((task) => {
    const needed = task.needs.find((id) => services.has(id));
    if (needed === undefined || task.remote.obstacle !== undefined) return task;
    return { ...task, remote: { ...task.remote, obstacle: `it needs the service ${needed}, which is here` } };
  });
}

interface Obstacle {
  /** The field. */
  at: keyof WrittenTask;
  /** A clause about the task. */
  why: string;
  hint: string;
}

const LOCAL = 'remove `remote: true`: it runs here';

/** Its result must be a matter of its commands and of the files that it declares, and nothing here may wait for it. */
function obstacleOf(task: WrittenTask, config: WrittenConfig): Obstacle | undefined {
  const { verify, run = [], reads, writes, resources = {} } = task;
  const obstacle = (at: keyof WrittenTask, why: string, hint = LOCAL): Obstacle => ({ at, why, hint });
  if (task.service === true) return obstacle('service', 'it is a service, for tasks that run here');
  if (task.agent !== undefined) return obstacle('agent', 'an agent does it');
  if (task.raw === true) return obstacle('raw', 'it has the terminal to itself');
  if (typeof verify === 'object' && !Array.isArray(verify)) return obstacle('verify', 'an agent reviews it');
  if (run.length === 0) return obstacle('remote', 'it runs nothing itself');
  if (reads === undefined)
    return obstacle('remote', 'it declares no `reads`', 'add `reads`: it finds nothing else there');
  if (writes === undefined)
    return obstacle(
      'remote',
      'it declares no `writes`',
      'add `writes`; `writes: []` says that it writes nothing',
    );
  if (Object.keys(resources).length > 0) return obstacle('resources', 'it uses resources of this machine');
  if ((task.onFailure ?? config.onFailure) === 'ask')
    return obstacle(task.onFailure === undefined ? 'remote' : 'onFailure', 'its `onFailure` is ask');
  if (task.env?.PATH !== undefined) return obstacle('env', 'its `env` sets PATH, which is of this machine');
  const secrets = new Set(listOf(config.secrets));
  const secret = Object.keys({ ...config.env, ...task.env }).find((name) => secrets.has(name));
  if (secret !== undefined)
    return obstacle(
      task.env?.[secret] === undefined ? 'remote' : 'env',
      `${secret} in its environment is a secret`,
    );
  return undefined;
}

export const remoteIsPossible: Rule = ({ tasks, written: config }) =>
  each(tasks, ({ id, written, source, isBroken }) => {
    if (written.remote !== true || isBroken) return undefined;
    const obstacle = obstacleOf(written, config);
    if (obstacle === undefined) return undefined;
    const { at, why, hint } = obstacle;
    return {
      message: `\`${id}\` cannot run remotely: ${why}`,
      place: source.placeOf(['remote']),
      hint,
      ...(at !== 'remote' && { related: [{ message: `its \`${at}\``, place: source.placeOf([at]) }] }),
    };
  });

export const remoteIsReachable: Rule = ({ written: { remote }, syntax }) => {
  if (remote === undefined) return [];
  const { url, headers, tls } = remote;
  const address = url === undefined ? undefined : addressOf(url);
  if (address?.ok && address.address.kind === 'http')
    return [
      {
        message: `\`${url}\` is a plain HTTP cache, which executes nothing`,
        place: syntax.placeOf(['remote', 'url']),
        hint: 'use grpcs:// or grpc://, or `cache.remote` for a cache alone',
      },
    ];
  const problems = problemsOf({
    ...(url !== undefined && { url }),
    ...(headers && { headers }),
    ...(tls && { tls }),
  });
  return problems.map(({ at, ...said }) => ({ ...said, place: syntax.placeOf(['remote', ...at]) }));
};

/** What the config or, in a run, the environment says. */
export const remoteHasServer: Rule = ({ tasks, written }) => {
  if (written.remote !== undefined) return [];
  if (typeof written.cache === 'object' && written.cache.remote !== undefined) return [];
  const [first] = tasks.filter((task) => task.written.remote === true && !task.isBroken);
  if (first === undefined) return [];
  return [
    {
      message: `\`${first.id}\` has \`remote: true\`, but the config names no server`,
      place: first.source.placeOf(['remote']),
      hint: 'add `remote: { url: grpcs://… }` at the top of the config',
    },
  ];
};
