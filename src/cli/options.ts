// The flags that several commands share, and their values.

import { InvalidArgumentError, Option } from 'commander';
import { parseAge, parseDuration } from '../base/duration.ts';
import type { AdHocTask } from '../config/ad-hoc.ts';
import type { Config, FailurePolicy, IntegrationMode } from '../config/config.ts';
import type { GraphFormat } from '../present/graph.ts';
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
  affected?: boolean;
  since?: string;
  rerunFailed?: boolean;
}

export interface PlanFlags extends GlobalFlags, ChoiceFlags {
  strategy?: 'auto' | 'parallel' | 'worktrees' | 'phased' | 'sequential';
  integrate?: IntegrationMode;
  requireStrategy?: string[];
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

const another = (text: string, before: string[] = []): string[] => [...before, text];

/** What `ptask exec` has beside the flags of a run. Globs that follow a `-t` are those of its task. */
export function execFlags(): Option[] {
  const named: AdHocTask[] = [];
  const globs =
    (list: 'reads' | 'writes') =>
    (glob: string, before?: string[]): string[] => {
      const last = named.at(-1);
      if (last === undefined) return another(glob, before);
      last[list] = another(glob, last[list]);
      // Nothing at all would become an empty text.
      return before ?? [];
    };
  return [
    new Option('-t, --task <task>', 'a task with a name, e.g. "lint: npm run lint" (repeatable)').argParser(
      (text: string) => {
        const [, name, work] = /^\s*([A-Za-z0-9][\w.-]*)\s*:\s+(.+)$/s.exec(text) ?? [];
        if (name === undefined || work === undefined)
          throw new InvalidArgumentError("Expected a name and a command, such as 'lint: npm run lint'.");
        named.push({ name, work });
        return named;
      },
    ),
    new Option('--reads <glob>', 'what the task before it reads, or all do (repeatable)').argParser(
      globs('reads'),
    ),
    new Option('--writes <glob>', 'the same of what they write (default: anything)').argParser(
      globs('writes'),
    ),
    new Option('--shared', 'work in this folder, not in worktrees'),
    new Option('--agent <agent>', 'who does it: an agent of the config, claude, codex, or a command'),
    new Option('--verify <check>', 'check each task: a command, or @ and the name of an agent'),
    new Option('--validate <command>', 'check the whole at the end (repeatable)').argParser(another),
  ];
}

/** What a report can be, beside the text for a terminal. */
export const REPORT_FORMATS = ['md', 'json', 'junit', 'html'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** The tools whose tasks can be made ptask's own. */
export const MIGRATED = [
  ...['turbo', 'nx', 'wireit', 'taskfile', 'make', 'lint-staged', 'lefthook', 'concurrently', 'npm-run-all'],
];

const GRAPH_FORMATS: readonly GraphFormat[] = ['mermaid', 'dot', 'json'];

export interface ReportFile {
  format: ReportFormat;
  /** As given: relative to the working directory. */
  file: string;
}

function reportFile(text: string, before: ReportFile[] = []): ReportFile[] {
  const [, name = '', file = ''] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
  const format = REPORT_FORMATS.find((each) => each === name);
  if (format === undefined || file === '')
    throw new InvalidArgumentError(
      `Expected a format and a file, such as junit=report.xml; formats are ${REPORT_FORMATS.join(', ')}.`,
    );
  return [...before, { format, file }];
}

/** Divided by commas, but for those in braces; may be given again. */
const several = (text: string, before: string[] = []): string[] => [
  ...before,
  ...text.split(/,(?![^{]*\})/).filter(Boolean),
];

function concurrency(text: string): Config['concurrency'] {
  if (text === 'auto') return { kind: 'auto' };
  if (/^[1-9]\d{0,5}$/.test(text)) return { kind: 'count', count: Number(text) };
  if (/^[1-9]\d{0,3}%$/.test(text)) return { kind: 'share', percent: Number.parseInt(text, 10) };
  throw new InvalidArgumentError('Expected a number, a share such as 50%, or auto.');
}

const LETTERS: Record<string, string> = { parallel: 'A', worktrees: 'B', phased: 'C', sequential: 'D' };

function letters(text: string): string[] {
  return text.split(',').map((part) => {
    const letter = LETTERS[part.trim().toLowerCase()] ?? part.trim().toUpperCase();
    if (!/^[ABCD]$/.test(letter))
      throw new InvalidArgumentError('Expected letters or names, such as A,B or parallel.');
    return letter;
  });
}

const USES: Record<string, CacheUse> = {
  rw: { reads: true, writes: true },
  r: { reads: true, writes: false },
  w: { reads: false, writes: true },
  off: { reads: false, writes: false },
};

/** Tier by tier: `local:r`. */
function cacheUse(text: string): CacheUse {
  const [, how = ''] = /^local:(rw|r|w|off)$/.exec(text.trim()) ?? [];
  const use = USES[how];
  if (use === undefined)
    throw new InvalidArgumentError(
      'Expected a tier and its use, such as local:r; uses are rw, r, w and off.',
    );
  return use;
}

/** What a run is to do with the cache. */
export function cacheUseOf({ force = false, cache = true }: Pick<RunFlags, 'force' | 'cache'>): CacheUse {
  const use = cache === true ? { reads: true, writes: true } : cache === false ? NEITHER : cache;
  return force ? { ...use, reads: false } : use;
}

const NEITHER: CacheUse = { reads: false, writes: false };

function age(text: string): number {
  if (!/^\d+(?:\.\d+)?[mhdw]$/.test(text))
    throw new InvalidArgumentError('Expected an age such as 12h, 7d or 4w.');
  return parseAge(text);
}

/** Milliseconds between two looks at all files. */
function interval(text: string): number {
  const ms = /^\d+(?:\.\d+)?(?:ms|s|m)$/.test(text) ? parseDuration(text) : 0;
  if (ms < 100) throw new InvalidArgumentError('Expected a duration of at least 100ms, such as 500ms or 2s.');
  return ms;
}

/** Makes sure that a value may be given with `=` or a space and never swallows a task's name. */
export const flags = {
  strategy: () =>
    new Option('--strategy <name>', 'force a strategy (default: the best one that is safe)').choices([
      ...['auto', 'parallel', 'worktrees', 'phased', 'sequential'],
    ]),
  requireStrategy: () =>
    new Option('--require-strategy <letters>', 'fail unless the plan is one of these, e.g. A,B').argParser(
      letters,
    ),
  json: (what: string) => new Option('--json', `print ${what} as JSON on stdout, and nothing else`),
  concurrency: () =>
    new Option(
      '-c, --concurrency <n>',
      'tasks in parallel: a number, a share such as 50%, or auto',
    ).argParser(concurrency),
  onFailure: () =>
    new Option('--on-failure <what>', 'what to do when a task fails, overriding the config').choices([
      ...['continue', 'rollback', 'abort', 'ask'],
    ]),
  integrate: () =>
    new Option('--integrate <how>', 'how results reach the repository, overriding the config').choices([
      ...['apply', 'merge', 'branches'],
    ]),
  keepWorktrees: () => new Option('--keep-worktrees', 'keep the worktrees of failed tasks for inspection'),
  resume: () =>
    new Option('--resume', 'resume the last run: tasks that passed and are unchanged do not run again'),
  force: () => new Option('--force', 'run cached tasks too, and replace their results in the cache'),
  tag: () =>
    new Option('--tag <tags>', 'only tasks with one of these tags, e.g. ci,slow (repeatable)').argParser(
      several,
    ),
  except: () =>
    new Option('--except <tasks>', 'leave out these tasks, e.g. lint or test:* (repeatable)').argParser(
      several,
    ),
  only: () => new Option('--only', 'leave out what the chosen tasks need, and who writes what they read'),
  withWriters: () =>
    new Option('--with-writers', 'also run the tasks that write what the chosen ones read, where git has it'),
  affected: () => new Option('--affected', 'only tasks that files changed since the default branch affect'),
  since: () => new Option('--since <ref>', 'the same, compared with a branch, a tag or a commit'),
  interactive: () => new Option('-i, --interactive', 'choose among the tasks in the terminal'),
  rerunFailed: () => new Option('--rerun-failed', 'only tasks that did not pass in the last run'),
  noCache: () => new Option('--no-cache', 'run every task, and keep no result'),
  cache: () =>
    new Option(
      '--cache <tier:use>',
      'how the cache is used: local:rw, local:r, local:w or local:off',
    ).argParser(cacheUse),
  noWait: () =>
    new Option('--no-wait', 'fail if another run is in progress in this work tree, instead of waiting'),
  reporter: () =>
    new Option('--reporter <kind>', 'how progress is shown')
      .choices(['auto', 'tree', 'lines', 'silent'])
      .default('auto'),
  graphFormat: () =>
    new Option('--format <format>', 'the language of the graph').choices(GRAPH_FORMATS).default('mermaid'),
  reportFormat: () =>
    new Option('--format <format>', 'text unless --open is given').choices(['text', ...REPORT_FORMATS]),
  report: () =>
    new Option(
      '--report <format=file>',
      'write a report when the run ends: md, json, junit or html (repeatable)',
    ).argParser(reportFile),
  hook: () =>
    new Option('--hook <name...>', 'in a git hook: its name and "$@", for the tasks; must come last'),
  onBusy: () =>
    new Option('--on-busy <how>', 'what a change of files does that running tasks read')
      .choices(['restart', 'queue'])
      .default('restart'),
  postpone: () => new Option('--postpone', 'run nothing before the first change'),
  clear: () => new Option('--clear', 'clear the screen before each run'),
  poll: () =>
    new Option(
      '--poll <interval>',
      'look at all files this often instead, e.g. 2s, where no changes are heard of',
    ).argParser(interval),
  older: () =>
    new Option('--older <age>', 'clear only what was last used before this, e.g. 7d').argParser(age),
  dryRun: () => new Option('--dry-run', 'show the plan and run nothing'),
  planCache: () =>
    new Option('--cache', 'show what the cache has of each task, and why not, instead of the plan'),
  prompts: () => new Option('--prompts', "show each agent's prompt instead of the plan"),
  yes: () => new Option('-y, --yes', 'write it without asking'),
  quiet: () => new Option('-q, --quiet', 'show failures only'),
  verbose: () => new Option('-v, --verbose', 'show everything'),
};

/** Those that choose tasks. */
export const choice: readonly (() => Option)[] = [
  ...[flags.tag, flags.except, flags.only, flags.withWriters],
  ...[flags.affected, flags.since, flags.rerunFailed],
];
