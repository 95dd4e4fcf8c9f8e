// The key of a task's result: the digest of its Action, as the Remote Execution API v2 has it
// (build/bazel/remote/execution/v2/remote_execution.proto). What that has no field for, the facts of this machine say, joins as its
// salt. Pure.

import { digestOf } from '../base/digest.ts';
import { type RawPath, shownPath } from '../base/raw-path.ts';
import { sizeIn } from '../base/stat-fingerprint.ts';
import type { Config, Task } from '../config/config.ts';
import type { Oid } from '../store/content.ts';
import type { Entry } from '../store/image.ts';
import { type Digest, digestOf as digestOfBytes, encodeAction, encodeCommand } from './action.ts';
import type { Installed } from './installed.ts';
import type { Machine } from './machine.ts';
import { merkleTree, type TreeNode } from './merkle.ts';
import type { Parts } from './record.ts';
import { isUsualFile } from './usual-modes.ts';

/** What is written down of a result, and how its key is made: another one, another cache. */
const VERSION = 1;

export interface KeyInput {
  config: Pick<Config, 'cache' | 'worktrees'>;
  task: Task;
  entries: ReadonlyMap<RawPath, Entry>;
  emptyFolders: readonly RawPath[];
  /** What reaches the task and its result depends on, by name. */
  env: readonly (readonly [name: string, value: string])[];
  /** Names whose values nobody is to read. */
  isSecret(name: string): boolean;
  machine: Machine;
  installed: Installed;
  /** Commands, each with a digest of its output. */
  tools: readonly (readonly [command: string, digest: string])[];
  /** Tasks that it needs, each with a digest of what that hands over. */
  needs: readonly (readonly [task: string, digest: string])[];
}

export interface Key {
  /** Of the Action. */
  digest: Digest;
  /** The Action and its Command, as any client would send them. */
  messages(): { action: Buffer; command: Buffer };
  /** What it was made from, to be compared with another time. */
  parts(): Parts;
}

export function keyOf(input: KeyInput): Key {
  const { config, task, entries, machine, installed, tools, needs } = input;
  const { root } = merkleTree(nodesOf(entries), input.emptyFolders);
  const env = input.env.map(([name, value]): [string, string] => [name, toldValue(input, name, value)]);
  const command = encodeCommand({
    arguments: [task.shell, '-c', scriptOf(task)],
    environment: Object.fromEntries(env),
    outputPaths: task.writes,
    workingDirectory: task.cwd === '.' ? '' : task.cwd,
  });
  const { os, arch, libc, node } = machine;
  const clean = task.cache.isOn && task.cache.clean;
  const { services = [] } = task.cache.isOn ? task.cache : {};
  const salt = JSON.stringify([
    ...[VERSION, config.cache.salt, os, arch, libc, node, clean, task.strict, task.run.length],
    ...[task.writes, installed, tools, needs, unusualModes(entries), setupOf(task, config)],
    ...services,
  ]);
  const action = encodeAction({
    command: digestOfBytes(command),
    inputRoot: root,
    salt: Buffer.from(salt),
  });
  return {
    digest: digestOfBytes(action),
    messages: () => ({ action, command }),
    parts: () => partsOf(input),
  };
}

/** What comes before it in a worktree. */
const setupOf = ({ workspace }: Task, { worktrees }: KeyInput['config']): readonly string[] =>
  workspace === 'shared' ? [] : worktrees.setup;

/** Each command has a shell of its own, as at home, and the first that fails ends it. */
const scriptOf = ({ shell, run, verify }: Task): string => {
  const commands = [...run, ...verify];
  if (commands.length === 1) return commands[0] as string;
  return commands.map((command) => `${shell} -c ${quoted(command)}`).join(' && ');
};

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A key is written down where others may read it. */
const toldValue = ({ isSecret }: KeyInput, name: string, value: string): string =>
  isSecret(name) ? `sha256:${digestOf(value)}` : value;

function* nodesOf(entries: ReadonlyMap<RawPath, Entry>): Generator<[RawPath, TreeNode]> {
  for (const [path, entry] of entries) yield [path, nodeOf(entry)];
}

function unusualModes(entries: ReadonlyMap<RawPath, Entry>): [RawPath, number][] {
  const found: [RawPath, number][] = [];
  for (const [path, entry] of entries)
    if (entry.kind === 'file' && !isUsualFile(entry.mode)) found.push([path, entry.mode]);
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

function nodeOf(entry: Entry): TreeNode {
  if (entry.kind === 'link') return { kind: 'link', target: entry.target };
  return {
    kind: 'file',
    oid: entry.oid,
    size: sizeIn(entry.print),
    isExecutable: (entry.mode & 0o100) !== 0,
  };
}

/** Values of variables are told apart by a digest: nobody is shown them. */
function partsOf({
  config,
  task,
  entries,
  env,
  machine,
  installed,
  tools,
  needs,
  ...input
}: KeyInput): Parts {
  const parts = new Map<string, string>();
  for (const [path, entry] of entries) parts.set(`file ${shownPath(path)}`, contentOf(entry));
  for (const path of input.emptyFolders) parts.set(`folder ${shownPath(path)}`, '');
  for (const [name, value] of env) parts.set(`env ${name}`, brief(digestOf(value)));
  for (const [path, oid] of installed) parts.set(`installed ${path}`, brief(oid));
  for (const [command, digest] of tools) parts.set(`tool ${command}`, brief(digest));
  for (const [id, digest] of needs) parts.set(`needs ${id}`, brief(digest));
  for (const [name, value] of Object.entries(machine)) parts.set(name, value);
  parts.set('command', brief(digestOf(JSON.stringify([scriptOf(task), setupOf(task, config)]))));
  parts.set('shell', task.shell);
  parts.set('cwd', task.cwd);
  parts.set('writes', brief(digestOf(JSON.stringify(task.writes))));
  parts.set('salt', brief(digestOf(config.cache.salt)));
  parts.set('strict', String(task.strict));
  parts.set('clean', String(task.cache.isOn && task.cache.clean));
  const services = task.cache.isOn ? task.cache.services : undefined;
  if (services !== undefined) parts.set('services', brief(digestOf(JSON.stringify(services))));
  return parts;
}

const contentOf = (entry: Entry): string =>
  entry.kind === 'link'
    ? `> ${brief(digestOf(entry.target))}`
    : `${brief(entry.oid)}${isUsualFile(entry.mode) ? '' : ` ${entry.mode.toString(8)}`}${entry.mode & 0o100 ? ' x' : ''}`;

/** Enough to tell two of them apart. */
const brief = (digest: Oid): string => digest.slice(0, 16);
