// What code reads, as opposed to what people write (src/model/written-config.ts): every default filled in, every duration
// in milliseconds, every list a list.

import type { Place } from '../base/diagnostic.ts';

export type ConflictPolicy = 'auto' | 'isolate' | 'serialize' | 'error' | 'allow';
export type FailurePolicy = 'continue' | 'rollback' | 'abort' | 'ask';
export type StrayPolicy = 'warn' | 'error' | 'ignore';
export type IntegrationMode = 'apply' | 'merge' | 'branches';
/** What runs commands; sh is the system's own, which on Windows is cmd.exe. */
export type Shell = 'sh' | 'bash' | 'zsh';
export type StrategyName = 'parallel' | 'worktrees' | 'phased' | 'sequential';

/** What to do about one path of a collision. */
export type Resolution =
  /** `limit`: how often one task runs again. */
  | { kind: 'rerun'; limit: number }
  | { kind: 'ours' | 'theirs' | 'union' | 'abort' }
  /** Commands, one after the other. */
  | { kind: 'run'; run: string[] };

/** A use of a named resource: `units` of `capacity`, or of one that any number of readers may share. */
export interface ResourceUse {
  name: string;
  mode: 'read' | 'write' | 'units';
  /** For `units`: how many. */
  units: number;
}

/** A program that gets a prompt on its standard input. */
export interface Agent {
  name: string;
  /** Shell commands, one after the other; each gets the prompt. */
  run: string[];
  env: Record<string, string>;
}

/** What an agent is asked to do. */
export interface Assignment {
  agent: Agent;
  /** '' where there is none. */
  prompt: string;
  instructions: string[];
}

/** What the result of a task depends on beside its reads, or why it is not kept. */
export type TaskCache =
  /**
   * `env`: names and globs; `clean`: what it has made before goes before it runs; `services`: what each service that it needs is, as
   * a text, while what these read is among the `reads`.
   */
  | { isOn: true; env: string[]; reads: string[]; clean: boolean; services?: string[] }
  /** A clause; undefined where nobody has asked for it. */
  | { isOn: false; reason: string | undefined };

/** How a service is told to be ready. */
export type Readiness =
  /** As soon as its last command has started. */
  | { by: 'started' }
  /** Without a host this machine's own. */
  | { by: 'port'; host: string | undefined; port: number }
  | { by: 'url'; url: string }
  /** A text, or a regular expression between slashes; see `logMatcher`. */
  | { by: 'log'; log: string }
  | { by: 'command'; command: string };

export interface Service {
  ready: Readiness;
  /** Until it is ready. 0: no limit. */
  timeoutMs: number;
}

export interface Task {
  id: string;
  /** Its place in the order of declaration, from 0. */
  index: number;
  description: string;
  tags: string[];
  /** Shell commands, one after the other: its own or its agent's; none for a task that only gathers others. */
  run: string[];
  /** Where an agent does it. */
  assignment: (Assignment & { requirements: string[] }) | undefined;
  /** Commands: its own or the reviewer's. */
  verify: string[];
  /** Where an agent reviews it. */
  review: Assignment | undefined;
  reads: string[];
  writes: string[];
  /** It says what it reads or what it writes, be that nothing. */
  isDeclared: boolean;
  needs: string[];
  /** By name, sorted. */
  resources: ResourceUse[];
  /** Relative to the root. */
  cwd: string;
  shell: Shell;
  env: Record<string, string>;
  /** 0: no limit. */
  timeoutMs: number;
  /** Bytes of its output that are kept. */
  outputLimit: number;
  retry: { times: number; delayMs: number };
  onFailure: FailurePolicy;
  /** Its own policy, where it has one. */
  conflicts: ConflictPolicy | undefined;
  snapshotReads: boolean;
  workspace: 'auto' | 'shared' | 'worktree';
  strays: StrayPolicy;
  checkpoint: boolean;
  cache: TaskCache;
  /** It runs in a folder that holds what it declares to read, and nothing else of the repository; `workspace` is shared then. */
  strict: boolean;
  /** It has the terminal to itself, and nothing else runs meanwhile; `workspace` is shared then. */
  raw: boolean;
  /** Whether it asks to run remotely, and why it cannot, a clause; see `isRemote`. */
  remote: { isAsked: boolean; obstacle: string | undefined };
  /** There where it stays up, as long as something needs it: its last command is a server. */
  service: Service | undefined;
}

