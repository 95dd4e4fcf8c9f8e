// What the flags of each command come to.

import type { AdHocTask } from '../config/ad-hoc.ts';
import type { Config, FailurePolicy, IntegrationMode } from '../config/config.ts';
import type { CacheUse } from '../run/records/options.ts';

export interface GlobalFlags {
  config?: string;
  cwd?: string;
  color?: boolean;
  verbose?: boolean;
  quiet?: boolean;
  /** What stands behind `--`. */
  passedOn?: string[];
}

/** Which tasks a command is for, beside those that are named. */
export interface ChoiceFlags {
  tag?: string[];
  except?: string[];
  only?: boolean;
  withWriters?: boolean;
  withDependents?: boolean;
  affected?: boolean;
  since?: string;
  rerunFailed?: boolean;
}

export interface PlanFlags extends GlobalFlags, ChoiceFlags {
  strategy?: 'auto' | 'parallel' | 'worktrees' | 'phased' | 'sequential';
  integrate?: IntegrationMode;
  requireStrategy?: string[];
  /** True: all tasks that can. Undefined: those that ask for it. */
  remote?: boolean;
  json?: boolean;
}

export interface CheckFlags extends GlobalFlags {
  strict?: boolean;
  json?: boolean;
}

export interface LearnFlags extends GlobalFlags {
  tag?: string[];
  except?: string[];
  only?: boolean;
  write?: boolean;
  check?: boolean;
  wait: boolean;
  reporter: RunFlags['reporter'];
  json?: boolean;
}

export interface InitFlags extends GlobalFlags {
  yes?: boolean;
}

export interface PromptFlags {
  prompts?: boolean;
  cache?: boolean;
}

export interface RunFlags extends PlanFlags {
  interactive?: boolean;
  concurrency?: Config['concurrency'];
  onFailure?: FailurePolicy;
  keepWorktrees?: boolean;
  wait: boolean;
  resume?: boolean;
  reporter: 'auto' | 'tree' | 'lines' | 'silent';
  dryRun?: boolean;
  hook?: string[];
  report?: ReportFile[];
  force?: boolean;
  /** False: neither read nor written. */
  cache?: boolean | CacheUse;
}

export interface WatchFlags extends RunFlags {
  onBusy: 'restart' | 'queue';
  postpone?: boolean;
  clear?: boolean;
  /** Milliseconds. */
  poll?: number;
}

/** Of tasks that are given on the command line. */
export interface ExecFlags extends RunFlags {
  task?: AdHocTask[];
  reads?: string[];
  writes?: string[];
  agent?: string;
  shared?: boolean;
  verify?: string;
  validate?: string[];
}

/** What a report can be, beside the text for a terminal. */
export const REPORT_FORMATS = ['md', 'json', 'junit', 'html'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface ReportFile {
  format: ReportFormat;
  /** As given: relative to the working directory. */
  file: string;
}

/** What a run is to do with the cache. */
export function cacheUseOf({ force = false, cache = true }: Pick<RunFlags, 'force' | 'cache'>): CacheUse {
  const use = cache === true ? { reads: true, writes: true } : cache === false ? NEITHER : cache;
  return force ? { ...use, reads: false, remote: { ...use.remote, reads: false } } : use;
}

const NEITHER: CacheUse = { reads: false, writes: false, remote: { reads: false, writes: false } };
