// The one place that decides whether a process that has left its name somewhere is still there. A number alone says nothing:
// it may be somebody else's by now, and in another container, on another machine or before a restart it was another's. So a
// name holds where it counts, and from anywhere else the answer is that nobody knows: then a sign of life has to be waited
// for, see heartbeat.ts.

import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import { hostname } from 'node:os';
import { codeOf, orElse } from './error-code.ts';
import { systemProgram } from './program.ts';

export interface ProcessName {
  pid: number;
  /** Tells it from a later one of that number: when it began, in the system's own words. */
  started: string;
  host: string;
  /** Where numbers mean what they mean to it: a system from its start on, and what it counts apart. '' where that cannot be told. */
  place: string;
}

const isWindows = process.platform === 'win32';

const linkOf = (path: string): string => orElse(() => readlinkSync(path), '');

/** Whether `/proc` tells of the processes that this one can signal: it may be that of the container's host. */
export const hasProc = process.platform === 'linux' && linkOf('/proc/self') === String(process.pid);

/** Of /proc/<pid>/stat, from the third on: state, parent, group, …. */
export function processFields(pid: number | string): string[] | undefined {
  if (typeof pid === 'string' && !/^\d+$/.test(pid)) return undefined;
  const stat = orElse(() => statLine(`/proc/${pid}/stat`), undefined);
  // pid (name) state parent group …; the name may hold anything, so the fields count from its last bracket.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Such a file is read at one go, and `readFileSync` does not know that. */
function statLine(path: string): string {
  const file = openSync(path, 'r');
  try {
    return line.toString('latin1', 0, readSync(file, line));
  } finally {
    closeSync(file);
  }
}

const line = Buffer.alloc(4_096);

/** Dead, and nobody has asked how it ended. */
export const isZombie = ([state]: readonly string[]): boolean => state === 'Z' || state === 'X';

/** What a program of the system says, the same for everybody who asks: dates have a language and a time zone. '' where nothing. */
function answerOf(name: string, args: string[]): string {
  const program = systemProgram(name);
  if (program === undefined) return '';
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  return (spawnSync(program, args, { env, encoding: 'utf8' }).stdout ?? '').trim();
}

type Sight = 'gone' | 'hidden' | { started: string };

function sightOf(pid: number): Sight {
  const fields = hasProc ? processFields(pid) : undefined;
  if (fields !== undefined) return isZombie(fields) ? 'gone' : { started: fields[19] as string };
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return 'gone';
  }
  // Of somebody else's process `/proc` may say nothing, and Windows has no `ps`.
  if (process.platform === 'linux' || isWindows) return 'hidden';
  const started = answerOf('ps', ['-o', 'lstart=', '-p', String(pid)]);
  return started === '' ? 'hidden' : { started };
}

/** When a process began, in the system's own words; undefined when it is not there, is a zombie, or cannot be asked. */
export function processStart(pid: number): string | undefined {
  const sight = sightOf(pid);
  return typeof sight === 'object' ? sight.started : undefined;
}

/** One system from its start to its end, with what it counts apart: processes, and time, by which `started` is told. */
function findPlace(): string {
  if (hasProc) {
    const boot = orElse(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), '');
    const pids = linkOf('/proc/self/ns/pid');
    return boot === '' || pids === '' ? '' : `${boot} ${pids} ${linkOf('/proc/self/ns/time')}`.trim();
  }
  return process.platform === 'darwin' ? answerOf('sysctl', ['-n', 'kern.bootsessionuuid']) : '';
}

let own: ProcessName | undefined;

export function thisProcess(): ProcessName {
  own ??= {
    pid: process.pid,
    started: processStart(process.pid) ?? '',
    host: hostname(),
    place: findPlace(),
  };
  return own;
}

/** The same as one word, for an environment. */
export const processWord = ({ pid, started, host, place }: ProcessName): string =>
  [pid, started, host, place].join('/').replaceAll(/[\s=]+/g, '_');

export const isThisProcess = (name: ProcessName): boolean =>
  isOfThisPlace(name) && name.pid === process.pid && name.started === thisProcess().started;

/** Whether numbers of that process mean to this one what they meant to it. */
export function isOfThisPlace({ host, place }: Pick<ProcessName, 'host' | 'place'>): boolean {
  const here = thisProcess();
  return here.place !== '' && here.started !== '' && place === here.place && host === here.host;
}

/** Whether this system has been started again since then: a power cut, say. */
export function hasRestarted({ host, place }: Pick<ProcessName, 'host' | 'place'>): boolean {
  const here = thisProcess();
  const bootOf = (where: string): string => where.split(' ', 1)[0] ?? '';
  return host === here.host && place !== '' && here.place !== '' && bootOf(place) !== bootOf(here.place);
}

/** `unknown` where it cannot be asked from here. */
export function lifeOf(name: ProcessName): 'alive' | 'dead' | 'unknown' {
  if (!isOfThisPlace(name)) return 'unknown';
  const sight = sightOf(name.pid);
  if (sight === 'hidden') return 'unknown';
  return sight !== 'gone' && sight.started === name.started ? 'alive' : 'dead';
}

/** A process by its name, as somebody has written it down; undefined where it is none. */
export function processNamed(told: unknown): ProcessName | undefined {
  if (typeof told !== 'object' || told === null) return undefined;
  const { pid, started = '', host = '', place = '' } = told as Record<string, unknown>;
  if (!Number.isInteger(pid) || (pid as number) <= 0) return undefined;
  return { pid: pid as number, started: String(started), host: String(host), place: String(place) };
}