export interface ValidateStep {
  name: string;
  /** Of a review, those of its agent. */
  run: string[];
  /** What an agent is to look at. */
  review: Assignment | undefined;
  /** Undefined: always. */
  changed: string[] | undefined;
  /** The names of other steps. */
  needs: string[];
  timeoutMs: number;
}

/** How a server is reached. */
export interface Connection {
  /** As written. */
  headers: Record<string, string>;
  /** Files, relative to the root. */
  tls: { ca?: string; cert?: string; key?: string };
}

/** A server of the Remote Execution API, or one that keeps files by plain HTTP. */
export interface RemoteCache extends Connection {
  url: string;
  /** Whether results are stored there: `ci`, by trusted builds in CI alone. */
  write: boolean | 'ci';
  /** How long it may say nothing. */
  timeoutMs: number;
}

/** A server of the Remote Execution API. */
export interface Remote extends Connection {
  /** Undefined: the one of the environment, or of the cache. */
  url: string | undefined;
  platform: Record<string, string>;
  /** Globs. */
  inputs: string[];
  /** How many tasks run there at once. */
  jobs: number;
  fallback: 'local' | 'fail';
  /** Which tasks run there, of those that can: those that ask for it, all, or none. */
  use: 'asked' | 'all' | 'none';
}

export interface Config {
  /** Absolute path of the file. */
  file: string;
  /** Absolute path of the folder that globs and cwd are relative to. */
  root: string;
  concurrency: { kind: 'auto' } | { kind: 'share'; percent: number } | { kind: 'count'; count: number };
  strategy: StrategyName | 'auto';
  conflicts: ConflictPolicy;
  /** The first whose globs match a path counts; without globs it is for every path. The last is for every path. */
  onCollision: { path: string[] | undefined; use: Resolution }[];
  integrate: IntegrationMode;
  worktrees: {
    /** Absolute. */
    dir: string;
    /** Globs. */
    copy: string[];
    /** Relative to the root. */
    link: string[];
    setup: string[];
    keep: 'never' | 'failed';
  };
  barrier: boolean;
  /** For all commands but those of a task that names its own. */
  shell: Shell;
  /** Bytes that are kept of the output of what is no task, and of a task that names no limit of its own. */
  outputLimit: number;
  env: Record<string, string>;
  dotenv: string[];
  /** Capacities of counted resources. */
  resources: ReadonlyMap<string, number>;
  /** In the order of declaration. */
  tasks: Task[];
  validate: ValidateStep[];
  /** What a validation step that fails is followed by. */
  validation: 'report' | 'bisect';
  /** Variables whose values are masked. */
  secrets: string[];
  cache: {
    /** Globs. */
    reads: string[];
    /** Names and globs of variables that reach cached tasks: those that their results depend on, and the others. */
    env: string[];
    passEnv: string[];
    /** Commands, on whose output all results depend. */
    tools: string[];
    salt: string;
    /** Absolute; undefined for the usual place. */
    dir: string | undefined;
    /** Bytes. */
    maxSize: number;
    maxAgeMs: number;
    remote: RemoteCache | undefined;
  };
  remote: Remote | undefined;
  /** Of the text that was read; one that was remembered is read again for it. */
  places(): Promise<Locate>;
}

/** Where in the file something of a task stands, or of the whole: the task itself, or one entry of one of its lists. */
export type Locate = (
  task: string | undefined,
  field?:
    | 'reads'
    | 'writes'
    | 'needs'
    | 'run'
    | 'shell'
    | 'agent'
    | 'agents'
    | 'verify'
    | 'resources'
    | 'env',
  entry?: string,
) => Place;
